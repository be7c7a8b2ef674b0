"""`SlackAudiences`: who is asking, and who will read a post, by Slack's own facts.

Facts are kept 15 minutes at most and dropped on user and channel events. On a miss
Slack is asked once; what does not come in time is unknown, and unknown audiences see
TLP:CLEAR. Someone may still join between this look and the post: Slack offers no way to
hold both together.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackClientError

from bot.briefing.handling import Audience, Reach
from bot.errors import DeliveryError
from bot.installation import Installation
from bot.services.interfaces import Clock
from bot.slack.clients import Clients, ClientsOf

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=15)
PERSON_S = 1.0
"""How long a command waits to learn who is asking, out of Slack's three seconds."""
ROOM_S = 10.0
"""How long a post waits: nobody is looking on."""
MOST_MEMBERS = 200
"""A private channel with more people is taken for one with guests."""

_Key = tuple[Installation, str]
_NOT_TOLD = (SlackClientError, ClientError, TimeoutError, OSError, DeliveryError)


@dataclass(frozen=True, slots=True)
class _Fact:
    audience: Audience
    until: datetime


class SlackAudiences:
    """An `Audiences` that asks Slack and remembers for a while."""

    def __init__(self, clients_of: ClientsOf, clock: Clock) -> None:
        self._clients_of = clients_of
        self._clock = clock
        self._facts: dict[_Key, _Fact] = {}

    async def of_person(self, installation: Installation, user_id: str) -> Audience:
        """Return the class of a person, after one `users.info` at the most."""
        unknown = Audience(Reach.UNKNOWN, frozenset({user_id}))
        ask = partial(self._ask_person, user_id=user_id)
        return await self._kept(installation, ask, unknown, patience_s=PERSON_S)

    async def of_room(self, installation: Installation, channel_id: str) -> Audience:
        """Return the class of a channel; a DM is its person's."""
        unknown = Audience(Reach.UNKNOWN_ROOM, frozenset({channel_id}))
        ask = partial(self._ask_room, channel_id=channel_id)
        return await self._kept(installation, ask, unknown, patience_s=ROOM_S)

    def forget(self, installation: Installation, *ids: str) -> None:
        """Drop what is known of these people or channels: an event says it changed.

        A change of a person may change the rooms they are in, so rooms go with them.
        """
        rooms = {id for of, id in self._facts if of == installation and id[0] in "CGD"}
        gone = {*ids, *rooms} if any(id[0] in "UW" for id in ids) else set(ids)
        for id in gone:
            self._facts.pop((installation, id), None)

    async def _kept(
        self,
        installation: Installation,
        ask: Callable[[Clients], Awaitable[Audience]],
        unknown: Audience,
        *,
        patience_s: float,
    ) -> Audience:
        (id,) = unknown.ids
        now = self._clock.now()
        fact = self._facts.get((installation, id))
        if fact and now < fact.until:
            return fact.audience

        try:
            async with asyncio.timeout(patience_s):
                audience = await ask(self._clients_of(installation))
        except _NOT_TOLD as exc:
            log.warning("audience.unknown", extra={"id": id, "why": type(exc).__name__})
            return unknown
        self._facts[installation, id] = _Fact(audience, now + KEPT)
        return audience

    async def _ask_person(self, clients: Clients, user_id: str) -> Audience:
        answer = await clients.posting.users_info(user=user_id)
        reach = reach_of(answer["user"], clients.identity.installation)
        return Audience(reach, frozenset({user_id}))

    async def _ask_room(self, clients: Clients, channel_id: str) -> Audience:
        answer = await clients.posting.conversations_info(channel=channel_id)
        channel: dict[str, Any] = answer["channel"]
        if channel.get("is_im"):
            return await self._ask_person(clients, channel["user"])
        ids = frozenset({channel_id, *channel.get("connected_team_ids", ())})
        if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
            return Audience(Reach.SHARED_ROOM, ids)
        if not channel.get("is_private"):
            return Audience(Reach.OPEN_ROOM, ids)
        return Audience(await self._reach_of_members(clients, channel_id), ids)

    async def _reach_of_members(self, clients: Clients, channel_id: str) -> Reach:
        """Guests do not show in the channel object, so its members are looked at."""
        answer = await clients.posting.conversations_members(
            channel=channel_id, limit=MOST_MEMBERS
        )
        if (answer.get("response_metadata") or {}).get("next_cursor"):
            return Reach.OPEN_ROOM
        installation = clients.identity.installation
        others = [m for m in answer["members"] if m != clients.identity.user_id]
        people = [await self.of_person(installation, member) for member in others]
        reaches = {person.reach for person in people}
        if reaches & {Reach.EXTERNAL, Reach.UNKNOWN}:
            return Reach.UNKNOWN_ROOM
        return Reach.OPEN_ROOM if Reach.GUEST in reaches else Reach.PRIVATE_ROOM


def reach_of(user: dict[str, Any], installation: Installation) -> Reach:
    """Return a person's class from Slack's user object.

    https://docs.slack.dev/reference/objects/user-object: `is_restricted` covers both
    kinds of guest, `is_stranger` people of other organisations. Apps and deactivated
    people are unknown: nobody can say who reads what they get.
    """
    if user.get("deleted") or user.get("is_bot") or user.get("is_invited_user"):
        return Reach.UNKNOWN
    if user.get("is_stranger") or not _is_ours(user, installation):
        return Reach.EXTERNAL
    guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return Reach.GUEST if guest else Reach.MEMBER


def _is_ours(user: dict[str, Any], installation: Installation) -> bool:
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id", "")
    if installation.enterprise_id and enterprise:
        return bool(enterprise == installation.enterprise_id)
    return bool(user.get("team_id") == installation.team_id)
