"""Socket Mode: one connection, watched, and closed only when nothing is in flight."""

import asyncio
import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError, SettingsError
from bot.slack.bolt import BriefApp
from bot.slack.failures import error_code

log = logging.getLogger(__name__)

PING_S = 10.0
LOOK_S = 5.0
LOST_S = 120.0
"""The SDK reconnects by itself; one that has not managed for so long is wedged
(python-slack-sdk#1701, bolt-python#952), and a new process is the cure."""

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


class SocketMode:
    """Holds the connection to Slack until it is told to stop."""

    def __init__(
        self, app: BriefApp, app_token: str, web_client: AsyncWebClient
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._web_client = web_client
        self._handler: AsyncSocketModeHandler | None = None

    async def is_connected(self) -> bool:
        """Say whether Slack can reach us now."""
        handler = self._handler
        return handler is not None and await handler.client.is_connected()

    async def connect(self) -> None:
        """Open the connection. Raises `SettingsError` where the token is not good."""
        self._handler = AsyncSocketModeHandler(
            self._app,
            self._app_token,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            web_client=self._web_client,
            ping_interval=PING_S,
        )
        try:
            await self._handler.client.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as exc:
            await self.close()
            text = _TOKEN_TEXTS.get(error_code(exc), f"Slack says {error_code(exc)}.")
            raise SettingsError(text) from exc

    async def watch(self, stop: asyncio.Event) -> None:
        """Return when told to stop; raise `SocketLost` if the connection stays away."""
        clock = asyncio.get_running_loop()
        seen = clock.time()
        while not stop.is_set():
            if await self.is_connected():
                seen = clock.time()
            elif clock.time() - seen > LOST_S:
                raise SocketLost(
                    f"No connection to Slack for {LOST_S:.0f} seconds. Start me again."
                )
            await _pause(stop, LOOK_S)

    async def close(self) -> None:
        """Close the connection; who waits for what is in flight does so before."""
        if self._handler is not None:
            await self._handler.client.close()  # type: ignore[no-untyped-call]
            self._handler = None


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
