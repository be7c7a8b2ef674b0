"""Questions that no briefing answers: for curators, and for whoever waits for one."""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    bindparam,
    delete,
    select,
    update,
)

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.briefing.clustering import group_alike
from bot.briefing.library import Library
from bot.briefing.tlp import Audience, Reach
from bot.db.database import Database
from bot.db.statements import insert_new, lock, of_installation
from bot.db.tables import gap_questions as table
from bot.installation import Installation
from bot.interfaces import Clock
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.outbox.plan import DeliveryStore
from bot.questions.conversation import AnswerRequest
from bot.questions.pages import Hedge, Refusal, Shown, briefing_of
from bot.questions.understand import answer_question

log = logging.getLogger(__name__)

NOTIFIED_WITHIN = timedelta(days=7)
"""How long delivering such an answer is tried."""
_AT_ONCE = 20
"""Questions asked again before others get a turn: each takes about a millisecond."""


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that no briefing answered.

    `briefing_id` is empty where several were asked. `asker_id` is empty unless the
    person agreed to be notified of an answer: nothing else says who it was.
    """

    id: str
    installation: Installation
    briefing_id: str
    text: str
    asked_at: datetime
    asker_id: str = ""


@dataclass(frozen=True, slots=True)
class UnansweredTopic:
    """Questions alike that nothing answers: the latest wording stands for them.

    `briefing_id` is empty where several briefings were asked. `waiting` counts those
    who want to be notified.
    """

    briefing_id: str
    question: str
    times: int
    last_asked_at: datetime
    waiting: int = 0
    id: str = ""
    """The latest question's, by which the topic is found again."""


_Conditions = tuple[ColumnElement[bool], ...]


class UnansweredStore:
    """A row for each question, with a name only where somebody waits for an answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, question: UnansweredQuestion) -> None:
        """Keep a question; one whose id is known changes nothing."""
        await self._database.write(lambda c: _keep(c, question))

    async def sign(self, question: UnansweredQuestion) -> None:
        """Put the asker's id to the latest question of these words that has none.

        Where there is no such question it is kept as it is given; somebody who has
        signed these words already changes nothing.
        """
        here = of_installation(question.installation, table)

        def sign(connection: Connection) -> None:
            # Within one transaction, so that a double press signs one question.
            lock(connection, table)
            alike = _read(connection, (*here, table.c.text == question.text))
            if any(each.asker_id == question.asker_id for each in alike):
                return
            unsigned = next((each for each in alike if not each.asker_id), None)
            if unsigned is None:
                _keep(connection, question)
                return
            named = update(table).where(*here, table.c.id == unsigned.id)
            connection.execute(named.values(asker_id=question.asker_id))

        await self._database.write(sign)

    async def open(
        self,
        installation: Installation | None = None,
        *,
        briefing_ids: Collection[str] | None = None,
    ) -> Sequence[UnansweredQuestion]:
        """Return the questions still open, latest first; None stands for all."""
        place = of_installation(installation, table) if installation else ()
        among = () if briefing_ids is None else (table.c.briefing_id.in_(briefing_ids),)
        return await self._database.read(lambda c: _read(c, (*place, *among)))

    async def close(self, questions: Collection[UnansweredQuestion]) -> None:
        """Drop questions that are answered now."""
        if not questions:
            return
        statement = delete(table).where(
            table.c.enterprise_id == bindparam("b_enterprise"),
            table.c.team_id == bindparam("b_team"),
            table.c.id == bindparam("b_id"),
        )
        keys = [
            {
                "b_enterprise": each.installation.enterprise_id,
                "b_team": each.installation.team_id,
                "b_id": each.id,
            }
            for each in questions
        ]
        await self._database.write(lambda c: c.execute(statement, keys).rowcount)

    async def of_person(
        self, installation: Installation, user_id: str
    ) -> Sequence[UnansweredQuestion]:
        """Return what a person asks to be notified of."""
        mine = _of_person(installation, user_id)
        return await self._database.read(lambda c: _read(c, mine))

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person asks to be notified of."""
        mine = _of_person(installation, user_id)
        return await self._delete(delete(table).where(*mine))

    async def drop_before(self, then: datetime) -> int:
        """Drop what was asked before then, and return how many."""
        return await self._delete(delete(table).where(table.c.asked_at < then))

    async def _delete(self, statement: Delete) -> int:
        return await self._database.write(lambda c: c.execute(statement).rowcount)


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

    async def note(
        self, installation: Installation, reply: Hedge | Refusal, *, id: str
    ) -> None:
        """Keep the question that was not answered, without a name.

        `id` names the occasion: noting it again changes nothing.
        """
        now = self._clock.now()
        briefing_id = briefing_of(reply)
        question = UnansweredQuestion(
            id, installation, briefing_id, reply.question, now
        )
        await self._store.keep(question)

    async def sign(
        self, asker: Asker, question: str, *, briefing_id: str, id: str
    ) -> None:
        """Put a name to a question: this person wants to be notified."""
        now, place = self._clock.now(), asker.installation
        signed = UnansweredQuestion(
            id, place, briefing_id, question, now, asker_id=asker.user_id
        )
        await self._store.sign(signed)

    async def topics(
        self,
        installation: Installation | None = None,
        *,
        briefing_ids: Collection[str] | None = None,
    ) -> tuple[UnansweredTopic, ...]:
        """Return what no briefing answers, most often asked first; None is all.

        For a curator of some briefings, give "" among them for what was asked of all.
        """
        asked = await self._store.open(installation, briefing_ids=briefing_ids)
        return topics_of(asked)

    async def alike(
        self, installation: Installation, question_id: str
    ) -> Sequence[UnansweredQuestion]:
        """Return the open questions that are one topic with this one, latest first.

        None is left where it was closed meanwhile.
        """
        asked = await self._store.open(installation)
        one = next((question for question in asked if question.id == question_id), None)
        if one is None:
            return ()
        of_briefing = [q for q in asked if q.briefing_id == one.briefing_id]
        groups = group_alike([question.text for question in of_briefing])
        place = of_briefing.index(one)
        group = next(group for group in groups if place in group)
        return [of_briefing[position] for position in group]

    async def close(self, questions: Collection[UnansweredQuestion]) -> None:
        """Drop questions that a person has dealt with."""
        await self._store.close(questions)

    async def notify_answered(self, library: Library) -> int:
        """Ask the open questions again; plan an answer for whoever waits for one.

        Return how many questions are answered now. Each person is notified once, since
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
            await self._outbox.plan(
                [self._late_answer(question) for question in waiting]
            )
        await self._store.close(answered)
        if answered:
            extra = {"answered": len(answered), "notified": len(waiting)}
            log.info("unanswered.closed", extra=extra)
        return len(answered)

    async def _is_answered(
        self, question: UnansweredQuestion, library: Library
    ) -> bool:
        """Ask as whoever waits for it may see; without a name, as curators may."""
        audience = Audience(Reach.CURATOR, installation=question.installation)
        if question.asker_id:
            try:
                audience = await look_up_audience(
                    self._audiences,
                    question.installation,
                    library,
                    person=question.asker_id,
                )
            except AudienceUnknown:
                return False
        visible = library.for_audience(audience)
        assumed = question.briefing_id if question.briefing_id in visible.by_id else ""
        reply = answer_question(question.text, visible, assumed_briefing=assumed)
        return isinstance(reply, Shown)

    def _late_answer(self, question: UnansweredQuestion) -> NewDelivery:
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
            expires_at=now + NOTIFIED_WITHIN,
            request=request.model_dump_json(),
        )


def topics_of(asked: Sequence[UnansweredQuestion]) -> tuple[UnansweredTopic, ...]:
    """Group questions, given latest first, most often asked first."""
    by_briefing: dict[str, list[UnansweredQuestion]] = {}
    for question in asked:
        by_briefing.setdefault(question.briefing_id, []).append(question)

    topics = []
    for questions in by_briefing.values():
        for group in group_alike([question.text for question in questions]):
            alike = [questions[position] for position in group]
            latest = alike[0]
            waiting = {question.asker_id for question in alike if question.asker_id}
            topics.append(
                UnansweredTopic(
                    latest.briefing_id,
                    latest.text,
                    len(alike),
                    latest.asked_at,
                    len(waiting),
                    latest.id,
                )
            )
    return tuple(
        sorted(topics, key=lambda each: (-each.times, -each.last_asked_at.timestamp()))
    )


def _keep(connection: Connection, question: UnansweredQuestion) -> None:
    row = {
        "enterprise_id": question.installation.enterprise_id,
        "team_id": question.installation.team_id,
        "id": question.id,
        "briefing_id": question.briefing_id,
        "text": question.text,
        "asker_id": question.asker_id,
        "asked_at": question.asked_at,
    }
    connection.execute(insert_new(table, connection), row)


def _read(connection: Connection, conditions: _Conditions) -> list[UnansweredQuestion]:
    latest_first = (table.c.asked_at.desc(), table.c.id)
    statement = select(table).where(*conditions).order_by(*latest_first)
    rows: Any = connection.execute(statement)
    return [
        UnansweredQuestion(
            row.id,
            Installation(row.team_id, row.enterprise_id),
            row.briefing_id,
            row.text,
            row.asked_at,
            asker_id=row.asker_id,
        )
        for row in rows
    ]


def _of_person(installation: Installation, user_id: str) -> _Conditions:
    return (*of_installation(installation, table), table.c.asker_id == user_id)
