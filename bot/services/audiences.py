"""Who is asking, and who will read the answer: what services ask of Slack."""

from dataclasses import dataclass
from typing import Protocol

from bot.briefing.handling import Audience
from bot.errors import BotError
from bot.installation import Installation


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
