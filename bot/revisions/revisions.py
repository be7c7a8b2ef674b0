"""Revisions: which library is current, and what an earlier one said."""

import asyncio
import logging
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.briefing.changes import kept_fingerprints
from bot.briefing.library import Library
from bot.briefing.snapshot import SnapshotError, read_snapshot, write_snapshot
from bot.files.git import LibraryVersion
from bot.interfaces import Clock
from bot.revisions.store import RevisionState, RevisionStore, Snapshot

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=5)
"""How long this process believes that no other one has moved on."""
REMEMBERED = 8
"""Earlier libraries kept in memory: most recipients received one of the last few."""


class Revisions:
    """Publishes what this process has loaded, and reads back what others received.

    What is posted comes from `current`, never from the files directly: a replica whose
    files are older than another's posts what the other would.
    """

    def __init__(self, store: RevisionStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._own: Library | None = None
        self._current = ""
        self._checked_at: datetime | None = None
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

        1. What was only worded anew keeps the fingerprints of the current revision.
        2. It is stored, by whichever replica comes first.
        3. It becomes current, or this process is behind.
        """
        async with self._turn:
            kept = await self._keep_fingerprints(library)
            state = await self._store.publish(
                Snapshot(write_snapshot(library), kept.kept),
                made_at=version.made_at,
                commit=version.commit,
                previous=self._own.content_hash if self._own else "",
            )
            await self._look(self._remember(await self._as_stored(kept)))

        extra = {"hash": library.content_hash[:12], "state": state.value}
        log.info("revision.published", extra=extra)
        return state

    async def current(self) -> Library:
        """Return the library to post from.

        Raise SnapshotError where another release made it, and `StoreUnavailable`.
        """
        async with self._turn:
            if self._is_due_to_look():
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

    async def _keep_fingerprints(self, library: Library) -> Library:
        """Carry fingerprints on from what is current; none where that is unreadable."""
        current = await self._store.current()
        if current is None or current.hash == library.content_hash:
            return library
        try:
            earlier = await self._library(current.hash)
        except SnapshotError:
            return library
        return library.keeping(kept_fingerprints(earlier, library))

    async def _as_stored(self, library: Library) -> Library:
        """Take the fingerprints that were stored first, whoever stored them."""
        stored = await self._store.snapshot(library.content_hash)
        return library.keeping(stored.kept) if stored else library

    def _is_due_to_look(self) -> bool:
        now = self._clock.now()
        return self._checked_at is None or now - self._checked_at >= FRESH

    async def _look(self, own: Library | None = None) -> None:
        """Find out what is current, after publishing what is this process's `own` now.

        Both are taken over at once: with one of them alone this process would seem to
        be behind itself to whoever asks meanwhile.
        """
        current = await self._store.current()
        was_behind = self.is_behind
        self._own = own or self._own
        self._current = current.hash if current else ""
        self._checked_at = self._clock.now()
        if self.is_behind and not was_behind:
            log.warning("revision.behind", extra={"current": self._current[:12]})

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
