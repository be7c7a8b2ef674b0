"""What services ask of Slack about a person: their zone, and what they may set up."""

from enum import StrEnum
from typing import Protocol

from bot.digests.zones import read_zone
from bot.installation import Installation

UNKNOWN_ZONE = "UTC"


class Admission(StrEnum):
    """Whether a person may have something posted in a channel, and why not."""

    ADMITTED = "admitted"
    OUTSIDER = "outsider"
    """The person is no member of the channel."""
    UNINVITED = "uninvited"
    """The bot is no member of the channel."""
    ARCHIVED = "archived"
    UNKNOWN = "unknown"
    """Slack did not say in time."""


class People(Protocol):
    """Looks people up in Slack. Nothing is raised: what is not told is unknown."""

    async def zone_of(self, installation: Installation, user_id: str) -> str:
        """Return the IANA name of the person's zone, `UTC` where it is not known."""
        ...

    async def admission(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> Admission:
        """Say whether the person and the bot are both in the channel."""
        ...


def known_zone(name: str) -> str:
    """Return Slack's name of a zone if the calendar knows it, else `UTC`."""
    try:
        return read_zone(name)
    except ValueError:
        return UNKNOWN_ZONE
