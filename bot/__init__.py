"""Briefing Bot: a curated briefing that answers in Slack, posts once, corrects itself."""
