"""The simulator's time: real, faster than real, or pushed forward by a test."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")

PATIENCE_S = 60.0
"""Real seconds after which what is waited for will not come, however slow a machine."""


class Clock(Protocol):
    """What the simulator asks of time; `now` is aware."""

    def now(self) -> datetime:
        """Return the time."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds of this clock."""
        ...


class SteppedClock:
    """Real time, `speed` times as fast, that `advance` can push forward."""

    def __init__(self, *, start: datetime | None = None, speed: float = 1.0) -> None:
        self._start = start or datetime.now(UTC)
        self._began = time.monotonic()
        self._speed = speed
        self._skipped_s = 0.0
        self._skips = asyncio.Condition()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._start.timestamp() + self.elapsed_s(), UTC)

    def elapsed_s(self) -> float:
        """Return the seconds since it began, which setting it back does not change."""
        return (time.monotonic() - self._began) * self._speed + self._skipped_s

    async def sleep(self, seconds: float) -> None:
        until = self.elapsed_s() + seconds
        async with self._skips:
            while (left := until - self.elapsed_s()) > 0:
                await _wait(self._skips, left / self._speed)

    async def advance(self, seconds: float) -> None:
        """Jump forward and wake the sleepers whose time has come."""
        async with self._skips:
            self._skipped_s += seconds
            self._skips.notify_all()

    def set_back(self, by: timedelta) -> None:
        """Show an earlier time from now on, and wake nobody."""
        self._start -= by


async def _wait(condition: asyncio.Condition, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await condition.wait()
    except TimeoutError:
        return


async def within(
    clock: Clock, seconds: float, work: Callable[[], Awaitable[Result]]
) -> Result:
    """Return what the work returns, or raise TimeoutError after so many seconds.

    The seconds are the clock's, which `asyncio.timeout` knows nothing of.
    """
    working = asyncio.ensure_future(work())
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({working, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise TimeoutError
        return working.result()
    finally:
        await _cancel(working, alarm)


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
