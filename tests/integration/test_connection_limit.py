"""The port: what is half-sent is closed, and a crowd leaves room for health checks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress

import aiohttp
import pytest

from bot.web import Health, WebServer

HALF = b"GET /healthz HTTP/1.1\r\nHost: bot\r\nX-Slow: "


async def fine() -> Health:
    return Health(ready=True)


async def no_numbers() -> bytes:
    return b""


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with WebServer(
        fine,
        no_numbers,
        host="127.0.0.1",
        port=0,
        most_connections=8,
        head_within_s=0.2,
    ) as server:
        yield server


async def ends(server: WebServer, *, sent: bytes) -> bool:
    """Open a connection, send this and no more, and wait until it is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(sent)
        return await reader.read() == b""
    except ConnectionResetError:
        return True
    finally:
        writer.close()
        with suppress(ConnectionResetError):
            await writer.wait_closed()


async def healthy(server: WebServer) -> int:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{server.port}/healthz") as answer,
    ):
        return answer.status


async def test_a_half_sent_request_is_closed(server: WebServer) -> None:
    """Nobody may hold a descriptor by sending slowly."""
    assert await ends(server, sent=HALF)
    assert await healthy(server) == 200


async def test_a_connection_that_says_nothing_is_closed(server: WebServer) -> None:
    """Opening one costs a stranger nothing."""
    assert await ends(server, sent=b"")


async def test_a_crowd_is_turned_away_and_room_comes_back(server: WebServer) -> None:
    """Beyond the bound connections end at once; those that time out leave room."""
    crowd = [ends(server, sent=HALF) for _ in range(40)]

    assert all(await asyncio.gather(*crowd))
    assert await healthy(server) == 200


async def test_a_connection_may_ask_again(server: WebServer) -> None:
    """Slack and load balancers keep theirs; each request is answered."""
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=1)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(connector=connector)
        )
        for _ in range(3):
            async with http.get(f"http://127.0.0.1:{server.port}/readyz") as answer:
                assert answer.status == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /healthz HTTP/1.1\r\nHost: bot\r\nContent-Length: -5\r\n\r\n",
        b"GET http://[::1/healthz HTTP/1.1\r\nHost: bot\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: bot\r\nX-Long: " + b"a" * 10_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_in_one_line_of_the_log(
    server: WebServer, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    """A port scan leaves no tracebacks, and a second one within a minute nothing."""
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(sent)
        assert b" 400 " in await reader.readline()
        writer.close()

    assert [record.getMessage() for record in caplog.records] == ["web.malformed"]
    assert not caplog.records[0].exc_info
