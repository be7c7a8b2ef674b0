"""Revisions: every library that was served, which is current, and what each said.

The digests' file is part of what is current: a replica with an earlier one would plan
for recipients who were removed, and at hours that are no longer theirs.
"""

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
from bot.db.statements import insert_new, lock, upsert
from bot.db.tables import current_revision, revisions
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


@dataclass(frozen=True, slots=True)
class CurrentRevision:
    """Which library and which digests are current, and when their authors made them.

    `digests` is the fingerprint of the digests' file; empty where a release before
    fingerprints made them current.
    """

    hash: str
    digests: str
    made_at: datetime


@dataclass(frozen=True)
class OwnLibrary(CurrentRevision):
    """What this process has published, whether it is current or not."""

    library: Library


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

    `current` is what is current now, whoever published it. `kept` are the fingerprints
    that were stored first with this snapshot.
    """

    state: RevisionState
    current: CurrentRevision
    kept: Fingerprints


class Revisions:
    """Publishes what this process has loaded, and reads back what others received.

    What is posted comes from `current`, never from the files directly: a replica whose
    files are older than another's posts what the other would.
    """

    def __init__(self, store: "RevisionStore", clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._own: OwnLibrary | None = None
        self._current: CurrentRevision | None = None
        self._checked_at = -math.inf
        self._remembered: OrderedDict[str, Library] = OrderedDict()
        self._searched: set[str] = set()
        self._turn = asyncio.Lock()

    @property
    def is_behind(self) -> bool:
        """Say whether another process is ahead: then this one plans nothing."""
        own, current = self._own, self._current
        if own is None or current is None or own.hash != current.hash:
            return True
        # Of one age they are of one commit: another release reads the file otherwise.
        return own.digests != current.digests and own.made_at < current.made_at

    @property
    def is_published(self) -> bool:
        """Say whether this process has taken part yet."""
        return self._own is not None

    @property
    def is_superseded(self) -> bool:
        """Say whether another process has newer briefings than this one serves."""
        return self.is_published and self.is_behind

    async def publish(
        self, library: Library, version: LibraryVersion, *, digests: str = ""
    ) -> RevisionState:
        """Make a library that was loaded the current revision, if it is newer.

        `digests` is the fingerprint of the file that was loaded with it.

        1. What was only worded anew keeps the fingerprints of the current revision, if
           that one can be read.
        2. It is stored, by whichever replica comes first; its fingerprints are used.
        3. It becomes current, or this process is behind.
        """
        async with self._turn:
            current = await self._store.current_state()
            if current is not None and current.hash != library.content_hash:
                with suppress(SnapshotError):
                    earlier = await self._library(current.hash)
                    library = library.keeping(kept_fingerprints(earlier, library))
            published = await self._store.publish(
                Snapshot(write_snapshot(library), library.kept),
                made_at=version.made_at,
                commit=version.commit,
                digests=digests,
                previous=self._own,
            )
            kept = self._remember(library.keeping(published.kept))
            own = OwnLibrary(kept.content_hash, digests, version.made_at, kept)
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
            if self._own and self._current and self._own.hash == self._current.hash:
                return self._own.library
            return await self._library(self._current.hash if self._current else "")

    async def at(self, revision: str) -> Library | None:
        """Return the library of a revision; None where nobody can read it any more."""
        async with self._turn:
            try:
                return await self._library(revision)
            except SnapshotError as error:
                extra = {"hash": revision[:12], "reason": str(error)}
                log.warning("revision.unreadable", extra=extra)
                return None

    async def before(self, then: datetime) -> Library | None:
        """Return the library as it was last stored before then; None if it was not."""
        revision = await self._store.before(then)
        return await self.at(revision) if revision else None

    async def refresh(self) -> None:
        """Find out whether another process moved on."""
        async with self._turn:
            await self._look()

    async def _look(self) -> None:
        self._note(await self._store.current_state(), self._own)

    def _note(self, current: CurrentRevision | None, own: OwnLibrary | None) -> None:
        """Take over what is current and what is this process's own, both at once.

        With one of them alone this process would seem to be behind itself to whoever
        asks meanwhile.
        """
        was_behind = self.is_behind
        self._own, self._current = own, current
        self._checked_at = self._clock.elapsed_s()
        used = {each.hash for each in (own, current) if each}
        for hash in self._searched - used:
            if hash in self._remembered:
                self._remembered[hash].let_go()
        self._searched = used
        if self.is_behind and not was_behind:
            ahead = current.hash[:12] if current else ""
            log.warning("revision.behind", extra={"current": ahead})

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
        digests: str = "",
        previous: CurrentRevision | None = None,
    ) -> Published:
        """Store a snapshot if its text is new, and make it current if it is newer.

        `current_revision` moves by compare-and-set: from `previous`, what this process
        served until now (files edited, or edited back, under a running bot), or to a
        later `made_at` (a start, a deploy). Otherwise this process is behind.
        """
        offered = StoredRevision(
            hash=snapshot.hash,
            number=0,
            made_at=made_at,
            stored_at=self._database.now(),
            commit=commit,
        )
        return await self._database.write(
            lambda c: _publish(
                c, offered, snapshot=snapshot, digests=digests, previous=previous
            )
        )

    async def current(self) -> StoredRevision | None:
        """Return the current revision, or None before the first."""
        statement = select(*_COLUMNS).join(current_revision)
        found = await self._database.read(lambda c: _revisions(c, statement))
        return found[0] if found else None

    async def current_state(self) -> CurrentRevision | None:
        """Return what replicas compare themselves with, or None before the first."""
        return await self._database.read(_current)

    async def snapshot(self, revision: str) -> Snapshot | None:
        """Return a revision by its hash, or None if it was never stored."""
        statement = select(revisions.c.snapshot, revisions.c.kept).where(
            revisions.c.hash == revision
        )
        row = await self._database.read(lambda c: c.execute(statement).one_or_none())
        return Snapshot(row.snapshot, json.loads(row.kept)) if row else None

    async def before(self, then: datetime) -> str | None:
        """Return the hash of the last revision stored before then, if there is one."""
        statement = (
            select(revisions.c.hash)
            .where(revisions.c.stored_at < then)
            .order_by(revisions.c.number.desc())
            .limit(1)
        )
        return await self._database.read(lambda c: c.scalar(statement))

    async def history(self, limit: int) -> Sequence[StoredRevision]:
        """Return the latest revisions, newest first."""
        statement = select(*_COLUMNS).order_by(revisions.c.number.desc()).limit(limit)
        return await self._database.read(lambda c: _revisions(c, statement))


def _publish(
    connection: Connection,
    offered: StoredRevision,
    *,
    snapshot: Snapshot,
    digests: str,
    previous: CurrentRevision | None,
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

    ours = CurrentRevision(offered.hash, digests, offered.made_at)
    row = {
        "only": ONLY,
        "hash": ours.hash,
        "digests": ours.digests,
        "made_at": ours.made_at,
        "since": offered.stored_at,
    }
    connection.execute(insert_new(current_revision, connection), row)
    current = _current(connection)
    assert current is not None, "inserted just now, or before"

    is_same_library = current.hash == ours.hash
    if is_same_library and current.digests == ours.digests:
        return Published(RevisionState.CURRENT, current, kept)
    is_ours = previous is not None and (current.hash, current.digests) == (
        previous.hash,
        previous.digests,
    )
    if not is_ours and ours.made_at <= current.made_at:
        is_same = is_same_library and ours.made_at == current.made_at
        state = RevisionState.CURRENT if is_same else RevisionState.BEHIND
        return Published(state, current, kept)
    change: tuple[str, ...] = ("hash", "digests", "made_at")
    if not is_same_library:
        change += ("since",)
    connection.execute(upsert(current_revision, connection, change=change), row)
    return Published(RevisionState.CURRENT, ours, kept)


def _current(connection: Connection) -> CurrentRevision | None:
    columns = current_revision.c
    statement = select(columns.hash, columns.digests, columns.made_at)
    row = connection.execute(statement).one_or_none()
    return CurrentRevision(row.hash, row.digests or "", row.made_at) if row else None


def _revisions(connection: Connection, statement: Any) -> Sequence[StoredRevision]:
    return [StoredRevision(*row) for row in connection.execute(statement)]
