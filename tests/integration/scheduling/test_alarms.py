"""APScheduler as an alarm clock."""

from collections.abc import AsyncIterator

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.scheduling.alarms import Alarms, new_scheduler


@pytest.fixture
async def scheduler() -> AsyncIterator[AsyncIOScheduler]:
    scheduler = new_scheduler()
    scheduler.start()
    yield scheduler
    scheduler.shutdown(wait=False)


async def test_an_alarm_sets_the_events_of_all_who_asked(
    scheduler: AsyncIOScheduler,
) -> None:
    """Each has an event of its own, so that none takes another's waking."""
    alarms = Alarms(scheduler)
    events = [alarms.each_minute(), alarms.each_minute(), alarms.each_hour()]

    for job in scheduler.get_jobs():
        await job.func(*job.args)

    assert all(event.is_set() for event in events)


async def test_no_alarm_is_dropped_for_being_late(scheduler: AsyncIOScheduler) -> None:
    """A machine that slept rings once when it wakes."""
    Alarms(scheduler).each_hour()

    (job,) = scheduler.get_jobs()

    assert job.misfire_grace_time is None
    assert job.coalesce is True
