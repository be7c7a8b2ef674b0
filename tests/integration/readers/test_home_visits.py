"""The contract of `VisitStore`, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.db.database import open_database
from bot.readers.home_visits import Visit, VisitStore
from tests.fakes import MORNING
from tests.outbox import HERE

ANA = "U0ANA"
MONDAY = Visit("r1", MORNING)
TUESDAY = Visit("r2", MORNING + timedelta(days=1))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[VisitStore]:
    async with open_database(database_url) as database:
        yield VisitStore(database)


async def test_a_visit_hears_of_the_one_before(store: VisitStore) -> None:
    """What is new is new since then; on the first visit there is no then."""
    assert await store.arrive(HERE, ANA, MONDAY) is None
    assert await store.arrive(HERE, ANA, TUESDAY) == MONDAY


async def test_looking_again_is_the_same_visit(store: VisitStore) -> None:
    """What was new ten minutes ago is still shown as new."""
    await store.arrive(HERE, ANA, MONDAY)
    await store.arrive(HERE, ANA, TUESDAY)
    soon = Visit("r3", TUESDAY.at + timedelta(minutes=29))

    assert await store.arrive(HERE, ANA, soon) == MONDAY


async def test_asking_is_no_visit(store: VisitStore) -> None:
    """A Home that is drawn anew after a press shows the same news."""
    await store.arrive(HERE, ANA, MONDAY)
    await store.arrive(HERE, ANA, TUESDAY)

    assert await store.before(HERE, ANA) == MONDAY
    assert await store.before(HERE, "U0BEN") is None


async def test_a_visit_can_be_forgotten(store: VisitStore) -> None:
    """Whoever asks has nothing kept about them."""
    await store.arrive(HERE, ANA, MONDAY)

    assert await store.forget(HERE, ANA)

    assert not await store.forget(HERE, ANA)
    assert await store.arrive(HERE, ANA, TUESDAY) is None
