"""Briefing Bot: a curated briefing that answers in Slack and posts once."""
