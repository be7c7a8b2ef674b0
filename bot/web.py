"""The HTTP side: health, readiness, metrics, and Slack's endpoint where it is used."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest

SlackHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
EVENTS_PATH = "/slack/events"


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


class WebServer:
    """Listens from `async with` on; `port` 0 takes any that is free."""

    def __init__(
        self,
        check: HealthCheck,
        registry: CollectorRegistry,
        *,
        host: str,
        port: int,
        slack: SlackHandler | None = None,
    ) -> None:
        self._check = check
        self._registry = registry
        self._host = host
        self.port = port
        self._slack = slack
        self._runner = web.AppRunner(self._application(), access_log=None)

    def _application(self) -> web.Application:
        application = web.Application()
        application.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/readyz", self._readyz),
                web.get("/metrics", self._metrics),
            ]
        )
        if self._slack is not None:
            application.add_routes([web.post(EVENTS_PATH, self._slack)])
        return application

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        """Alive: a process that answers is, whatever Slack or the database do."""
        health = await self._check()
        return _answer(health, status=200)

    async def _readyz(self, _request: web.Request) -> web.Response:
        health = await self._check()
        return _answer(health, status=200 if health.ready else 503)

    async def _metrics(self, _request: web.Request) -> web.Response:
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=generate_latest(self._registry), headers=headers)


def _answer(health: Health, *, status: int) -> web.Response:
    body = {"status": health.status, "reasons": list(health.reasons), **health.facts}
    return web.json_response(body, status=status)
