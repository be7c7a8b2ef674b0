"""A clock for tests that must know when the simulator waits."""

import asyncio

from bot.simulator.clock import SteppedClock
from tests.patience import PATIENCE_S


class WatchedClock(SteppedClock):
    """A clock that tells when somebody goes to sleep on it."""

    def __init__(self) -> None:
        super().__init__()
        self._slept: asyncio.Queue[float] = asyncio.Queue()

    async def sleep(self, seconds: float) -> None:
        self._slept.put_nowait(seconds)
        await super().sleep(seconds)

    async def somebody_sleeps(self, seconds: float) -> None:
        """Return once a sleep of so many seconds has begun."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._slept.get() != seconds:
                pass
