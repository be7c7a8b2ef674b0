"""Socket Mode: connections, envelopes, acknowledgements, refreshes."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from aiohttp import WSMsgType, web

from bot.simulator.clock import PATIENCE_S, Clock, within
from bot.simulator.delivery import SLACK_WAITS_S, Envelope, EnvelopeType, NoAck
from bot.simulator.messages import Json

LIFE_S = 3_600.0
DEBUG_LIFE_S = 360.0
WARNING_S = 10.0
CONNECTIONS = 10
FRAME_BYTES = 20_480
"""Slack is reported to close a socket at which a larger frame arrives."""


@dataclass(eq=False, slots=True)
class Connection:
    """One open socket and the envelopes it has not acknowledged yet."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    async def send(self, message: Mapping[str, Any]) -> None:
        with contextlib.suppress(ConnectionError):
            await self.socket.send_str(json.dumps(message))

    def take(self, text: str) -> None:
        """Match an acknowledgement with its envelope; anything else is ignored."""
        message = json.loads(text)
        ack = self.waiting.get(message.get("envelope_id", ""))
        if ack and not ack.done():
            ack.set_result(message.get("payload") or {})

    def lose(self) -> None:
        """Nothing that was sent here will be acknowledged any more."""
        for ack in self.waiting.values():
            if not ack.done():
                ack.set_exception(NoAck("connection_failed"))


class SocketMode:
    """All connections of the app; each payload goes to one of them, picked at will."""

    def __init__(
        self,
        app_id: str,
        clock: Clock,
        *,
        waits_s: float = SLACK_WAITS_S,
        life_s: float = LIFE_S,
    ) -> None:
        self._app_id = app_id
        self._clock = clock
        self._waits_s = waits_s
        self._life_s = life_s
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._random = Random(0)
        self._connected = asyncio.Event()

    @property
    def count(self) -> int:
        return len(self._connections)

    def issue_ticket(self) -> str:
        """Return what opens one connection, once."""
        ticket = secrets.token_urlsafe(24)
        self._tickets.add(ticket)
        return ticket

    async def wait_connected(self) -> None:
        """Return when the app has a connection; TimeoutError after a minute."""
        async with asyncio.timeout(PATIENCE_S):
            await self._connected.wait()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until either side closes it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.remove(ticket)

        socket = web.WebSocketResponse(max_msg_size=FRAME_BYTES + 1)
        await socket.prepare(request)
        is_debug = request.query.get("debug_reconnects") == "true"
        await self._serve(
            Connection(socket, request.transport),
            DEBUG_LIFE_S if is_debug else self._life_s,
        )
        return socket

    async def _serve(self, connection: Connection, life_s: float) -> None:
        if len(self._connections) >= CONNECTIONS:
            await connection.send(_disconnect("too_many_websockets"))
            await connection.socket.close()
            return

        self._connections.append(connection)
        await connection.send(self._hello(life_s))
        self._connected.set()
        ageing = asyncio.create_task(self._age(connection, life_s))
        try:
            await _read(connection)
        finally:
            ageing.cancel()
            self._forget(connection)

    def _hello(self, life_s: float) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": "simulator",
                "approximate_connection_time": int(life_s),
            },
        }

    async def _age(self, connection: Connection, life_s: float) -> None:
        await self._clock.sleep(life_s - WARNING_S)
        await connection.send(_disconnect("warning"))
        await self._clock.sleep(WARNING_S)
        await self._part(connection, "refresh_requested")

    async def _part(self, connection: Connection, reason: str) -> None:
        await connection.send(_disconnect(reason))
        self._forget(connection)
        await connection.socket.close()

    def _forget(self, connection: Connection) -> None:
        connection.lose()
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._connections:
            self._connected.clear()

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be made anew, and close it."""
        for connection in tuple(self._connections):
            await self._part(connection, reason)

    async def warn(self) -> None:
        """Announce on every connection that it ends in about ten seconds."""
        for connection in tuple(self._connections):
            await connection.send(_disconnect("warning"))

    def cut(self) -> None:
        """Close every connection without a word, as a failing network does."""
        for connection in tuple(self._connections):
            self._forget(connection)
            if connection.transport:
                connection.transport.abort()

    async def send(self, envelope: Envelope) -> Json:
        """Send to one connection and wait for its acknowledgement."""
        if not self._connections:
            raise NoAck("connection_failed")

        connection = self._random.choice(self._connections)
        envelope_id = secrets.token_hex(16)
        ack: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = ack
        await connection.send(_as_json(envelope, envelope_id))
        try:
            return await within(self._clock, self._waits_s, lambda: ack)
        except TimeoutError:
            raise NoAck("timeout") from None
        finally:
            del connection.waiting[envelope_id]


async def _read(connection: Connection) -> None:
    async for message in connection.socket:
        if message.type is WSMsgType.TEXT:
            connection.take(message.data)


def _as_json(envelope: Envelope, envelope_id: str) -> Json:
    is_event = envelope.type is EnvelopeType.EVENT
    message: Json = {
        "type": envelope.type.value,
        "envelope_id": envelope_id,
        "payload": envelope.payload,
        "accepts_response_payload": not is_event,
    }
    if is_event:
        message["retry_attempt"] = envelope.attempt
        message["retry_reason"] = envelope.reason
    return message


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "simulator"}}
