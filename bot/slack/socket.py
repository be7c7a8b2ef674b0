"""Socket Mode: one connection, watched, and closed only when nothing is in flight."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, SettingsError
from bot.metrics import Metrics
from bot.slack.app import MALFORMED, BriefApp
from bot.slack.failures import error_code

log = logging.getLogger(__name__)

PING_S = 10.0
LOOK_S = 5.0
LOST_S = 120.0
"""The SDK reconnects by itself; one that has not managed for so long is wedged
(python-slack-sdk#1701, bolt-python#952), and a new process is the cure."""

LOST = "No connection to Slack for {seconds:.0f} seconds. Start me again."
_TOKEN_TEXTS = {
    "invalid_auth": "Slack does not know SLACK_APP_TOKEN: make a new app-level token.",
    "not_allowed_token_type": "SLACK_APP_TOKEN is no app-level token (xapp-…).",
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write: make a new "
    "app-level token with it.",
    "no_permission": "SLACK_APP_TOKEN lacks the scope connections:write: make a new "
    "app-level token with it.",
    "forbidden_team": "This workspace does not let the app connect.",
}


class SocketLost(BotError):
    """The connection was gone for too long: the process ends, to be started anew."""


class _Handler(AsyncSocketModeHandler):
    """Acknowledges what Bolt cannot read too, or Slack would send it again."""

    async def handle(
        self,
        client: SocketModeClient,  # type: ignore[override]
        req: SocketModeRequest,
    ) -> None:
        try:
            await super().handle(client, req)
        except MALFORMED as exc:
            log.warning("request.refused", extra={"why": type(exc).__name__})
            answer = SocketModeResponse(envelope_id=req.envelope_id)
            await client.send_socket_mode_response(answer)


class SocketMode:
    """Holds the connection to Slack until it is told to stop."""

    def __init__(
        self,
        app: BriefApp,
        app_token: str,
        web_client: AsyncWebClient,
        *,
        metrics: Metrics,
        forget: Callable[[], None] = lambda: None,
        look_s: float = LOOK_S,
        lost_s: float = LOST_S,
    ) -> None:
        """Have what is known from events forgotten by `forget` at each connection."""
        self._app = app
        self._app_token = app_token
        self._web_client = web_client
        self._metrics = metrics
        self._forget = forget
        self._look_s = look_s
        self._lost_s = lost_s
        self._handler: AsyncSocketModeHandler | None = None

    async def is_connected(self) -> bool:
        """Say whether Slack can reach us now."""
        handler = self._handler
        return handler is not None and await handler.client.is_connected()

    def hears(self) -> bool:
        """Say whether events arrive: a pong came lately on a connection that is open.

        The SDK waits longer until it makes another one. It notes pongs by a clock that
        may be set back.
        """
        if self._handler is None:
            return False
        client = self._handler.client
        session, pong_at = client.current_session, client.last_ping_pong_time
        if session is None or session.closed or client.closed or client.stale:
            return False
        return pong_at is None or abs(time.time() - pong_at) < 2 * PING_S

    async def connect(self) -> None:
        """Open the connection. Raises `SettingsError` where the token is not good."""
        # The SDK takes a refused token for a bad line and would ask again for ever, so
        # the first address is asked for here.
        try:
            answer = await self._web_client.apps_connections_open(
                app_token=self._app_token
            )
        except SlackApiError as exc:
            text = _TOKEN_TEXTS.get(error_code(exc), f"Slack says {error_code(exc)}.")
            raise SettingsError(text) from exc

        self._handler = _Handler(
            self._app,
            self._app_token,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            web_client=self._web_client,
            ping_interval=PING_S,
        )
        self._handler.client.message_listeners.append(self._count_greetings)
        self._handler.client.wss_uri = str(answer["url"])
        await self._handler.client.connect()  # type: ignore[no-untyped-call]

    async def _count_greetings(
        self, _client: object, message: dict[str, Any], _raw: str | None
    ) -> None:
        if message.get("type") == "hello":
            self._metrics.connected()
            # Whatever Slack told of since the last connection was told to nobody.
            self._forget()

    async def watch(self, stop: asyncio.Event) -> None:
        """Return when told to stop; raise `SocketLost` if the connection stays away."""
        clock = asyncio.get_running_loop()
        seen = clock.time()
        while not stop.is_set():
            if await self.is_connected():
                seen = clock.time()
            elif clock.time() - seen > self._lost_s:
                raise SocketLost(LOST.format(seconds=self._lost_s))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._look_s):
                    await stop.wait()

    async def close(self) -> None:
        """Close the connection; who waits for what is in flight does so before."""
        if self._handler is not None:
            await self._handler.client.close()  # type: ignore[no-untyped-call]
            self._handler = None
