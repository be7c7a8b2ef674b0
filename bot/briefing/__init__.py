"""The briefing: what is claimed, by whom, how sure, and how to find it. No I/O."""
