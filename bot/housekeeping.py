"""`Housekeeping`: each hour, drop what has served and tell what could not be told."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.corrections.corrections import Corrections
from bot.corrections.pruning import Pruning
from bot.corrections.shown_wordings import ShownWordings, ShownWordingStore
from bot.curators.votes import VoteStore
from bot.errors import DatabaseUnavailable
from bot.interfaces import Clock, ring_or_stop
from bot.meaning.meanings import Meanings
from bot.meaning.vector_store import VectorStore
from bot.questions.answer_composer import FOLLOW_UP
from bot.questions.conversation import ConversationTurnStore
from bot.questions.unanswered import UnansweredQuestions, UnansweredStore
from bot.revisions import Revisions

log = logging.getLogger(__name__)

HOUR_S = 3600.0


@dataclass(frozen=True)
class Housekeeping:
    """Keeps nothing longer than it serves: no question, no wording, no message.

    `kept_for` is how long the operator has unanswered questions and shown wordings
    kept. Whoever could not be told at a load, since Slack did not say who they are, is
    told here.
    """

    turns: ConversationTurnStore
    unanswered_store: UnansweredStore
    shown_store: ShownWordingStore
    votes: VoteStore
    pruning: Pruning
    vectors: VectorStore
    meanings: Meanings
    unanswered: UnansweredQuestions
    shown: ShownWordings
    corrections: Corrections
    revisions: Revisions
    clock: Clock
    kept_for: timedelta
    alarm: asyncio.Event

    async def run(self, stop: asyncio.Event) -> None:
        """Run whenever the alarm rings, until told to stop."""
        while await ring_or_stop(self.alarm, stop, within_s=HOUR_S):
            try:
                await self.run_once()
            except DatabaseUnavailable as error:
                log.warning("housekeeping.database_away", extra={"reason": str(error)})

    async def run_once(self) -> None:
        """Drop what is too old, and tell of what was answered or corrected."""
        await self.tidy(self.clock.now())
        library = await self.revisions.current()
        await self.unanswered.notify_answered(library)
        await self.shown.refresh(library)
        self.corrections.look_at_all()

    async def tidy(self, now: datetime) -> None:
        """Drop what is too old."""
        oldest = now - self.kept_for
        await self.meanings.note_use()
        dropped = {
            "turns": await self.turns.drop_before(now - FOLLOW_UP),
            "questions": await self.unanswered_store.drop_before(oldest),
            "shown_wordings": await self.shown_store.drop_before(oldest),
            **await self.pruning.run(now),
            "votes": await self.votes.drop_orphans(),
            "vectors": await self.vectors.drop_unused(now - self.pruning.kept_for),
        }
        if any(dropped.values()):
            log.info("housekeeping.dropped", extra=dropped)
