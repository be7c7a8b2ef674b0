"""`UnansweredStore`: the questions that no briefing answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
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

from bot.db.database import Database
from bot.db.dialects import insert_new, lock
from bot.db.tables import gap_questions as table
from bot.db.tables import of_installation
from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that no briefing answered.

    `briefing_id` is empty where several were asked. `asker_id` is empty unless the
    person agreed to be told of an answer: nothing else tells who it was.
    """

    id: str
    installation: Installation
    briefing_id: str
    text: str
    asked_at: datetime
    asker_id: str = ""


_Conditions = tuple[ColumnElement[bool], ...]


class UnansweredStore:
    """A `GapStore`: a row for each question, and a name only where one is needed."""

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
        await self._database.write(lambda c: _sign(c, question))

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
        """Return what a person asked to be told of."""
        mine = _of_person(installation, user_id)
        return await self._database.read(lambda c: _read(c, mine))

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person asked to be told of."""
        mine = _of_person(installation, user_id)
        return await self._delete(delete(table).where(*mine))

    async def drop_before(self, then: datetime) -> int:
        """Drop what was asked before then, and return how many."""
        return await self._delete(delete(table).where(table.c.asked_at < then))

    async def _delete(self, statement: Delete) -> int:
        return await self._database.write(lambda c: c.execute(statement).rowcount)


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


def _sign(connection: Connection, question: UnansweredQuestion) -> None:
    """Sign within one transaction, so that a double press signs one question."""
    lock(connection, table)
    here = of_installation(question.installation, table)
    alike = _read(connection, (*here, table.c.text == question.text))
    if any(each.asker_id == question.asker_id for each in alike):
        return

    unsigned = next((each for each in alike if not each.asker_id), None)
    if unsigned is None:
        _keep(connection, question)
        return
    connection.execute(
        update(table)
        .where(*here, table.c.id == unsigned.id)
        .values(asker_id=question.asker_id)
    )


def _read(connection: Connection, conditions: _Conditions) -> list[UnansweredQuestion]:
    latest_first = (table.c.asked_at.desc(), table.c.id)
    statement = select(table).where(*conditions).order_by(*latest_first)
    return [_question(row) for row in connection.execute(statement)]


def _question(row: Any) -> UnansweredQuestion:
    return UnansweredQuestion(
        row.id,
        Installation(row.team_id, row.enterprise_id),
        row.briefing_id,
        row.text,
        row.asked_at,
        asker_id=row.asker_id,
    )


def _of_person(installation: Installation, user_id: str) -> _Conditions:
    return (*of_installation(installation, table), table.c.asker_id == user_id)
