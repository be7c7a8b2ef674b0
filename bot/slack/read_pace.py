"""`ReadPace`: asking Slack about people and channels as fast as it allows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.installation import Installation
from bot.outbox.pacing import Bucket
from bot.slack.clients import Clients
from bot.slack.failures import delivery_error

CALLS_A_MINUTE = {
    "conversations.info": 50,
    "conversations.list": 20,
    "conversations.members": 100,
    "users.info": 100,
    "users.list": 20,
}
"""The tiers of https://docs.slack.dev/apis/web-api/rate-limits."""
BURST = 4
"""The part of a minute's calls that may come at once."""
PAGE = 999
"""Things on a page; Slack wants it below a thousand."""
TRIES = 5
LONGEST_WAIT_S = 120.0


class ReadPace:
    """Makes calls in turn, by method and workspace, and obeys `Retry-After`."""

    def __init__(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep):
        self._pause = pause
        self._buckets: dict[tuple[Installation, str], Bucket] = {}
        self._held: dict[tuple[Installation, str], float] = {}

    async def call(
        self, clients: Clients, method: str, **arguments: Any
    ) -> AsyncSlackResponse:
        """Return Slack's answer; raise what the SDK raises.

        A call that Slack puts off is made again when it says, unless that is long.
        """
        key = clients.identity.installation, method
        if method.endswith(".list"):
            arguments |= clients.about_team
        rate = CALLS_A_MINUTE[method]
        bucket = self._buckets.setdefault(key, Bucket(60 / rate, burst=rate // BURST))
        now = asyncio.get_running_loop().time
        for tries_left in reversed(range(TRIES)):
            await self._wait(bucket.reserve(now()))
            await self._wait(self._held.get(key, 0.0) - now())
            try:
                return await clients.posting.api_call(
                    method, http_verb="GET", params=arguments
                )
            except SlackApiError as exc:
                wait_s = delivery_error(exc).retry_after_s
                if wait_s is None or wait_s > LONGEST_WAIT_S or not tries_left:
                    raise
                self._held[key] = now() + wait_s
        raise AssertionError("the last try returns or raises")

    async def pages(
        self, clients: Clients, method: str, **arguments: Any
    ) -> AsyncIterator[AsyncSlackResponse]:
        """Yield page after page, the short and the empty ones, too."""
        cursor = ""
        while True:
            where = {"cursor": cursor} if cursor else {}
            answer = await self.call(clients, method, limit=PAGE, **arguments, **where)
            yield answer
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._pause(seconds)
