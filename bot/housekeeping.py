"""`Housekeeping`: each hour what has served is dropped, and what was missed is done."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.corrections.shown import ShownWordings
from bot.corrections.store import ShownWordingStore
from bot.errors import DatabaseUnavailable
from bot.interfaces import Clock
from bot.questions.composer import FOLLOW_UP
from bot.questions.turns import ConversationTurnStore
from bot.questions.unanswered import UnansweredQuestions
from bot.questions.unanswered_store import UnansweredStore
from bot.revisions import Revisions

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Housekeeping:
    """Keeps no question and no glimpse longer than it serves.

    `kept_for` is the operator's word for how long questions in vain are kept. Whoever
    could not be told at a load, since Slack did not say who they are, is told here.
    """

    turns: ConversationTurnStore
    gap_store: UnansweredStore
    glimpse_store: ShownWordingStore
    gaps: UnansweredQuestions
    glimpses: ShownWordings
    revisions: Revisions
    clock: Clock
    kept_for: timedelta
    alarm: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Do it whenever the alarm rings, until told to stop."""
        while not stop.is_set():
            await _first_of(self.alarm, stop)
            if self.alarm.is_set():
                self.alarm.clear()
                await self._make()

    async def _make(self) -> None:
        try:
            await self.make()
        except DatabaseUnavailable as error:
            log.warning("housekeeping.database_away", extra={"reason": str(error)})

    async def make(self) -> None:
        """Do it once."""
        await self.tidy(self.clock.now())
        library = await self.revisions.current()
        await self.gaps.tell_answered(library)
        await self.glimpses.refresh(library)

    async def tidy(self, now: datetime) -> None:
        """Drop what is too old."""
        oldest = now - self.kept_for
        dropped = {
            "turns": await self.turns.drop_before(now - FOLLOW_UP),
            "questions": await self.gap_store.drop_before(oldest),
            "glimpses": await self.glimpse_store.drop_before(oldest),
        }
        if any(dropped.values()):
            log.info("housekeeping.dropped", extra=dropped)


async def _first_of(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
