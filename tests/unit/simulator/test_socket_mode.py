"""Socket Mode: hello, envelopes, acknowledgements, reconnects and retries."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.clock import SteppedClock
from bot.simulator.server import Simulator
from tests.patience import PATIENCE_S
from tests.unit.simulator.raw_socket import RawSocket, raw_socket


@pytest.fixture
async def socket(sim: Simulator) -> AsyncIterator[RawSocket]:
    async with raw_socket(sim) as opened:
        assert (await opened.next())["type"] == "hello"
        yield opened


async def test_hello_tells_how_long_and_for_whom(sim: Simulator) -> None:
    """An ordinary connection lives about an hour, a debugging one six minutes."""
    async with (
        raw_socket(sim) as ordinary,
        raw_socket(sim, "&debug_reconnects=true") as debugging,
    ):
        first, second = await ordinary.next(), await debugging.next()

    assert first["connection_info"] == {"app_id": "A0BRIEF"}
    assert (first["num_connections"], second["num_connections"]) == (1, 2)
    assert first["debug_info"]["approximate_connection_time"] == 3600
    assert second["debug_info"]["approximate_connection_time"] == 360


async def test_a_ticket_opens_one_connection(sim: Simulator) -> None:
    """The address cannot be used twice."""
    slack = AsyncWebClient(base_url=sim.api_url)
    opened = await slack.apps_connections_open(app_token=sim.app_token)

    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(opened["url"])


async def test_a_command_is_answered_in_its_acknowledgement(
    sim: Simulator, socket: RawSocket
) -> None:
    """The envelope takes a payload, and shows it to the asker alone."""
    typing = asyncio.create_task(sim.type("alice", "#korea-desk", "/brief troops"))
    envelope = await socket.next()
    await socket.ack(envelope, {"text": "About 9,500"})
    outcome = await typing

    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    assert envelope["payload"]["text"] == "troops"
    assert outcome.message
    assert (outcome.message.text, outcome.message.ephemeral_to) == (
        "About 9,500",
        "U0ALICE",
    )


async def test_a_frame_of_more_than_twenty_kilobytes_ends_the_connection(
    sim: Simulator, socket: RawSocket
) -> None:
    """The asker sees that nothing came back, and the app must connect anew."""
    typing = asyncio.create_task(sim.type("alice", "#korea-desk", "/brief troops"))
    envelope = await socket.next()
    await socket.ack(envelope, {"text": "д" * 3_500})

    assert await socket.is_closed()
    assert (await typing).error


async def test_a_command_without_acknowledgement_times_out(
    sim: Simulator, socket: RawSocket, clock: SteppedClock
) -> None:
    """After three seconds the asker sees `operation_timeout`."""
    typing = asyncio.create_task(sim.type("alice", "#korea-desk", "/brief"))
    await socket.next()
    await clock.advance(3)

    assert (await typing).error == "operation_timeout"


async def test_a_connection_lost_on_the_way_fails_the_command(
    sim: Simulator, socket: RawSocket
) -> None:
    """Commands are never sent twice."""
    typing = asyncio.create_task(sim.type("alice", "#korea-desk", "/brief"))
    await socket.next()
    sim.sockets.cut()

    assert (await typing).error == "dispatch_failed"
    assert await socket.is_closed()


async def test_an_event_takes_no_payload(sim: Simulator, socket: RawSocket) -> None:
    """Its envelope says so, and counts its attempts."""
    await sim.type("alice", sim.dm("alice"), "How many?")
    envelope = await socket.next()
    await socket.ack(envelope)

    assert envelope["type"] == "events_api"
    assert envelope["accepts_response_payload"] is False
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert envelope["payload"]["event"]["channel_type"] == "im"


async def test_an_unacknowledged_event_comes_again(
    sim: Simulator, socket: RawSocket, clock: SteppedClock
) -> None:
    """The retry says that it is one, and keeps the event's id."""
    await sim.type("alice", sim.dm("alice"), "How many?")
    first = await socket.next()
    await clock.advance(3)
    again = await socket.next()

    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
    assert again["payload"]["event_id"] == first["payload"]["event_id"]


async def test_each_payload_goes_to_one_of_several_connections(
    sim: Simulator,
) -> None:
    """Two connections share the work; nothing arrives twice."""
    async with raw_socket(sim) as one, raw_socket(sim) as two:
        await one.next()
        await two.next()
        arrived = [asyncio.create_task(each.next()) for each in (one, two)]
        for number in range(2):
            await sim.type("alice", sim.dm("alice"), str(number))

        done, waiting = await asyncio.wait(
            arrived, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S
        )
        for task in waiting:
            task.cancel()

    texts = [task.result()["payload"]["event"]["text"] for task in done]
    assert len(texts) == len(set(texts))


async def test_a_connection_is_refreshed_after_its_hour(
    sim: Simulator, socket: RawSocket, clock: SteppedClock
) -> None:
    """A warning comes ten seconds ahead, then the end."""
    await clock.advance(3_590)
    warning = await socket.next()
    await clock.advance(10)
    refresh = await socket.next()

    assert (warning["type"], warning["reason"]) == ("disconnect", "warning")
    assert refresh["reason"] == "refresh_requested"
    assert await socket.is_closed()


async def test_the_eleventh_connection_is_turned_away(sim: Simulator) -> None:
    """An app has ten at most."""
    opened = [raw_socket(sim) for _ in range(10)]
    for each in opened:
        await each.__aenter__()

    async with raw_socket(sim) as eleventh:
        refused = await eleventh.next()

    for each in opened:
        await each.__aexit__(None, None, None)
    assert refused["reason"] == "too_many_websockets"


@asynccontextmanager
async def sdk_client(sim: Simulator) -> AsyncIterator[asyncio.Queue[SocketModeRequest]]:
    """The SDK's own client, which acknowledges everything; yields what it got."""
    client = SocketModeClient(
        app_token=sim.app_token,
        web_client=AsyncWebClient(base_url=sim.api_url),
        ping_interval=0.1,
    )
    seen: asyncio.Queue[SocketModeRequest] = asyncio.Queue()

    async def listen(
        client: AsyncBaseSocketModeClient, request: SocketModeRequest
    ) -> None:
        answer = SocketModeResponse(envelope_id=request.envelope_id)
        await client.send_socket_mode_response(answer)
        await seen.put(request)

    client.socket_mode_request_listeners.append(listen)
    await client.connect()  # type: ignore[no-untyped-call]
    await sim.sockets.wait_connected()
    try:
        yield seen
    finally:
        await client.close()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("ending", ["refresh", "cut"])
async def test_the_sdk_reconnects_and_goes_on(sim: Simulator, ending: str) -> None:
    """After a refresh, or a connection lost, events arrive again."""
    async with sdk_client(sim) as seen:
        await sim.type("alice", sim.dm("alice"), "before")
        first = await asyncio.wait_for(seen.get(), PATIENCE_S)

        if ending == "refresh":
            await sim.sockets.refresh()
        else:
            sim.sockets.cut()
        await sim.sockets.wait_connected()
        await sim.type("alice", sim.dm("alice"), "after")
        second = await asyncio.wait_for(seen.get(), PATIENCE_S)

    assert first.payload["event"]["text"] == "before"
    assert second.payload["event"]["text"] == "after"
