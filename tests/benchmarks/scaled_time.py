"""A loop on which all time runs faster: what takes half an hour is over in minutes.

Every sleep and every timeout of what runs on it is as many times shorter; work takes as
long as ever, and so weighs as many times more.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")


class ScaledLoop(asyncio.SelectorEventLoop):
    """An event loop whose seconds pass `speed` times as fast."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        super().__init__(_ScaledSelector(speed))

    def time(self) -> float:
        return time.monotonic() * self.speed


class _ScaledSelector(selectors.DefaultSelector):
    """Waits for a loop's seconds."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout and timeout / self._speed)


class LoopClock:
    """A clock for the bot, its database and the simulator that goes by the loop.

    `skip` jumps forward; sleepers do not notice.
    """

    def __init__(self, start: datetime) -> None:
        self._loop = asyncio.get_running_loop()
        self._start = start
        self._began = self._loop.time()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.elapsed_s())

    def elapsed_s(self) -> float:
        return self._loop.time() - self._began

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def skip_to(self, moment: datetime) -> None:
        self._start += moment - self.now()


def run_scaled(main: Coroutine[Any, Any, Result], *, speed: float) -> Result:
    """Run a program on such a loop."""
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(speed)) as runner:
        return runner.run(main)
