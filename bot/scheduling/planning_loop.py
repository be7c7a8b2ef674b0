"""`PlanningLoop`: the minute by minute of planning, kept going whatever happens."""

import asyncio
import logging
from dataclasses import dataclass

from bot.digests.delivery_timing import Timing
from bot.errors import DatabaseUnavailable
from bot.interfaces import ring_or_stop
from bot.outbox.plan import DeliveryStore
from bot.revisions import Revisions
from bot.scheduling.planner import Planner
from bot.scheduling.preflight import Preflight

log = logging.getLogger(__name__)

MINUTE_S = 60.0


@dataclass(frozen=True)
class PlanningLoop:
    """Plans minute by minute. Each time that the alarm rings, it:

    1. finds out whether another process has newer briefings;
    2. plans what is due;
    3. checks the destinations of what is due soon.
    """

    revisions: Revisions
    planner: Planner
    preflight: Preflight
    store: DeliveryStore
    timing: Timing
    alarm: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Plan until told to stop; while the database is away, wait for the next ring.

        The first time does not wait for the alarm.
        """
        while not stop.is_set():
            try:
                await self.run_once()
            except DatabaseUnavailable as error:
                log.warning("planning.database_away", extra={"reason": str(error)})
            await ring_or_stop(self.alarm, stop, within_s=MINUTE_S)

    async def run_once(self) -> None:
        """Plan and check, once the first load has said what there is to plan."""
        if not self.revisions.is_published:
            return
        await self.revisions.refresh()
        await self.store.measure_clock()
        await self.planner.plan()
        if self.revisions.is_behind:
            return
        now, ahead = self.store.now(), self.timing.preflight_ahead
        channels = await self.planner.channels_coming(now + ahead)
        coming = [*self.planner.coming(), *channels]
        await self.preflight.check_due(coming, now=now, ahead=ahead)
