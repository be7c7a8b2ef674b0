"""The clock that can be pushed forward."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.simulator.clock import SteppedClock, within
from tests.patience import PATIENCE_S

START = datetime(2026, 11, 23, 8, tzinfo=UTC)


async def test_advancing_wakes_those_whose_time_has_come() -> None:
    """The others sleep on."""
    clock = SteppedClock(start=START)
    soon = asyncio.create_task(clock.sleep(60))
    later = asyncio.create_task(clock.sleep(3_600))
    await asyncio.sleep(0)

    await clock.advance(61)
    await asyncio.wait_for(soon, PATIENCE_S)

    assert clock.now() - START >= timedelta(seconds=61)
    assert not later.done()
    later.cancel()


async def test_a_fast_clock_sleeps_short() -> None:
    """An hour in three and a half milliseconds."""
    clock = SteppedClock(start=START, speed=1_000_000)

    await asyncio.wait_for(clock.sleep(3_600), PATIENCE_S)

    assert clock.now() - START >= timedelta(hours=1)


async def test_work_that_is_too_slow_is_cancelled() -> None:
    """By this clock, not by real time."""
    clock = SteppedClock(speed=1_000_000)
    cancelled = asyncio.Event()

    async def dawdle() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        await within(clock, 3, dawdle)
    assert cancelled.is_set()
