"""`SlackAudiences`: who is asking, and who will read a post, by Slack's own facts.

Facts are kept 15 minutes at most and dropped on user and channel events. On a miss
Slack is asked once, and whoever it does not know sees TLP:CLEAR. Someone may still join
between this look and the post: Slack offers no way to hold both together.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.audiences import AudienceUnknown
from bot.briefing.handling import Audience, Reach
from bot.errors import DeliveryError
from bot.installation import Installation
from bot.interfaces import Clock
from bot.slack.clients import Clients, ClientsOf
from bot.slack.failures import error_code

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=15)
PERSON_S = 1.0
"""How long a command waits to learn who is asking, out of Slack's three seconds."""
ROOM_S = 10.0
"""How long a post waits: nobody is looking on."""
MOST_MEMBERS = 200
"""A private channel with more people is taken for one with guests."""

_Key = tuple[Installation, str]
_Ask = Callable[[Clients, str], Awaitable[Audience]]
_TROUBLE = (SlackClientError, ClientError, TimeoutError, OSError, DeliveryError)
_NOBODY = frozenset({"user_not_found", "user_not_visible", "channel_not_found"})


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
        self._asking: dict[_Key, asyncio.Task[Audience]] = {}

    async def of_person(self, installation: Installation, user_id: str) -> Audience:
        """Return the class of a person, after one `users.info` at the most."""
        async with _patience(PERSON_S):
            return await self._kept((installation, user_id), self._ask_person)

    async def of_channel(self, installation: Installation, channel_id: str) -> Audience:
        """Return the class of a channel; a DM is its person's."""
        async with _patience(ROOM_S):
            return await self._kept((installation, channel_id), self._ask_room)

    def forget(self, installation: Installation, *ids: str) -> None:
        """Drop what is known of these people or channels: an event says it changed.

        A change of a person may change the rooms they are in, so rooms go with them.
        """
        rooms = {id for of, id in self._facts if of == installation and id[0] in "CGD"}
        gone = {*ids, *rooms} if any(id[0] in "UW" for id in ids) else set(ids)
        for id in gone:
            self._facts.pop((installation, id), None)

    async def close(self) -> None:
        """Stop the look-ups that go on after their asker was sent away."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _kept(self, key: _Key, ask: _Ask) -> Audience:
        fact = self._facts.get(key)
        if fact and self._clock.now() < fact.until:
            return fact.audience

        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._look_up(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._finish(key, done))
        # The look-up outlives an asker who could not wait, so asking again finds it.
        return await asyncio.shield(task)

    def _finish(self, key: _Key, task: "asyncio.Task[Audience]") -> None:
        self._asking.pop(key, None)
        if not task.cancelled() and task.exception():
            why = type(task.exception()).__name__
            log.warning("audience.unknown", extra={"id": key[1], "why": why})

    async def _look_up(self, key: _Key, ask: _Ask) -> Audience:
        installation, id = key
        try:
            audience = await ask(self._clients_of(installation), id)
        except SlackApiError as exc:
            if error_code(exc) not in _NOBODY:
                raise
            reach = Reach.UNKNOWN if id[0] in "UW" else Reach.UNKNOWN_ROOM
            audience = Audience(reach, frozenset({id}))
        self._facts[key] = _Fact(audience, self._clock.now() + KEPT)
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
        people = [
            await self._kept((installation, member), self._ask_person)
            for member in others
        ]
        reaches = {person.reach for person in people}
        if reaches & {Reach.EXTERNAL, Reach.UNKNOWN}:
            return Reach.UNKNOWN_ROOM
        return Reach.OPEN_ROOM if Reach.GUEST in reaches else Reach.PRIVATE_ROOM


@asynccontextmanager
async def _patience(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except _TROUBLE as exc:
        raise AudienceUnknown(
            "I couldn't check with Slack who will read this. Ask again in a moment."
        ) from exc


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
