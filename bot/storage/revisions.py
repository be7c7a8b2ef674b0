"""`SqlRevisionStore`: every changed snapshot once, and which of them is current."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.services.stores import Snapshot, Standing, StoredRevision
from bot.storage.database import Database
from bot.storage.dialects import insert_new, lock, upsert
from bot.storage.tables import current_revision, revisions

ONLY = 1
"""The key of the one row that says which revision is current."""

_COLUMNS = (
    revisions.c.hash,
    revisions.c.number,
    revisions.c.made_at,
    revisions.c.stored_at,
    revisions.c.commit,
)


class SqlRevisionStore:
    """A `RevisionStore`; any number of replicas may publish the same snapshot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self,
        snapshot: Snapshot,
        *,
        made_at: datetime,
        commit: str = "",
        previous: str = "",
    ) -> Standing:
        offered = StoredRevision(
            hash=snapshot.hash,
            number=0,
            made_at=made_at,
            stored_at=self._database.now(),
            commit=commit,
        )
        return await self._database.write(
            lambda c: _publish(c, offered, snapshot=snapshot, previous=previous)
        )

    async def current(self) -> StoredRevision | None:
        statement = select(*_COLUMNS).join(current_revision)
        found = await self._database.read(lambda c: _revisions(c, statement))
        return found[0] if found else None

    async def snapshot(self, revision: str) -> Snapshot | None:
        statement = select(revisions.c.snapshot, revisions.c.kept).where(
            revisions.c.hash == revision
        )
        found = await self._database.read(lambda c: c.execute(statement))
        row = found.one_or_none()
        return Snapshot(row.snapshot, json.loads(row.kept)) if row else None

    async def history(self, limit: int) -> Sequence[StoredRevision]:
        statement = select(*_COLUMNS).order_by(revisions.c.number.desc()).limit(limit)
        return await self._database.read(lambda c: _revisions(c, statement))


async def _publish(
    connection: AsyncConnection,
    offered: StoredRevision,
    *,
    snapshot: Snapshot,
    previous: str,
) -> Standing:
    """Compare and set, one replica at a time: those that race agree on the order."""
    await lock(connection, revisions)
    await _store(connection, offered, snapshot)
    first = {"only": ONLY, "hash": offered.hash, "made_at": offered.made_at}
    await connection.execute(insert_new(current_revision, connection), first)
    statement = select(current_revision.c.hash, current_revision.c.made_at)
    current = (await connection.execute(statement)).one()

    if current.hash == offered.hash:
        return Standing.CURRENT
    if current.hash != previous and offered.made_at <= current.made_at:
        return Standing.BEHIND
    changed = upsert(current_revision, connection, change=("hash", "made_at"))
    await connection.execute(changed, first)
    return Standing.CURRENT


async def _store(
    connection: AsyncConnection, offered: StoredRevision, snapshot: Snapshot
) -> None:
    known = select(revisions.c.hash).where(revisions.c.hash == offered.hash)
    if await connection.scalar(known) is not None:
        return
    highest = await connection.scalar(select(func.max(revisions.c.number)))
    row = {
        "hash": offered.hash,
        "number": (highest or 0) + 1,
        "snapshot": snapshot.text,
        "kept": json.dumps(snapshot.kept, sort_keys=True),
        "commit": offered.commit,
        "made_at": offered.made_at,
        "stored_at": offered.stored_at,
    }
    await connection.execute(insert(revisions), row)


async def _revisions(
    connection: AsyncConnection, statement: Any
) -> Sequence[StoredRevision]:
    return [StoredRevision(*row) for row in await connection.execute(statement)]
