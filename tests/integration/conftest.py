"""An outbox on each kind of database in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes import StoppedClock
from tests.outbox import OutboxSteps, open_steps


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def steps(database_url: str, clock: StoppedClock) -> AsyncIterator[OutboxSteps]:
    async with open_steps(database_url, clock) as steps:
        yield steps
