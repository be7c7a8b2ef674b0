"""`SqlChannelDefaultStore`: which briefing each channel means, through restarts."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.installation import Installation
from bot.services.channel_defaults import ChannelDefault
from bot.storage.database import Database
from bot.storage.dialects import upsert
from bot.storage.tables import channel_defaults


class SqlChannelDefaultStore:
    """A `ChannelDefaultStore`: one row for each channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> list[ChannelDefault]:
        return await self._database.read(_read)

    async def save(self, default: ChannelDefault) -> None:
        row: dict[str, object] = {
            "enterprise_id": default.installation.enterprise_id,
            "team_id": default.installation.team_id,
            "channel_id": default.channel_id,
            "briefing_id": default.briefing_id,
        }
        await self._database.write(lambda c: _write(c, row))


async def _read(connection: AsyncConnection) -> list[ChannelDefault]:
    found = await connection.execute(select(channel_defaults))
    return [
        ChannelDefault(
            Installation(row.team_id, row.enterprise_id),
            row.channel_id,
            row.briefing_id,
        )
        for row in found
    ]


async def _write(connection: AsyncConnection, row: dict[str, object]) -> None:
    statement = upsert(channel_defaults, connection, change=("briefing_id",))
    await connection.execute(statement, row)
