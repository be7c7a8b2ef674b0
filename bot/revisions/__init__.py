"""Revisions: every library that was served, and which one is current."""
