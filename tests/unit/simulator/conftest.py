"""A simulator for each test, and Slack's own clients talking to it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from tests.unit.simulator.watched_clock import WatchedClock


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
async def sim(clock: WatchedClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock) as simulator:
        yield simulator


@pytest.fixture
async def http(sim: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=sim.url) as session:
        yield session


@pytest.fixture
def slack(sim: Simulator, http: aiohttp.ClientSession) -> AsyncWebClient:
    """The SDK's client with the bot token, and without retries of its own."""
    return AsyncWebClient(sim.bot_token, base_url=sim.api_url, retry_handlers=[])
