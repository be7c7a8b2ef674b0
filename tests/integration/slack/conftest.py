"""A simulator, and the bot's own clients talking to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.simulator.server import Simulator
from bot.slack.clients import Clients, identify, posting_client, reading_client


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
async def clients(sim: Simulator) -> AsyncIterator[Clients]:
    """Both clients of the simulator's one installation."""
    async with aiohttp.ClientSession() as session:
        posting = posting_client(sim.bot_token, session=session, base_url=sim.api_url)
        reading = reading_client(sim.bot_token, session=session, base_url=sim.api_url)
        yield Clients(posting, reading, await identify(reading))
