"""The contract of `ChannelDefaultStore`, on both databases."""

from collections.abc import AsyncIterator

import pytest

from bot.db.database import open_database
from bot.questions.channel_defaults import (
    ChannelDefault,
    ChannelDefaults,
    ChannelDefaultStore,
)
from tests.outbox import HERE

TROOPS = ChannelDefault(HERE, "C0KOREA", "north-korea-russia")
DRILL = ChannelDefault(HERE, "C0KOREA", "harbour-drill")


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[ChannelDefaultStore]:
    async with open_database(database_url) as database:
        yield ChannelDefaultStore(database)


async def test_the_last_briefing_of_a_channel_stands(
    store: ChannelDefaultStore,
) -> None:
    """A channel means one briefing at a time, after a restart too."""
    await store.save(TROOPS)
    await store.save(DRILL)

    saved: list[ChannelDefault] = []
    kept = ChannelDefaults(saved.append, await store.load())

    assert kept.of(HERE, "C0KOREA") == "harbour-drill"
    assert kept.of(HERE, "C0OTHER") == ""
