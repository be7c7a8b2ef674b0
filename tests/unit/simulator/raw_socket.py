"""A bare Socket Mode client, to see envelopes as they come and ack as one likes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from tests.patience import PATIENCE_S

Json = dict[str, Any]


class RawSocket:
    """One open connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def next(self) -> Json:
        """Return what comes next."""
        message: Json = await self._socket.receive_json(timeout=PATIENCE_S)
        return message

    async def ack(self, envelope: Json, payload: Json | None = None) -> None:
        answer: Json = {"envelope_id": envelope["envelope_id"]}
        if payload is not None:
            answer["payload"] = payload
        await self._socket.send_json(answer)

    async def is_closed(self) -> bool:
        """Wait for the other side to end it."""
        async with asyncio.timeout(PATIENCE_S):
            message = await self._socket.receive()
        return message.type in (
            aiohttp.WSMsgType.CLOSE,
            aiohttp.WSMsgType.CLOSED,
            aiohttp.WSMsgType.ERROR,
        )


@asynccontextmanager
async def raw_socket(sim: Simulator, more: str = "") -> AsyncIterator[RawSocket]:
    """Open a connection; `more` is added to the address Slack gave."""
    slack = AsyncWebClient(base_url=sim.api_url)
    opened = await slack.apps_connections_open(app_token=sim.app_token)
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(opened["url"] + more) as socket,
    ):
        yield RawSocket(socket)
