"""The contract of `ShownWordingStore`, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.corrections.model import ClaimKey
from bot.corrections.shown_wordings import ShownWordingStore
from bot.db.database import open_database
from tests.fakes import MORNING
from tests.outbox import HERE
from tests.questions import make_shown_wording

CASUALTIES, SAPPERS = ClaimKey("war", "casualties"), ClaimKey("war", "sappers")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[ShownWordingStore]:
    async with open_database(database_url) as database:
        yield ShownWordingStore(database)


async def test_outdated_are_other_wordings_than_now(
    store: ShownWordingStore,
) -> None:
    """Whoever saw the words of now has nothing to be told."""
    old, gone = make_shown_wording(), make_shown_wording("gone")
    await store.keep([old, gone, make_shown_wording("sappers", fingerprint="new")])

    outdated = await store.outdated({CASUALTIES: "new", SAPPERS: "new"})

    assert set(outdated) == {old, gone}


async def test_the_last_wording_shown_replaces_the_one_before(
    store: ShownWordingStore,
) -> None:
    """What somebody saw last is what they know."""
    later = MORNING + timedelta(days=1)
    await store.keep([make_shown_wording()])
    await store.keep([make_shown_wording(fingerprint="new", entries=1, at=later)])
    await store.keep([])

    assert await store.outdated({CASUALTIES: "new"}) == []
    assert await store.count_of_person(HERE, "U0ANA") == 1


async def test_reads_add_up_without_names(store: ShownWordingStore) -> None:
    """The most read claims are known, and not by whom."""
    await store.count(HERE, [CASUALTIES, SAPPERS, CASUALTIES])
    await store.count(HERE, [CASUALTIES])
    await store.count(HERE, [])

    assert await store.reads(HERE) == {CASUALTIES: 2, SAPPERS: 1}


async def test_shown_wordings_are_dropped_by_age_and_by_person(
    store: ShownWordingStore,
) -> None:
    """Nothing is kept longer than it serves, nor against somebody's wish."""
    month = timedelta(days=30)
    await store.keep(
        [make_shown_wording(), make_shown_wording("sappers", at=MORNING - month)]
    )
    await store.keep([make_shown_wording(user_id="U0BEN")])

    assert await store.drop_before(MORNING - timedelta(days=1)) == 1
    assert await store.forget(HERE, "U0ANA") == 1
    assert await store.count_of_person(HERE, "U0ANA") == 0
    assert await store.count_of_person(HERE, "U0BEN") == 1
