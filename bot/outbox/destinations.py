"""`SqlDestinationStore`: which id a configured recipient was resolved to, once."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.db.database import Database
from bot.db.dialects import insert_new
from bot.db.tables import destinations, of_installation
from bot.installation import Installation

_KEY = ("enterprise_id", "team_id", "recipient")


class SqlDestinationStore:
    """A `DestinationStore`; pins are few and change rarely, so they are kept at hand.

    Another replica's pin is learnt when this one pins the same recipient: the first
    resolution stands.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Installation, dict[str, str]] = {}

    async def pins(self, installation: Installation) -> Mapping[str, str]:
        if installation not in self._known:
            self._known[installation] = await self._database.read(
                lambda c: _read(c, installation)
            )
        return self._known[installation]

    async def pin(
        self, installation: Installation, recipient: str, channel_id: str
    ) -> str:
        row = {
            "enterprise_id": installation.enterprise_id,
            "team_id": installation.team_id,
            "recipient": recipient,
            "channel_id": channel_id,
            "pinned_at": self._database.now(),
        }
        await self.pins(installation)
        kept = await self._database.write(lambda c: _pin(c, row))
        self._known[installation][recipient] = kept
        return kept

    async def unpin(self, installation: Installation, recipient: str) -> None:
        statement = delete(destinations).where(
            *of_installation(installation, destinations),
            destinations.c.recipient == recipient,
        )
        await self._database.write(lambda c: c.execute(statement).rowcount)
        self._known.pop(installation, None)


def _read(connection: Connection, installation: Installation) -> dict[str, str]:
    statement = select(destinations.c.recipient, destinations.c.channel_id)
    found = connection.execute(
        statement.where(*of_installation(installation, destinations))
    )
    return {row.recipient: row.channel_id for row in found}


def _pin(connection: Connection, row: dict[str, Any]) -> str:
    connection.execute(insert_new(destinations, connection), row)
    mine = [getattr(destinations.c, name) == row[name] for name in _KEY]
    kept = connection.execute(select(destinations.c.channel_id).where(*mine))
    return str(kept.scalar_one())
