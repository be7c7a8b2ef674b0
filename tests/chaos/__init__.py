"""The chaos run: `briefing-bot run` as processes that are killed at random moments."""
