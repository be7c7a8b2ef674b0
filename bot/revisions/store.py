"""`RevisionStore`: every changed snapshot once, and which of them is current."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bot.briefing.library import Fingerprints
from bot.db.database import Database
from bot.db.dialects import insert_new, lock, upsert
from bot.db.tables import current_revision, revisions


@dataclass(frozen=True, slots=True)
class StoredRevision:
    """A snapshot of the library by its hash, and where it came from.

    `number` grows with every new snapshot. `made_at` is when its authors made it: the
    time of the git commit, or of the newest file. `commit` is empty outside git.
    """

    hash: str
    number: int
    made_at: datetime
    stored_at: datetime
    commit: str = ""


@dataclass(frozen=True)
class Snapshot:
    """A library as revisions keep it: its canonical JSON, whose hash names it.

    `kept` are the fingerprints that messages of this revision carry although the words
    are others by now: they were only worded anew.
    """

    text: str
    kept: Fingerprints = field(default_factory=dict)

    @cached_property
    def hash(self) -> str:
        return sha256(self.text.encode()).hexdigest()


class RevisionState(StrEnum):
    """How this process's snapshot relates to the current revision.

    A `BEHIND` replica plans nothing: it would edit messages back.
    """

    CURRENT = "current"
    BEHIND = "behind"


ONLY = 1
"""The key of the one row that says which revision is current."""

_COLUMNS = (
    revisions.c.hash,
    revisions.c.number,
    revisions.c.made_at,
    revisions.c.stored_at,
    revisions.c.commit,
)


class RevisionStore:
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
    ) -> RevisionState:
        """Store a snapshot if its text is new, and make it current if it is newer.

        `current_revision` moves by compare-and-set: from `previous`, the revision this
        process served until now (files edited, or edited back, under a running bot), or
        to a later `made_at` (a start, a deploy). Otherwise this process is behind.
        """
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
        """Return the current revision, or None before the first."""
        statement = select(*_COLUMNS).join(current_revision)
        found = await self._database.read(lambda c: _revisions(c, statement))
        return found[0] if found else None

    async def snapshot(self, revision: str) -> Snapshot | None:
        """Return a revision by its hash, or None if it was never stored."""
        statement = select(revisions.c.snapshot, revisions.c.kept).where(
            revisions.c.hash == revision
        )
        row = await self._database.read(lambda c: c.execute(statement).one_or_none())
        return Snapshot(row.snapshot, json.loads(row.kept)) if row else None

    async def history(self, limit: int) -> Sequence[StoredRevision]:
        """Return the latest revisions, newest first."""
        statement = select(*_COLUMNS).order_by(revisions.c.number.desc()).limit(limit)
        return await self._database.read(lambda c: _revisions(c, statement))


def _publish(
    connection: Connection,
    offered: StoredRevision,
    *,
    snapshot: Snapshot,
    previous: str,
) -> RevisionState:
    """Compare and set, one replica at a time: those that race agree on the order."""
    lock(connection, revisions)
    _store(connection, offered, snapshot)
    first = {"only": ONLY, "hash": offered.hash, "made_at": offered.made_at}
    connection.execute(insert_new(current_revision, connection), first)
    statement = select(current_revision.c.hash, current_revision.c.made_at)
    current = connection.execute(statement).one()

    if current.hash == offered.hash:
        return RevisionState.CURRENT
    if current.hash != previous and offered.made_at <= current.made_at:
        return RevisionState.BEHIND
    changed = upsert(current_revision, connection, change=("hash", "made_at"))
    connection.execute(changed, first)
    return RevisionState.CURRENT


def _store(connection: Connection, offered: StoredRevision, snapshot: Snapshot) -> None:
    known = select(revisions.c.hash).where(revisions.c.hash == offered.hash)
    if connection.scalar(known) is not None:
        return
    highest = connection.scalar(select(func.max(revisions.c.number)))
    row = {
        "hash": offered.hash,
        "number": (highest or 0) + 1,
        "snapshot": snapshot.text,
        "kept": json.dumps(snapshot.kept, sort_keys=True),
        "commit": offered.commit,
        "made_at": offered.made_at,
        "stored_at": offered.stored_at,
    }
    connection.execute(insert(revisions), row)


def _revisions(connection: Connection, statement: Any) -> Sequence[StoredRevision]:
    return [StoredRevision(*row) for row in connection.execute(statement)]
