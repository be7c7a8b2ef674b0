"""A bot whose briefing says that about 40 boats were lost, on each database in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes import RecordingMessenger, StoppedClock
from tests.integration.corrections.stage import lost
from tests.talking_bot import TalkingBot, open_talking_bot


@pytest.fixture
async def bot(database_url: str) -> AsyncIterator[TalkingBot]:
    messenger = RecordingMessenger(StoppedClock())
    async with open_talking_bot(database_url, messenger) as bot:
        await bot.load(lost(40))
        yield bot
