"""Who is asking, and who will read the answer: what services ask of Slack."""

from dataclasses import dataclass
from typing import Protocol

from bot.briefing.handling import PUBLIC, Audience
from bot.briefing.library import SubLibrary
from bot.errors import BotError
from bot.installation import Installation
from bot.interfaces import LibrarySource


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who wrote a command or pressed a button, and in which channel."""

    installation: Installation
    user_id: str
    channel_id: str = ""


class AudienceUnknown(BotError):
    """Who will read it could not be found out in time: nothing may be shown."""


class Audiences(Protocol):
    """Finds out who reads a reply or a post. Facts are at most 15 minutes old."""

    async def of_person(self, installation: Installation, user_id: str) -> Audience:
        """Return the audience of a reply or a DM.

        Raise `AudienceUnknown` where Slack does not say within a second; the look-up
        goes on, so that asking again finds it done.
        """
        ...

    async def of_channel(self, installation: Installation, channel_id: str) -> Audience:
        """Return the audience of a post; raise `AudienceUnknown` like `of_person`."""
        ...


async def readers_at(
    audiences: Audiences, installation: Installation, channel_id: str, *, user_id: str
) -> Audience:
    """Return who reads a post: a DM's reader is the person it is with.

    Slack describes a DM only to apps with a scope that ours does without.
    """
    if channel_id.startswith("D") and user_id:
        return await audiences.of_person(installation, user_id)
    return await audiences.of_channel(installation, channel_id)


class RememberedAudiences(Audiences, Protocol):
    """An `Audiences` whose facts can be dropped before they are old."""

    def forget(self, installation: Installation, *ids: str) -> None:
        """Drop what is known of these people or channels: an event says it changed."""
        ...


async def visible_library(
    briefings: LibrarySource, audiences: Audiences, asker: Asker
) -> SubLibrary | None:
    """Return what the asker may see; None where that could not be found out.

    Nobody is looked up while everything is TLP:CLEAR.
    """
    library = briefings.served.library
    if library.is_clear:
        return library.for_audience(PUBLIC)
    try:
        person = await audiences.of_person(asker.installation, asker.user_id)
    except AudienceUnknown:
        return None
    return library.for_audience(person)
