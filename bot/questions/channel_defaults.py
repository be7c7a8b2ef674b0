"""Which briefing a channel means when nobody names one: set by `use`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select

from bot.db.database import Database
from bot.db.statements import upsert
from bot.db.tables import channel_defaults
from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class ChannelDefault:
    """A channel's briefing."""

    installation: Installation
    channel_id: str
    briefing_id: str


class ChannelDefaults:
    """All defaults in memory, so that an answer waits for no SQL.

    `save` stores one that was set, and is not waited for; `stored` are those from
    before the start.
    """

    def __init__(
        self,
        save: Callable[[ChannelDefault], None],
        stored: Iterable[ChannelDefault] = (),
    ) -> None:
        self._save = save
        self._unsaved: set[tuple[Installation, str]] = set()
        self._kept = {(each.installation, each.channel_id): each for each in stored}

    def of(self, installation: Installation, channel_id: str) -> str:
        """Return the briefing of a channel, or an empty text."""
        kept = self._kept.get((installation, channel_id))
        return kept.briefing_id if kept else ""

    def set(self, default: ChannelDefault) -> None:
        """Make a briefing the one that its channel means, now and after a restart."""
        key = default.installation, default.channel_id
        self._kept[key] = default
        self._unsaved.add(key)
        self._save(default)

    def saved(self, default: ChannelDefault) -> None:
        """Take note that this one is stored, so that what is stored counts."""
        self._unsaved.discard((default.installation, default.channel_id))

    def take_over(self, stored: Iterable[ChannelDefault]) -> None:
        """Know what is stored now, but for what was set here and is on its way."""
        own = {key: self._kept[key] for key in self._unsaved if key in self._kept}
        self._kept = {(each.installation, each.channel_id): each for each in stored}
        self._kept |= own

    def move(self, installation: Installation, old_id: str, new_id: str) -> None:
        """Let a channel's default follow it to another id; it is stored already."""
        if kept := self._kept.pop((installation, old_id), None):
            moved = replace(kept, channel_id=new_id)
            self._kept.setdefault((installation, new_id), moved)


class ChannelDefaultStore:
    """One row for each channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> list[ChannelDefault]:
        """Return all defaults of all workspaces."""
        found = await self._database.rows(select(channel_defaults))
        return [
            ChannelDefault(
                Installation(row.team_id, row.enterprise_id),
                row.channel_id,
                row.briefing_id,
            )
            for row in found
        ]

    async def save(self, default: ChannelDefault) -> None:
        """Store a default; the last one of a channel stands."""
        row = {
            "enterprise_id": default.installation.enterprise_id,
            "team_id": default.installation.team_id,
            "channel_id": default.channel_id,
            "briefing_id": default.briefing_id,
        }
        await self._database.write(
            lambda connection: connection.execute(
                upsert(channel_defaults, connection, change=("briefing_id",)), row
            )
        )
