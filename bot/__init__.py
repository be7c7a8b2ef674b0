"""Briefing Bot: a curated briefing that answers, posts once and corrects itself."""
