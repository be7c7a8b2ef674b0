"""Stand-ins for what answers ask of files and of Slack: both stand still."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.audiences import KEPT, Admission, AudienceUnknown
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import Audience, Reach
from bot.digests.models import Digest, DigestFile
from bot.installation import Installation
from bot.interfaces import Served


class HeldBriefings:
    """Serves one library for ever."""

    def __init__(self, *briefings: Briefing, digests: tuple[Digest, ...] = ()) -> None:
        self.served = Served(Library(briefings), DigestFile(digests=digests))

    def look_again(self) -> None:
        """Stand still: a test says when something is read."""

    async def changes(self, stop: asyncio.Event) -> AsyncIterator[Served]:
        await stop.wait()
        for served in tuple[Served, ...]():
            yield served


class KnownAudiences:
    """Answers every question about people alike, and counts them; None is no answer.

    Rooms are alike, too, but for those in `rooms`.
    """

    def __init__(
        self, reach: Reach | None, room: Reach | None = Reach.UNKNOWN_ROOM
    ) -> None:
        self.reach = reach
        self.room = room
        self.rooms: dict[str, Audience] = {}
        self.asked: list[str] = []

    def knows(self, installation: Installation, id: str) -> bool:
        return True

    async def of_person(
        self, installation: Installation, user_id: str, *, max_age: timedelta = KEPT
    ) -> Audience:
        self.asked.append(user_id)
        if self.reach is None:
            raise AudienceUnknown("Slack did not say who that is")
        return Audience(self.reach, frozenset({user_id}))

    async def of_channel(
        self, installation: Installation, channel_id: str, *, max_age: timedelta = KEPT
    ) -> Audience:
        if self.room is None:
            raise AudienceUnknown("Slack did not say who reads it")
        return self.rooms.get(channel_id, Audience(self.room, frozenset({channel_id})))


class KnownPeople:
    """A `People` in which everybody lives in one zone and is in every channel."""

    def __init__(
        self, zone: str = "Europe/London", admission: Admission = Admission.ADMITTED
    ) -> None:
        self.zone = zone
        self.admitted = admission

    async def zone_of(self, installation: Installation, user_id: str) -> str:
        return self.zone

    async def admission(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> Admission:
        return self.admitted

    async def is_in(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> bool | None:
        return self.admitted is Admission.ADMITTED

    async def join(self, installation: Installation, channel_id: str) -> bool:
        return False
