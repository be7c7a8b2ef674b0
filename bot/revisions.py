"""Revisions: every library that was served, which is current, and what each said."""

import asyncio
import json
import logging
import math
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bot.briefing.changes import kept_fingerprints
from bot.briefing.library import (
    Fingerprints,
    Library,
    SnapshotError,
    read_snapshot,
    write_snapshot,
)
from bot.db.database import Database
from bot.db.tables import current_revision, insert_new, lock, revisions, upsert
from bot.files.git import LibraryVersion
from bot.interfaces import Clock

log = logging.getLogger(__name__)

FRESH_S = 5.0
"""How long this process believes that no other one has moved on."""
REMEMBERED = 8
"""Earlier libraries kept in memory: most recipients received one of the last few."""


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


@dataclass(frozen=True, slots=True)
class Published:
    """What the tables said once a snapshot was offered to them.

    `current` is the hash of the current revision, whoever published it. `kept` are the
    fingerprints that were stored first with this snapshot.
    """

    state: RevisionState
    current: str
    kept: Fingerprints


class Revisions:
    """Publishes what this process has loaded, and reads back what others received.

    What is posted comes from `current`, never from the files directly: a replica whose
    files are older than another's posts what the other would.
    """

    def __init__(self, store: "RevisionStore", clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._own: Library | None = None
        self._current = ""
        self._checked_at = -math.inf
        self._remembered: OrderedDict[str, Library] = OrderedDict()
        self._turn = asyncio.Lock()

    @property
    def is_behind(self) -> bool:
        """Say whether another process is ahead: then this one plans nothing."""
        return self._own is None or self._own.content_hash != self._current

    @property
    def is_published(self) -> bool:
        """Say whether this process has taken part yet."""
        return self._own is not None

    @property
    def is_superseded(self) -> bool:
        """Say whether another process has newer briefings than this one serves."""
        return self.is_published and self.is_behind

    async def publish(self, library: Library, version: LibraryVersion) -> RevisionState:
        """Make a library that was loaded the current revision, if it is newer.

        1. What was only worded anew keeps the fingerprints of the current revision, if
           that one can be read.
        2. It is stored, by whichever replica comes first; its fingerprints are used.
        3. It becomes current, or this process is behind.
        """
        async with self._turn:
            current = await self._store.current()
            if current is not None and current.hash != library.content_hash:
                with suppress(SnapshotError):
                    earlier = await self._library(current.hash)
                    library = library.keeping(kept_fingerprints(earlier, library))
            published = await self._store.publish(
                Snapshot(write_snapshot(library), library.kept),
                made_at=version.made_at,
                commit=version.commit,
                previous=self._own.content_hash if self._own else "",
            )
            own = self._remember(library.keeping(published.kept))
            self._note(published.current, own)

        extra = {"hash": library.content_hash[:12], "state": published.state.value}
        log.info("revision.published", extra=extra)
        return published.state

    async def current(self) -> Library:
        """Return the library to post from.

        Raise SnapshotError where another release made it, and `StoreUnavailable`.
        """
        async with self._turn:
            if self._clock.elapsed_s() - self._checked_at >= FRESH_S:
                await self._look()
            if not self.is_behind and self._own is not None:
                return self._own
            return await self._library(self._current)

    async def at(self, revision: str) -> Library | None:
        """Return the library of a revision; None where nobody can read it any more."""
        async with self._turn:
            try:
                return await self._library(revision)
            except SnapshotError as error:
                extra = {"hash": revision[:12], "reason": str(error)}
                log.warning("revision.unreadable", extra=extra)
                return None

    async def refresh(self) -> None:
        """Find out whether another process moved on."""
        async with self._turn:
            await self._look()

    async def _look(self) -> None:
        current = await self._store.current()
        self._note(current.hash if current else "", self._own)

    def _note(self, current: str, own: Library | None) -> None:
        """Take over what is current and what is this process's own, both at once.

        With one of them alone this process would seem to be behind itself to whoever
        asks meanwhile.
        """
        was_behind = self.is_behind
        self._own, self._current = own, current
        self._checked_at = self._clock.elapsed_s()
        if self.is_behind and not was_behind:
            log.warning("revision.behind", extra={"current": current[:12]})

    async def _library(self, revision: str) -> Library:
        if revision in self._remembered:
            self._remembered.move_to_end(revision)
            return self._remembered[revision]
        stored = await self._store.snapshot(revision)
        if stored is None:
            raise SnapshotError(f"Revision {revision[:12]} is not in this database.")

        # Ten thousand claims take a third of a second, and somebody may be asking.
        library = await asyncio.to_thread(read_snapshot, stored.text)
        return self._remember(library.keeping(stored.kept))

    def _remember(self, library: Library) -> Library:
        self._remembered[library.content_hash] = library
        self._remembered.move_to_end(library.content_hash)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return library


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
    """Keeps every changed snapshot once, and which of them is current.

    Any number of replicas may publish the same one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self,
        snapshot: Snapshot,
        *,
        made_at: datetime,
        commit: str = "",
        previous: str = "",
    ) -> Published:
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
) -> Published:
    """Compare and set, one replica at a time: those that race agree on the order."""
    lock(connection, revisions)
    known = select(revisions.c.kept).where(revisions.c.hash == offered.hash)
    stored = connection.scalar(known)
    kept = snapshot.kept if stored is None else json.loads(stored)
    if stored is None:
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

    first = {"only": ONLY, "hash": offered.hash, "made_at": offered.made_at}
    connection.execute(insert_new(current_revision, connection), first)
    statement = select(current_revision.c.hash, current_revision.c.made_at)
    current = connection.execute(statement).one()

    if current.hash == offered.hash:
        return Published(RevisionState.CURRENT, current.hash, kept)
    if current.hash != previous and offered.made_at <= current.made_at:
        return Published(RevisionState.BEHIND, current.hash, kept)
    changed = upsert(current_revision, connection, change=("hash", "made_at"))
    connection.execute(changed, first)
    return Published(RevisionState.CURRENT, offered.hash, kept)


def _revisions(connection: Connection, statement: Any) -> Sequence[StoredRevision]:
    return [StoredRevision(*row) for row in connection.execute(statement)]
