"""The HTTP side: health, readiness, metrics, and Slack's endpoint where it is used."""

import asyncio
import errno
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from bot.errors import SettingsError

SlackHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
log = logging.getLogger(__name__)

MOST_CONNECTIONS = 256
"""Slack keeps a few open; the rest is left to the descriptors that the bot needs."""
HEAD_WITHIN_S = 15.0
"""How long a connection may stay without a whole request's head."""
TOLD_EVERY_S = 60.0
"""One line in the log for as long, however often a stranger does the same."""
EVENTS_PATH = "/slack/events"
NO_HOST = (
    'The host "{host}" is none of this machine, so I cannot listen there. Set '
    "BRIEFING_BOT_HOST to 0.0.0.0 for all of its addresses, or to one of them."
)
_OBSTACLES = {
    errno.EADDRINUSE: 'Port "{port}" of "{host}" is taken by another process. End it, '
    "or set BRIEFING_BOT_PORT to another one.",
    errno.EACCES: 'Port "{port}" is not mine to listen at: those below 1024 are the '
    "system's. Set BRIEFING_BOT_PORT to another one.",
}


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is. `reasons` are in plain words and name no secret."""

    ready: bool
    degraded: bool = False
    reasons: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """One word: `ok`, `degraded` (serving the last good briefings), `not ready`."""
        if not self.ready:
            return "not ready"
        return "degraded" if self.degraded else "ok"


HealthCheck = Callable[[], Awaitable[Health]]
MetricsPage = Callable[[], Awaitable[bytes]]
"""Makes the page of metrics, in Prometheus' text format."""


class SparingWarning:
    """Warns once a minute at most: what strangers send must not fill the disk."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._told_at = float("-inf")
        self._untold = 0

    def tell(self, **facts: Any) -> None:
        """Write the line with its facts, and how often none was written before it."""
        now = time.monotonic()
        if now - self._told_at < TOLD_EVERY_S:
            self._untold += 1
            return
        log.warning(self._event, extra={**facts, "untold": self._untold})
        self._told_at, self._untold = now, 0


class _StrangersMistakes(logging.Filter):
    """Turns aiohttp's traceback for a request that is no HTTP into a sparing line."""

    def __init__(self) -> None:
        super().__init__()
        self._malformed = SparingWarning("web.malformed")

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        theirs = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
        if not isinstance(error, theirs):
            return True
        self._malformed.tell(why=type(error).__name__)
        return False


class ConnectionLimit:
    """Lets so many connections in, and closes those that ask for nothing in time.

    aiohttp waits for ever for the rest of a request's head: a few hundred half-sent
    ones would take every descriptor, and Slack could not be reached any more.
    """

    def __init__(self, server: web.Server, *, most: int, head_within_s: float) -> None:
        self._server = server
        self._most = most
        self._head_within_s = head_within_s
        self._timers: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}
        self._full = SparingWarning("web.full")

    def __call__(self) -> "Connection":
        return Connection(self, self._server())

    def enter(self, transport: asyncio.Transport) -> bool:
        """Say whether a connection may stay, and begin to wait for its request."""
        if len(self._timers) >= self._most:
            self._full.tell(connections=self._most)
            transport.abort()
            return False
        self._timers[transport] = self._wait(transport)
        return True

    def leave(self, transport: asyncio.BaseTransport) -> None:
        """Forget a connection that is closed."""
        if timer := self._timers.pop(transport, None):
            timer.cancel()

    def _wait(self, transport: asyncio.Transport) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        return loop.call_later(self._head_within_s, transport.abort)

    @web.middleware
    async def answer(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        """Give a request that is here whole the time it takes; then wait for the next.

        A body is bounded by whoever reads it.
        """
        transport = request.transport
        if transport in self._timers:
            self._timers[transport].cancel()
        try:
            return await handler(request)
        finally:
            if transport is not None and transport in self._timers:
                self._timers[transport] = self._wait(transport)


class Connection(asyncio.Protocol):
    """One connection on its way to aiohttp's own protocol."""

    def __init__(self, limit: ConnectionLimit, protocol: asyncio.Protocol) -> None:
        self._limit = limit
        self._protocol = protocol
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._limit.enter(transport):
            self._transport = transport
            self._protocol.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self._transport is not None:
            self._protocol.data_received(data)

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received() if self._transport else None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._limit.leave(self._transport)
            self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()


class WebServer:
    """Listens from `async with` on; `port` 0 takes any that is free."""

    def __init__(
        self,
        check: HealthCheck,
        metrics_page: MetricsPage,
        *,
        host: str,
        port: int,
        slack: SlackHandler | None = None,
        pages: Mapping[str, SlackHandler] | None = None,
        most_connections: int = MOST_CONNECTIONS,
        head_within_s: float = HEAD_WITHIN_S,
    ) -> None:
        self._check = check
        self._metrics_page = metrics_page
        self._host = host
        self.port = port
        self._slack = slack
        self._pages = pages or {}
        self._most_connections = most_connections
        self._head_within_s = head_within_s
        self._limit: ConnectionLimit | None = None
        # Its own logger for each server: a filter stays where it was added.
        logger = logging.Logger("aiohttp.server")
        logger.parent = logging.getLogger("aiohttp.server")
        logger.addFilter(_StrangersMistakes())
        self._runner = web.AppRunner(
            self._application(), access_log=None, logger=logger
        )

    def _application(self) -> web.Application:
        async def healthz(_request: web.Request) -> web.Response:
            # A process that answers is alive, whatever Slack or the database do.
            return _answer(await self._check(), status=200)

        async def readyz(_request: web.Request) -> web.Response:
            health = await self._check()
            return _answer(health, status=200 if health.ready else 503)

        async def metrics(_request: web.Request) -> web.Response:
            headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
            return web.Response(body=await self._metrics_page(), headers=headers)

        application = web.Application(middlewares=[self._within_the_limit])
        application.add_routes(
            [
                web.get("/healthz", healthz),
                web.get("/readyz", readyz),
                web.get("/metrics", metrics),
            ]
        )
        if self._slack is not None:
            application.add_routes([web.post(EVENTS_PATH, self._slack)])
        application.add_routes(
            [web.get(path, handler) for path, handler in self._pages.items()]
        )
        return application

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        assert self._runner.server is not None
        self._limit = ConnectionLimit(
            self._runner.server,
            most=self._most_connections,
            head_within_s=self._head_within_s,
        )
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(
                self._limit, self._host, self.port, backlog=128, reuse_address=True
            )
        except OSError as exc:
            await self._runner.cleanup()
            why = _OBSTACLES.get(exc.errno or 0, NO_HOST)
            text = why.format(host=self._host, port=self.port)
            raise SettingsError(text) from exc
        self.port = self._listening.sockets[0].getsockname()[1]
        return self

    @web.middleware
    async def _within_the_limit(
        self, request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        assert self._limit is not None
        return await self._limit.answer(request, handler)

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listening.close()
        await self._runner.cleanup()


def _answer(health: Health, *, status: int) -> web.Response:
    body = {"status": health.status, "reasons": list(health.reasons), **health.facts}
    return web.json_response(body, status=status)
