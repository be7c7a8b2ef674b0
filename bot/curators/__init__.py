"""What those who answer for a briefing are told and shown."""
