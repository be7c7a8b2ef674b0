"""`DestinationStore`: which id a configured recipient was resolved to, once."""

import math
from collections.abc import Mapping

from sqlalchemy import Connection, select

from bot.db.database import Database
from bot.db.statements import insert_new, of_installation
from bot.db.tables import destinations
from bot.installation import Installation

KEPT_S = 60.0


class DestinationStore:
    """Pins: few, and rarely changed, so they are kept in memory for a minute.

    Another replica's pin is learnt then, or when this one pins the same recipient: the
    first resolution stands. A channel that got another id is pinned by its earlier one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[Installation, dict[str, str]] = {}
        self._read_at: dict[Installation, float] = {}

    async def pins(self, installation: Installation) -> Mapping[str, str]:
        """Return channel ids by recipient as configured."""
        now = self._database.elapsed_s()
        read_at = self._read_at.get(installation, -math.inf)
        if installation not in self._known or now > read_at + KEPT_S:
            statement = select(destinations.c.recipient, destinations.c.channel_id)
            statement = statement.where(*of_installation(installation, destinations))
            found = await self._database.read(lambda c: c.execute(statement).all())
            self._known[installation] = {r.recipient: r.channel_id for r in found}
            self._read_at[installation] = now
        return self._known[installation]

    def forget(self, installation: Installation) -> None:
        """Read the pins anew when they are asked for next."""
        self._known.pop(installation, None)

    def forget_all(self) -> None:
        """Read all pins anew."""
        self._known.clear()

    async def pin(
        self, installation: Installation, recipient: str, channel_id: str
    ) -> str:
        """Keep a resolution; return the one kept, which may be an earlier one."""
        row = {
            "enterprise_id": installation.enterprise_id,
            "team_id": installation.team_id,
            "recipient": recipient,
            "channel_id": channel_id,
            "pinned_at": self._database.now(),
        }
        stored = select(destinations.c.channel_id).where(
            *of_installation(installation, destinations),
            destinations.c.recipient == recipient,
        )

        def pin(connection: Connection) -> str:
            connection.execute(insert_new(destinations, connection), row)
            return str(connection.execute(stored).scalar_one())

        await self.pins(installation)
        kept = await self._database.write(pin)
        self._known[installation][recipient] = kept
        return kept
