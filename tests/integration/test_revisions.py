"""Revisions on a real database: who is current, and what was said before."""

import gc
import weakref
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.briefing.library import Library, SnapshotError
from bot.briefing.search.searcher import Searcher
from bot.briefing.tlp import PUBLIC
from bot.db.database import Database, open_database
from bot.files.git import LibraryVersion
from bot.revisions import (
    FRESH_S,
    REMEMBERED,
    CurrentRevision,
    Published,
    Revisions,
    RevisionState,
    RevisionStore,
    Snapshot,
)
from tests.factories import briefing_of, claim
from tests.fakes import MORNING, StoppedClock

OLD = Library((briefing_of(claim(text="About 40 boats were lost.")),))
REFILED = Library((briefing_of(claim(text="About 40 ships were lost.")),))
NEW = Library((briefing_of(claim(text="About 47 boats were lost.")),))
EARLY, LATE = LibraryVersion(MORNING), LibraryVersion(MORNING + timedelta(hours=1))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def store(sqlite_url: str, clock: StoppedClock) -> AsyncIterator[RevisionStore]:
    async with open_database(sqlite_url, clock=clock) as database:
        yield RevisionStore(database)


@pytest.fixture
def replica(store: RevisionStore, clock: StoppedClock) -> Callable[[], Revisions]:
    return lambda: Revisions(store, clock)


def fingerprint(library: Library) -> str:
    return library.for_audience(PUBLIC).fingerprints["harbour"]["losses"]


async def test_what_was_loaded_is_posted_from(replica: Callable[[], Revisions]) -> None:
    """A library that is published is the current one."""
    revisions = replica()

    state = await revisions.publish(OLD, EARLY)

    assert state is RevisionState.CURRENT
    assert not revisions.is_behind
    assert (await revisions.current()).briefings == OLD.briefings


async def test_an_older_deploy_posts_what_the_newer_one_says(
    replica: Callable[[], Revisions],
) -> None:
    """A replica that is behind never edits messages back, nor says what was."""
    await replica().publish(NEW, LATE)
    behind = replica()

    assert await behind.publish(OLD, EARLY) is RevisionState.BEHIND

    assert behind.is_behind
    assert (await behind.current()).briefings == NEW.briefings


async def test_a_replica_notices_that_another_moved_on(
    replica: Callable[[], Revisions], clock: StoppedClock
) -> None:
    """Within seconds it posts what the other one does."""
    first, second = replica(), replica()
    await first.publish(OLD, EARLY)
    await second.publish(NEW, LATE)

    clock.move(timedelta(seconds=FRESH_S))

    assert (await first.current()).briefings == NEW.briefings
    assert first.is_behind


class WatchedStore(RevisionStore):
    """Asks `revisions` at each of its own answers how a health check would find it."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.revisions: Revisions | None = None
        self.superseded: list[bool] = []

    async def current_state(self) -> CurrentRevision | None:
        self._ask()
        found = await super().current_state()
        self._ask()
        return found

    async def publish(self, *args: Any, **named: Any) -> Published:
        published = await super().publish(*args, **named)
        self._ask()
        return published

    async def snapshot(self, revision: str) -> Snapshot | None:
        self._ask()
        return await super().snapshot(revision)

    def _ask(self) -> None:
        assert self.revisions is not None
        self.superseded.append(self.revisions.is_superseded)


async def test_no_replica_is_ever_behind_itself(
    sqlite_url: str, clock: StoppedClock
) -> None:
    """Whoever asks at a start or amid a load hears nothing of newer briefings."""
    async with open_database(sqlite_url, clock=clock) as database:
        store = WatchedStore(database)
        store.revisions = Revisions(store, clock)
        await store.revisions.publish(OLD, EARLY)
        await store.revisions.publish(NEW, LATE)

        assert store.superseded
        assert not any(store.superseded)
        assert not store.revisions.is_superseded


async def test_a_replica_that_another_overtook_is_superseded(
    replica: Callable[[], Revisions],
) -> None:
    """Its health says so; before its first load there is nothing to compare."""
    first, second = replica(), replica()
    await first.publish(OLD, EARLY)
    assert not second.is_superseded

    await second.publish(NEW, LATE)
    await first.refresh()

    assert first.is_superseded
    assert not second.is_superseded


async def test_a_replica_with_earlier_digests_plans_nothing(
    replica: Callable[[], Revisions],
) -> None:
    """It answers from its library, which is the same."""
    first, second = replica(), replica()
    await first.publish(OLD, EARLY, digests="early")
    await second.publish(OLD, LATE, digests="late")
    await first.refresh()

    assert (first.is_behind, second.is_behind) == (True, False)
    assert (await first.current()).content_hash == OLD.content_hash


async def test_digests_edited_under_a_running_bot_are_current(
    replica: Callable[[], Revisions],
) -> None:
    """Edited back as well, and the others are behind until they have them."""
    first, second = replica(), replica()
    await first.publish(OLD, EARLY, digests="before")
    await second.publish(OLD, EARLY, digests="before")
    await first.publish(OLD, LATE, digests="after")
    await second.refresh()
    was_behind = second.is_behind
    await second.publish(OLD, LATE, digests="after")

    await first.publish(OLD, EARLY, digests="before")

    assert was_behind
    assert not first.is_behind


async def test_an_earlier_revision_is_rebuilt(
    replica: Callable[[], Revisions],
) -> None:
    """What a recipient received can be compared with what is true now."""
    await replica().publish(OLD, EARLY)
    later = replica()
    await later.publish(NEW, LATE)

    rebuilt = await later.at(OLD.content_hash)

    assert rebuilt is not None
    assert rebuilt.briefings == OLD.briefings
    assert await later.at("unknown") is None


async def test_a_refile_keeps_its_fingerprint_in_every_replica(
    replica: Callable[[], Revisions],
) -> None:
    """A replica that starts later finds what was kept without having seen the words."""
    first = replica()
    await first.publish(OLD, EARLY)
    await first.publish(REFILED, EARLY)
    second = replica()
    await second.publish(REFILED, EARLY)

    assert fingerprint(await first.current()) == fingerprint(OLD)
    assert fingerprint(await second.current()) == fingerprint(OLD)
    assert fingerprint(OLD) != fingerprint(REFILED)


async def test_a_revision_of_another_release_is_no_base_line(
    replica: Callable[[], Revisions], store: RevisionStore
) -> None:
    """It cannot be compared with; and what cannot be read is not posted from."""
    alien = Snapshot('{"id":"a","mood":"fine"}')
    await store.publish(alien, made_at=LATE.made_at)
    revisions = replica()
    await revisions.publish(OLD, EARLY)

    assert await revisions.at(alien.hash) is None
    with pytest.raises(SnapshotError):
        await revisions.current()


async def test_only_what_is_current_keeps_its_search_indexes(
    replica: Callable[[], Revisions],
) -> None:
    """An earlier revision is remembered for what it said, and searched no more."""
    revisions, searchers = replica(), list[weakref.ref[Searcher]]()
    for number in range(REMEMBERED):
        lost = claim(text=f"About {40 + number} boats were lost.")
        version = LibraryVersion(MORNING + timedelta(hours=number))
        await revisions.publish(Library((briefing_of(lost),)), version)
        current = (await revisions.current()).for_audience(PUBLIC)
        current.searcher.warm()
        searchers.append(weakref.ref(current.searcher))
        del current

    gc.collect()

    assert [made() is not None for made in searchers] == [False] * 7 + [True]
    earlier = await revisions.before(MORNING + timedelta(days=1))
    assert earlier is not None
    assert fingerprint(earlier)
