"""`SqlTurnStore`: what was just asked, for questions that lean on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.installation import Installation
from bot.services.question_stores import Turn
from bot.storage.batches import Batches
from bot.storage.database import Database
from bot.storage.dialects import insert_new
from bot.storage.rows import of_installation
from bot.storage.tables import turns


class SqlTurnStore:
    """A `TurnStore`; its rows live for minutes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keeps = Batches(self._write_keeps)

    async def keep(self, turn: Turn) -> None:
        await self._keeps.ask(turn)

    async def _write_keeps(self, kept: Sequence[Turn]) -> Sequence[None]:
        rows = [_row(turn) for turn in kept]
        await self._database.write(lambda c: c.execute(insert_new(turns, c), rows))
        return [None] * len(rows)

    async def before(self, turn: Turn, *, since: datetime) -> Turn | None:
        return await self._database.read(lambda c: _before(c, turn, since))

    async def drop_before(self, then: datetime) -> int:
        statement = delete(turns).where(turns.c.asked_at < then)
        return (await self._database.write(lambda c: c.execute(statement))).rowcount

    async def forget(self, installation: Installation, user_id: str) -> int:
        statement = delete(turns).where(
            *of_installation(installation, turns), turns.c.user_id == user_id
        )
        return (await self._database.write(lambda c: c.execute(statement))).rowcount


def _row(turn: Turn) -> dict[str, Any]:
    return {
        "enterprise_id": turn.installation.enterprise_id,
        "team_id": turn.installation.team_id,
        "channel_id": turn.channel_id,
        "ts": turn.ts,
        "user_id": turn.user_id,
        "question": turn.question,
        "asked_at": turn.asked_at,
    }


async def _before(
    connection: AsyncConnection, turn: Turn, since: datetime
) -> Turn | None:
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
    found: Any = (await connection.execute(statement)).first()
    if found is None:
        return None
    place = turn.installation, turn.channel_id, turn.user_id
    return Turn(*place, found.ts, found.question, found.asked_at)
