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
from bot.briefing.library import Library, SubLibrary
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
LATEST = 500
"""Questions that nobody waits for are asked again at a load, at most; all each hour."""
_AT_ONCE = 20
"""Questions asked again before others get a turn: each takes about a millisecond."""
_LATE = timedelta(minutes=1)
"""Within this time every replica's clock and every transaction has caught up."""


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
_NOBODY = ""
"""Nobody waits for an answer."""


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

    async def latest(self, limit: int) -> Sequence[UnansweredQuestion]:
        """Return all that somebody waits for, then so many of the others.

        Each latest first: what is behind them is not read at all.
        """
        is_signed, is_not = table.c.asker_id != _NOBODY, table.c.asker_id == _NOBODY
        return await self._database.read(
            lambda c: _read(c, (is_signed,)) + _read(c, (is_not,), limit)
        )

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
        self._asked: _Asked | None = None

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
        began = self._clock.now()
        number = await self._notify(library, await self._store.open())
        self._asked = _Asked(library, began)
        return number

    async def loaded(self, library: Library) -> int:
        """Ask again what a load may have answered; all after the first, and each hour.

        1. What somebody waits for is asked in full: who they are may have changed.
        2. Of the others the `LATEST`, so that a load costs what it changed, however
           many are open: those from before the last look ask the briefings that changed
           since, as the rest answers what it did then.
        """
        before = self._asked
        if before is None:
            return await self.notify_answered(library)
        began = self._clock.now()
        open_now = await self._store.latest(LATEST)
        number = await self._notify(library, open_now, before)
        self._asked = _Asked(library, began)
        return number

    async def _notify(
        self,
        library: Library,
        questions: Sequence[UnansweredQuestion],
        before: "_Asked | None" = None,
    ) -> int:
        again = _AskingAgain(library, before)
        answered: list[UnansweredQuestion] = []
        for position, question in enumerate(questions):
            if position % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if question.asker_id:
                is_answered = await self._is_answered(question, library)
            else:
                is_answered = again.is_answered(question)
            if is_answered:
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
        """Ask as whoever waits for it may see."""
        try:
            audience = await look_up_audience(
                self._audiences,
                question.installation,
                library,
                person=question.asker_id,
            )
        except AudienceUnknown:
            return False
        return _answers(library.for_audience(audience), question)

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


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which library the open questions were asked last, and since when."""

    library: Library
    at: datetime


class _AskingAgain:
    """Asks, as curators may see, what nobody waits for: the same words once."""

    def __init__(self, library: Library, before: _Asked | None) -> None:
        self._library = library
        self._before = before
        self._changed: dict[Installation, list[str]] = {}
        self._found: dict[tuple[Installation, str, str, bool], bool] = {}

    def is_answered(self, question: UnansweredQuestion) -> bool:
        before = self._before
        is_new = before is None or question.asked_at > before.at - _LATE
        place = question.installation
        key = (place, question.briefing_id, question.text, is_new)
        if key not in self._found:
            audience = Audience(Reach.CURATOR, installation=place)
            visible = self._library.for_audience(audience)
            if before is None or is_new:
                self._found[key] = _answers(visible, question)
            else:
                if place not in self._changed:
                    was = before.library.for_audience(audience).by_id
                    briefings = visible.briefings
                    changed = [b.id for b in briefings if b != was.get(b.id)]
                    self._changed[place] = changed
                self._found[key] = any(
                    _answers(visible, question, only_in=briefing_id)
                    for briefing_id in self._changed[place]
                )
        return self._found[key]


def _answers(
    visible: SubLibrary, question: UnansweredQuestion, *, only_in: str = ""
) -> bool:
    assumed = question.briefing_id if question.briefing_id in visible.by_id else ""
    reply = answer_question(
        question.text,
        visible,
        assumed_briefing=only_in or assumed,
        only_there=bool(only_in),
    )
    return isinstance(reply, Shown)


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


def _read(
    connection: Connection, conditions: _Conditions, limit: int | None = None
) -> list[UnansweredQuestion]:
    latest_first = (table.c.asked_at.desc(), table.c.id)
    statement = select(table).where(*conditions).order_by(*latest_first).limit(limit)
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
