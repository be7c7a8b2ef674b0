"""Questions that were not answered: for curators, and for whoever waits for one."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.briefing.clustering import group_alike
from bot.briefing.handling import CURATOR, Audience
from bot.briefing.library import Library
from bot.installation import Installation
from bot.interfaces import Clock
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.outbox.plan import DeliveryStore
from bot.questions.conversation import AnswerRequest
from bot.questions.pages import Hedge, Refusal, Reply, Shown
from bot.questions.unanswered_store import UnansweredQuestion, UnansweredStore
from bot.questions.understand import answer_question

log = logging.getLogger(__name__)

TOLD_WITHIN = timedelta(days=7)
"""How long telling an answer is tried."""
_AT_ONCE = 20
"""Questions asked again before others get a turn: each takes about a millisecond."""


@dataclass(frozen=True, slots=True)
class UnansweredTopic:
    """Questions alike that nothing answers: the latest wording stands for them.

    `briefing_id` is empty where several briefings were asked. `waiting` counts those
    who want to be told.
    """

    briefing_id: str
    question: str
    times: int
    last_asked_at: datetime
    waiting: int = 0


class UnansweredQuestions:
    """Keeps what no briefing answers until one does."""

    def __init__(
        self,
        store: UnansweredStore,
        outbox: DeliveryStore,
        *,
        audiences: Audiences,
        clock: Clock,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._audiences = audiences
        self._clock = clock

    async def note(self, installation: Installation, reply: Reply, *, id: str) -> None:
        """Keep the question of a hedge or a refusal, without a name.

        `id` names the occasion: noting it again changes nothing.
        """
        if not isinstance(reply, Hedge | Refusal):
            return
        now = self._clock.now()
        briefing_id = briefing_of(reply)
        question = UnansweredQuestion(
            id, installation, briefing_id, reply.question, now
        )
        await self._store.keep(question)

    async def sign(
        self, asker: Asker, question: str, *, briefing_id: str, id: str
    ) -> None:
        """Put a name to a question: this person wants to be told of an answer."""
        now, place = self._clock.now(), asker.installation
        signed = UnansweredQuestion(
            id, place, briefing_id, question, now, asker_id=asker.user_id
        )
        await self._store.sign(signed)

    async def groups(
        self,
        installation: Installation | None = None,
        *,
        briefing_ids: Collection[str] | None = None,
    ) -> tuple[UnansweredTopic, ...]:
        """Return what was asked in vain, most often asked first; None stands for all.

        For a curator of some briefings, give "" among them for what was asked of all.
        """
        asked = await self._store.open(installation, briefing_ids=briefing_ids)
        return gaps_of(asked)

    async def tell_answered(self, library: Library) -> int:
        """Ask the open questions again; plan an answer for whoever waits for one.

        Return how many questions are no gaps any more. Each person is told once, since
        the delivery's key is the question's; a crash in between changes nothing.
        """
        answered: list[UnansweredQuestion] = []
        for position, question in enumerate(await self._store.open()):
            if position % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if await self._is_answered(question, library):
                answered.append(question)

        waiting = [question for question in answered if question.asker_id]
        if waiting:
            await self._outbox.plan([self._telling(question) for question in waiting])
        await self._store.close(answered)
        if answered:
            extra = {"answered": len(answered), "told": len(waiting)}
            log.info("gaps.closed", extra=extra)
        return len(answered)

    async def _is_answered(
        self, question: UnansweredQuestion, library: Library
    ) -> bool:
        """Ask as whoever waits for it may see; without a name, as curators may."""
        try:
            audience = await self._audience(question, library)
        except AudienceUnknown:
            return False
        seen = library.for_audience(audience)
        assumed = question.briefing_id if question.briefing_id in seen.by_id else ""
        reply = answer_question(question.text, seen, assumed_briefing=assumed)
        return isinstance(reply, Shown)

    async def _audience(
        self, question: UnansweredQuestion, library: Library
    ) -> Audience:
        if not question.asker_id:
            return CURATOR
        return await look_up_audience(
            self._audiences,
            question.installation,
            library,
            person=question.asker_id,
        )

    def _telling(self, question: UnansweredQuestion) -> NewDelivery:
        request = AnswerRequest(
            user_id=question.asker_id,
            words=question.text,
            asked_at=question.asked_at,
            is_dm=True,
            waited=True,
            briefing_id=question.briefing_id,
        )
        now = self._outbox.now()
        key = DeliveryKey.for_asker(
            question.installation, question.id, user_id=question.asker_id
        )
        return NewDelivery(
            key,
            destination=question.asker_id,
            due_at=now,
            expires_at=now + TOLD_WITHIN,
            request=request.model_dump_json(),
        )


def briefing_of(reply: Hedge | Refusal) -> str:
    """Return the briefing that a question was asked of, or nothing for several."""
    if isinstance(reply, Refusal):
        return reply.briefing_id
    asked = {page.briefing_id for page in reply.claims}
    return asked.pop() if len(asked) == 1 else ""


def gaps_of(asked: Sequence[UnansweredQuestion]) -> tuple[UnansweredTopic, ...]:
    """Group questions, given latest first, most often asked first."""
    by_briefing: dict[str, list[UnansweredQuestion]] = {}
    for question in asked:
        by_briefing.setdefault(question.briefing_id, []).append(question)

    gaps = [
        _gap([questions[position] for position in group])
        for questions in by_briefing.values()
        for group in group_alike([question.text for question in questions])
    ]
    return tuple(
        sorted(gaps, key=lambda gap: (-gap.times, -gap.last_asked_at.timestamp()))
    )


def _gap(alike: list[UnansweredQuestion]) -> UnansweredTopic:
    latest = alike[0]
    waiting = {question.asker_id for question in alike if question.asker_id}
    return UnansweredTopic(
        latest.briefing_id, latest.text, len(alike), latest.asked_at, len(waiting)
    )
