"""`ConversationTurnStore`: what was just asked, for questions that lean on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.db.database import Database
from bot.db.dialects import insert_new
from bot.db.tables import of_installation, turns
from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class ConversationTurn:
    """What somebody asked in a conversation: the next question may lean on it."""

    installation: Installation
    channel_id: str
    user_id: str
    ts: str
    question: str
    asked_at: datetime


class ConversationTurnStore:
    """A `TurnStore`; its rows live for minutes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, turn: ConversationTurn) -> None:
        """Keep a turn; keeping it again changes nothing."""
        await self._database.write_together(_keep, turn)

    async def before(
        self, turn: ConversationTurn, *, since: datetime
    ) -> ConversationTurn | None:
        """Return the last turn of the same person there, asked before this one."""
        return await self._database.read(lambda c: _before(c, turn, since))

    async def drop_before(self, then: datetime) -> int:
        """Drop what was asked before then, and return how many."""
        statement = delete(turns).where(turns.c.asked_at < then)
        return await self._database.write(lambda c: c.execute(statement).rowcount)

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person asked."""
        statement = delete(turns).where(
            *of_installation(installation, turns), turns.c.user_id == user_id
        )
        return await self._database.write(lambda c: c.execute(statement).rowcount)


def _keep(
    connection: Connection, kept: Sequence[ConversationTurn], _now: datetime
) -> Sequence[None]:
    rows = [
        {
            "enterprise_id": turn.installation.enterprise_id,
            "team_id": turn.installation.team_id,
            "channel_id": turn.channel_id,
            "ts": turn.ts,
            "user_id": turn.user_id,
            "question": turn.question,
            "asked_at": turn.asked_at,
        }
        for turn in kept
    ]
    connection.execute(insert_new(turns, connection), rows)
    return [None] * len(rows)


def _before(
    connection: Connection, turn: ConversationTurn, since: datetime
) -> ConversationTurn | None:
    statement = (
        select(turns.c.ts, turns.c.question, turns.c.asked_at)
        .where(
            *of_installation(turn.installation, turns),
            turns.c.channel_id == turn.channel_id,
            turns.c.user_id == turn.user_id,
            # All of one conversation's timestamps have the same number of digits.
            turns.c.ts < turn.ts,
            turns.c.asked_at >= since,
        )
        .order_by(turns.c.ts.desc())
        .limit(1)
    )
    found: Any = connection.execute(statement).first()
    if found is None:
        return None
    place = turn.installation, turn.channel_id, turn.user_id
    return ConversationTurn(*place, found.ts, found.question, found.asked_at)
