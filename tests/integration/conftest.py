"""An outbox on each kind of database in turn."""

from collections.abc import AsyncIterator

import pytest

from bot.outbox.store import DeliveryStore
from tests.fakes import StoppedClock
from tests.outbox import open_store


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def store(database_url: str, clock: StoppedClock) -> AsyncIterator[DeliveryStore]:
    async with open_store(database_url, clock) as store:
        yield store
