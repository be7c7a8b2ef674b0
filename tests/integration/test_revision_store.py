"""The contract of `RevisionStore`, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256

import pytest

from bot.db.database import open_database
from bot.revisions import RevisionState, RevisionStore, Snapshot
from tests.fakes import MORNING, StoppedClock

LATER = MORNING + timedelta(hours=1)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[RevisionStore]:
    async with open_database(database_url, clock=StoppedClock()) as database:
        yield RevisionStore(database)


async def test_a_snapshot_is_stored_once_by_any_number_of_replicas(
    store: RevisionStore,
) -> None:
    """Replicas that start together publish the same revision and all are current."""
    offers = [
        store.publish(Snapshot("{}"), made_at=MORNING, commit="abc") for _ in range(5)
    ]

    published = await asyncio.gather(*offers)

    assert {one.state for one in published} == {RevisionState.CURRENT}
    (revision,) = await store.history(10)
    assert revision == await store.current()
    assert revision.hash == sha256(b"{}").hexdigest()
    assert (revision.commit, revision.stored_at) == ("abc", MORNING)


async def test_different_snapshots_at_once_leave_one_current(
    store: RevisionStore,
) -> None:
    """Whoever races, the one made last is current and the others are behind."""
    offers = [
        store.publish(Snapshot(f"{n}"), made_at=MORNING + timedelta(seconds=n))
        for n in range(5)
    ]

    await asyncio.gather(*offers)

    current = await store.current()
    assert current is not None
    assert await store.snapshot(current.hash) == Snapshot("4")
    assert sorted(r.number for r in await store.history(10)) == [1, 2, 3, 4, 5]


async def test_an_older_deploy_is_behind(store: RevisionStore) -> None:
    """A replica that restarts with an older snapshot never edits messages back."""
    await store.publish(Snapshot("old"), made_at=MORNING)
    await store.publish(Snapshot("new"), made_at=LATER)

    published = await store.publish(Snapshot("old"), made_at=MORNING)

    assert published.state is RevisionState.BEHIND
    assert published.current.hash == Snapshot("new").hash


async def test_an_edit_under_a_running_bot_is_current_whatever_its_date(
    store: RevisionStore,
) -> None:
    """Files edited back are a new move, though the snapshot is an old one."""
    await store.publish(Snapshot("old"), made_at=MORNING)
    await store.publish(Snapshot("new"), made_at=LATER)
    new = await store.current_state()

    published = await store.publish(Snapshot("old"), made_at=MORNING, previous=new)

    assert published.state is RevisionState.CURRENT
    current = await store.current()
    assert current is not None
    assert current.hash == sha256(b"old").hexdigest()


async def test_earlier_digests_are_behind(store: RevisionStore) -> None:
    """With the same briefings, too: their recipients were removed on purpose."""
    await store.publish(Snapshot("same"), made_at=MORNING, digests="early")
    later = await store.publish(Snapshot("same"), made_at=LATER, digests="late")

    again = await store.publish(Snapshot("same"), made_at=MORNING, digests="early")

    assert later.state is RevisionState.CURRENT
    assert (again.state, again.current.digests) == (RevisionState.BEHIND, "late")


async def test_digests_of_one_commit_are_the_same(store: RevisionStore) -> None:
    """Another release may read the file otherwise, or note no digests at all."""
    await store.publish(Snapshot("same"), made_at=MORNING)

    published = await store.publish(Snapshot("same"), made_at=MORNING, digests="read")

    assert published.state is RevisionState.CURRENT


async def test_unknown_revision_has_no_snapshot(store: RevisionStore) -> None:
    """A database made anew does not know what it never stored."""
    assert await store.snapshot("unknown") is None
    assert await store.current() is None
