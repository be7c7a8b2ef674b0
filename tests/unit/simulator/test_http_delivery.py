"""Signed HTTP, heard by a Bolt app and by a bare server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.clock import SteppedClock
from bot.simulator.server import Simulator
from tests.patience import PATIENCE_S

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """Serve `/slack/events`; yield its address."""
    application = web.Application()
    application.add_routes([web.post("/slack/events", handler)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


@pytest.fixture
async def bolt(sim: Simulator) -> AsyncIterator[AsyncApp]:
    """A Bolt app that verifies signatures, and hears of everything by HTTP."""
    slack_app = AsyncApp(
        client=AsyncWebClient(sim.bot_token, base_url=sim.api_url),
        signing_secret=sim.signing_secret,
        process_before_response=True,
    )

    async def handle(request: web.Request) -> web.Response:
        answer = await slack_app.async_dispatch(await to_bolt_request(request))
        return await to_aiohttp_response(answer)

    async with listening(handle) as url:
        sim.use_events_url(url)
        yield slack_app


async def test_bolt_takes_a_signed_command(sim: Simulator, bolt: AsyncApp) -> None:
    """The signature holds, and the answer is shown to the asker."""

    @bolt.command("/brief")
    async def answer(ack: AsyncAck, command: dict[str, str]) -> None:
        await ack(f"You asked for {command['text']}.")

    outcome = await sim.type("alice", "#korea-desk", "/brief troops")

    assert outcome.message
    assert outcome.message.text == "You asked for troops."


async def test_bolt_refuses_a_foreign_signature(sim: Simulator, bolt: AsyncApp) -> None:
    """Another secret is no proof."""
    sim.workspace.credentials.signing_secret = "guessed"

    outcome = await sim.type("alice", "#korea-desk", "/brief troops")

    assert outcome.error == "dispatch_failed"


async def test_the_address_is_verified_by_a_challenge(
    sim: Simulator, bolt: AsyncApp
) -> None:
    """Bolt answers `url_verification` by itself."""
    assert await sim.verify_events_url() is True


async def test_an_address_nobody_listens_at_is_not_verified(sim: Simulator) -> None:
    """A closed port is no app."""
    sim.use_events_url("http://127.0.0.1:9/slack/events")

    assert await sim.verify_events_url() is False


async def test_an_event_that_failed_is_retried_with_headers(sim: Simulator) -> None:
    """A 500 is `http_error`; the retry says which one it is."""
    seen: asyncio.Queue[web.Request] = asyncio.Queue()

    async def fail(request: web.Request) -> web.Response:
        await seen.put(request)
        return web.Response(status=500)

    async with listening(fail) as url:
        sim.use_events_url(url)
        await sim.type("alice", sim.dm("alice"), "How many?")
        first = await asyncio.wait_for(seen.get(), PATIENCE_S)
        again = await asyncio.wait_for(seen.get(), PATIENCE_S)

    assert "X-Slack-Retry-Num" not in first.headers
    assert again.headers["X-Slack-Retry-Num"] == "1"
    assert again.headers["X-Slack-Retry-Reason"] == "http_error"


async def test_three_seconds_are_all_there_is(
    sim: Simulator, clock: SteppedClock
) -> None:
    """A command answered too late is `operation_timeout`."""
    arrived = asyncio.Event()

    async def hang(_request: web.Request) -> web.Response:
        arrived.set()
        await clock.sleep(10)
        return web.Response()

    async with listening(hang) as url:
        sim.use_events_url(url)
        typing = asyncio.create_task(sim.type("alice", "#korea-desk", "/brief"))
        await arrived.wait()
        await clock.advance(3)
        outcome = await typing

    assert outcome.error == "operation_timeout"
