"""How long tests wait for what must come."""

from bot.slack.waits import Waits

PATIENCE_S = 60.0
"""Only what hangs takes as long, on a slow machine or a busy one."""

PATIENT = Waits(*([PATIENCE_S] * 5))
"""What the bot waits where a scene is about something else than how long it takes."""
