"""APScheduler as an alarm clock: it sets events and decides nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger


class Alarms:
    """Hands out events that are set at the top of each minute or hour.

    What is due and what was missed is for whoever waits to find out: the scheduler
    cancels running jobs at shutdown, drops late ones, and never tells a job its time.
    """

    def __init__(self, scheduler: AsyncIOScheduler) -> None:
        self._scheduler = scheduler

    def each_minute(self) -> asyncio.Event:
        """Return an event of the caller's own, set at second 0."""
        return self._event(CronTrigger(second=0, timezone=UTC))

    def each_hour(self) -> asyncio.Event:
        """Return an event of the caller's own, set at minute 0."""
        return self._event(CronTrigger(minute=0, second=0, timezone=UTC))

    def _event(self, trigger: CronTrigger) -> asyncio.Event:
        event = asyncio.Event()

        async def ring() -> None:
            # It is no plain function, which would be run in a thread.
            event.set()

        self._scheduler.add_job(ring, trigger)
        return event


@asynccontextmanager
async def alarms() -> AsyncIterator[Alarms]:
    """Run the alarm clock, and stop it afterwards."""
    scheduler = new_scheduler()
    scheduler.start()
    try:
        yield Alarms(scheduler)
    finally:
        scheduler.shutdown(wait=False)


def new_scheduler() -> AsyncIOScheduler:
    """Return a scheduler that drops no alarm for being late, and rings once for many.

    By default a job more than a second late is not run at all.
    """
    return AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True}
    )
