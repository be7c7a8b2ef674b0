"""`ChannelDefaultStore`: which briefing each channel means, through restarts."""

from sqlalchemy import Connection, select

from bot.db.database import Database
from bot.db.dialects import upsert
from bot.db.tables import channel_defaults
from bot.installation import Installation
from bot.questions.channel_defaults import ChannelDefault


class ChannelDefaultStore:
    """A `ChannelDefaultStore`: one row for each channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> list[ChannelDefault]:
        """Return all defaults of all workspaces."""
        return await self._database.read(_read)

    async def save(self, default: ChannelDefault) -> None:
        """Store a default; the last one of a channel stands."""
        row: dict[str, object] = {
            "enterprise_id": default.installation.enterprise_id,
            "team_id": default.installation.team_id,
            "channel_id": default.channel_id,
            "briefing_id": default.briefing_id,
        }
        await self._database.write(lambda c: _write(c, row))


def _read(connection: Connection) -> list[ChannelDefault]:
    found = connection.execute(select(channel_defaults))
    return [
        ChannelDefault(
            Installation(row.team_id, row.enterprise_id),
            row.channel_id,
            row.briefing_id,
        )
        for row in found
    ]


def _write(connection: Connection, row: dict[str, object]) -> None:
    statement = upsert(channel_defaults, connection, change=("briefing_id",))
    connection.execute(statement, row)
