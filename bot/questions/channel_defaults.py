"""Which briefing a channel means when nobody names one: set by `use`."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class ChannelDefault:
    """A channel's briefing."""

    installation: Installation
    channel_id: str
    briefing_id: str


class ChannelDefaults:
    """All defaults in memory, so that an answer waits for no SQL."""

    def __init__(self, kept: Iterable[ChannelDefault] = ()) -> None:
        self._kept = {(each.installation, each.channel_id): each for each in kept}

    def of(self, installation: Installation, channel_id: str) -> str:
        """Return the briefing of a channel, or an empty text."""
        kept = self._kept.get((installation, channel_id))
        return kept.briefing_id if kept else ""

    def set(self, default: ChannelDefault) -> None:
        """Make a briefing the one that its channel means."""
        self._kept[default.installation, default.channel_id] = default
