"""`PlanningLoop`: the minute by minute of planning, kept going whatever happens."""

import asyncio
import logging
from dataclasses import dataclass

from bot.digests.retry import Timing
from bot.errors import DatabaseUnavailable
from bot.outbox.store import DeliveryStore
from bot.revisions import Revisions
from bot.scheduling.planner import Planner
from bot.scheduling.preflight import Preflight

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PlanningLoop:
    """Makes a round whenever the alarm rings.

    1. It is found out whether another process moved on.
    2. What is due is planned.
    3. What is due soon has its destinations checked.
    """

    revisions: Revisions
    planner: Planner
    preflight: Preflight
    store: DeliveryStore
    timing: Timing
    alarm: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Make rounds until told to stop; while the database is away, the next one."""
        while not stop.is_set():
            self.alarm.clear()
            try:
                await self.make()
            except DatabaseUnavailable as error:
                log.warning("round.database_away", extra={"reason": str(error)})
            await _first_of(self.alarm, stop)

    async def make(self) -> None:
        """Make one round, once the first load has said what there is to plan."""
        if not self.revisions.is_published:
            return
        await self.revisions.refresh()
        await self.planner.plan()
        if not self.revisions.is_behind:
            now, ahead = self.store.now(), self.timing.preflight_ahead
            channels = await self.planner.channels_coming(now + ahead)
            coming = [*self.planner.coming(), *channels]
            await self.preflight.check_due(coming, now=now, ahead=ahead)


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
