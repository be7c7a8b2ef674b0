"""People and rooms, as services ask Slack about them: who reads, who may set up."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.briefing.library import Library, SubLibrary
from bot.briefing.tlp import Audience, public_in
from bot.digests.schedules import read_zone
from bot.errors import BotError
from bot.installation import Installation

UNKNOWN_ZONE = "UTC"
KEPT = timedelta(minutes=15)
"""How old a fact about a person or a channel may be, if no event has dropped it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who wrote a command or pressed a button, and in which channel."""

    installation: Installation
    user_id: str
    channel_id: str = ""


class AudienceUnknown(BotError):
    """Who will read it could not be found out in time: nothing may be shown."""


class Audiences(Protocol):
    """Finds out who reads a reply or a post.

    Facts about the person or the channel are at most `max_age` old, and those about a
    channel's members at most 15 minutes. What an event says has changed is asked anew.
    """

    async def of_person(
        self, installation: Installation, user_id: str, *, max_age: timedelta = KEPT
    ) -> Audience:
        """Return the audience of a reply or a DM.

        Raise `AudienceUnknown` where Slack does not say within a second; the look-up
        goes on, so that asking again finds it done.
        """
        ...

    async def of_channel(
        self, installation: Installation, channel_id: str, *, max_age: timedelta = KEPT
    ) -> Audience:
        """Return the audience of a post; raise `AudienceUnknown` like `of_person`."""
        ...

    def knows(self, installation: Installation, id: str) -> bool:
        """Say whether what was found of a person or a channel holds still.

        Nobody is asked: False means that an event has dropped it, or that it is old.
        """
        ...


async def look_up_audience(
    audiences: Audiences,
    installation: Installation,
    *libraries: Library,
    person: str,
    channel: str = "",
) -> Audience:
    """Return who reads it: everybody in the channel, or one person in a reply or a DM.

    Nobody is looked up while all these libraries are TLP:CLEAR. A DM's reader is the
    person it is with, if known: Slack describes a DM only to apps with a scope that
    ours does without. Raise `AudienceUnknown` where that could not be found out.
    """
    if all(library.is_clear for library in libraries):
        return public_in(installation)
    return await look_up_readers(
        audiences, installation, deciding_id(person, channel), max_age=KEPT
    )


def deciding_id(person: str, channel: str) -> str:
    """Return whose facts decide who reads it: the person's in a DM, else the room's."""
    is_direct = not channel or channel.startswith("D")
    return person if person and is_direct else channel


async def look_up_readers(
    audiences: Audiences, installation: Installation, id: str, *, max_age: timedelta
) -> Audience:
    """Return the audience of a person or a channel; raise like `Audiences`."""
    if id.startswith(("U", "W")):
        return await audiences.of_person(installation, id, max_age=max_age)
    return await audiences.of_channel(installation, id, max_age=max_age)


async def visible_library(
    library: Library, audiences: Audiences, asker: Asker
) -> SubLibrary | None:
    """Return what the asker may see; None where that could not be found out."""
    try:
        audience = await look_up_audience(
            audiences, asker.installation, library, person=asker.user_id
        )
    except AudienceUnknown:
        return None
    return library.for_audience(audience)


class Admission(StrEnum):
    """Whether a person may have something posted in a channel, and why not."""

    ADMITTED = "admitted"
    JOINABLE = "joinable"
    """The person is in the channel; the bot is not, and may join."""
    OUTSIDER = "outsider"
    """The person is no member of the channel."""
    UNINVITED = "uninvited"
    """The bot is no member of the channel."""
    ARCHIVED = "archived"
    NOT_PERMITTED = "not permitted"
    """The app lacks a permission to look at such a channel; its manifest has it."""
    UNKNOWN = "unknown"
    """Slack did not say in time."""


class People(Protocol):
    """Looks people up in Slack. Nothing is raised: what Slack does not say is unknown.

    A zone is at most 15 minutes old; membership is asked anew each time.
    """

    async def zone_of(self, installation: Installation, user_id: str) -> str:
        """Return the IANA name of the person's zone, `UTC` where it is not known."""
        ...

    async def admission(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> Admission:
        """Say whether the person and the bot are both in the channel."""
        ...

    async def is_in(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> bool | None:
        """Say whether the person is in a channel, or it is their DM with the bot.

        None where Slack does not say within some seconds.
        """
        ...

    async def join(self, installation: Installation, channel_id: str) -> bool:
        """Let the bot join a public channel; False where Slack does not let it."""
        ...


def known_zone(name: str) -> str:
    """Return Slack's name of a zone if the calendar knows it, else `UTC`."""
    try:
        return read_zone(name)
    except ValueError:
        return UNKNOWN_ZONE
