"""How long tests wait for what must come."""

import asyncio
from collections.abc import Callable

from bot.slack.waits import Waits

PATIENCE_S = 60.0
"""Only what hangs takes as long, on a slow machine or a busy one."""

PATIENT = Waits(*([PATIENCE_S] * 5))
"""What the bot waits where a scene is about something else than how long it takes."""

_LOOK_S = 0.01


async def until(is_so: Callable[[], bool]) -> None:
    """Return when it is so; what never is ends with a TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if is_so():
                return
            await asyncio.sleep(_LOOK_S)
