"""The contract of `VisitStore`, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.services.reader_stores import Visit
from bot.storage.database import open_database
from bot.storage.visits import SqlVisitStore
from tests.fakes import MORNING
from tests.outbox import HERE


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlVisitStore]:
    async with open_database(database_url) as database:
        yield SqlVisitStore(database)


async def test_the_last_visit_replaces_the_one_before(store: SqlVisitStore) -> None:
    """Only the last one is needed, so only that is kept."""
    later = Visit("r2", MORNING + timedelta(days=1))
    await store.visited(HERE, "U0ANA", Visit("r1", MORNING))

    await store.visited(HERE, "U0ANA", later)

    assert await store.last_visit(HERE, "U0ANA") == later
    assert await store.last_visit(HERE, "U0BEN") is None


async def test_a_visit_can_be_forgotten(store: SqlVisitStore) -> None:
    """Whoever asks has nothing kept about them."""
    await store.visited(HERE, "U0ANA", Visit("r1", MORNING))

    assert await store.forget(HERE, "U0ANA")

    assert not await store.forget(HERE, "U0ANA")
    assert await store.last_visit(HERE, "U0ANA") is None
