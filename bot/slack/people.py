"""`SlackPeople`: a person's zone, and whether they are in a channel, by Slack."""

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.audiences import UNKNOWN_ZONE, Admission, known_zone
from bot.errors import DeliveryError
from bot.installation import Installation
from bot.slack.clients import Clients, ClientsOf
from bot.slack.failures import error_code

log = logging.getLogger(__name__)

PATIENCE_S = 1.2
"""A form is waiting, and Slack gives it three seconds in all."""
PAGE = 999
"""Slack wants it below a thousand."""
_TROUBLE = (SlackClientError, ClientError, TimeoutError, OSError, DeliveryError)
_NOT_SEEN = frozenset({"channel_not_found", "not_in_channel", "fetch_members_failed"})


class SlackPeople:
    """A `People` that asks Slack each time: what it decides is done rarely."""

    def __init__(self, clients_of: ClientsOf) -> None:
        self._clients_of = clients_of

    async def zone_of(self, installation: Installation, user_id: str) -> str:
        """Return the zone that the person has set in Slack."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                clients = self._clients_of(installation)
                answer = await clients.posting.users_info(user=user_id)
        except _TROUBLE as exc:
            log.warning("zone.unknown", extra={"why": type(exc).__name__})
            return UNKNOWN_ZONE
        return known_zone(answer["user"].get("tz") or "")

    async def admission(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> Admission:
        """Look at the channel, then through its members until the person is found."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                clients = self._clients_of(installation)
                return await _admission(clients, channel_id, user_id)
        except SlackApiError as exc:
            if error_code(exc) in _NOT_SEEN:
                return Admission.UNINVITED
            return _unknown(exc)
        except _TROUBLE as exc:
            return _unknown(exc)


async def _admission(clients: Clients, channel_id: str, user_id: str) -> Admission:
    answer = await clients.posting.conversations_info(channel=channel_id)
    channel = answer["channel"]
    if channel.get("is_archived"):
        return Admission.ARCHIVED
    if not channel.get("is_member"):
        return Admission.UNINVITED
    async for members in _pages(clients, channel_id):
        if user_id in members:
            return Admission.ADMITTED
    return Admission.OUTSIDER


async def _pages(clients: Clients, channel_id: str) -> AsyncIterator[list[str]]:
    cursor = ""
    while True:
        answer = await clients.posting.conversations_members(
            channel=channel_id, limit=PAGE, cursor=cursor or None
        )
        yield answer["members"]
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return


def _unknown(exc: Exception) -> Admission:
    log.warning("admission.unknown", extra={"why": type(exc).__name__})
    return Admission.UNKNOWN
