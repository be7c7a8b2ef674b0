"""`DestinationStore`: which id a configured recipient was resolved to, once."""

import asyncio
import math
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.db.database import Database
from bot.db.statements import insert_new, of_installation, upsert
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
        self._reading = asyncio.Lock()
        self._pinned_meanwhile: dict[tuple[Installation, str], str] = {}
        """What was pinned here since the reading began; it may not have seen that."""
        self._forgotten = 0

    async def pins(self, installation: Installation) -> Mapping[str, str]:
        """Return channel ids by recipient as configured."""
        async with self._reading:
            while not self._is_fresh(installation):
                await self._read(installation)
            return self._known[installation]

    def _is_fresh(self, installation: Installation) -> bool:
        read_at = self._read_at.get(installation, -math.inf)
        age_s = self._database.elapsed_s() - read_at
        return installation in self._known and age_s <= KEPT_S

    async def _read(self, installation: Installation) -> None:
        """Read them, and keep them unless something was to be forgotten meanwhile."""
        forgotten, read_at = self._forgotten, self._database.elapsed_s()
        self._pinned_meanwhile.clear()
        statement = select(destinations.c.recipient, destinations.c.channel_id)
        statement = statement.where(*of_installation(installation, destinations))
        found = await self._database.rows(statement)
        if self._forgotten != forgotten:
            return
        pins = {row.recipient: row.channel_id for row in found}
        pins |= {
            recipient: channel_id
            for (where, recipient), channel_id in self._pinned_meanwhile.items()
            if where == installation
        }
        self._known[installation] = pins
        self._read_at[installation] = read_at

    def forget(self, installation: Installation) -> None:
        """Read the pins anew when they are asked for next."""
        self._forgotten += 1
        self._known.pop(installation, None)

    def forget_all(self) -> None:
        """Read all pins anew."""
        self._forgotten += 1
        self._known.clear()

    async def pin(
        self, installation: Installation, recipient: str, channel_id: str
    ) -> str:
        """Keep a resolution; return the one kept, which may be an earlier one."""
        row = _pin(installation, recipient, channel_id, now=self._database.now())
        stored = select(destinations.c.channel_id).where(
            *of_installation(installation, destinations),
            destinations.c.recipient == recipient,
        )

        def pin(connection: Connection) -> str:
            connection.execute(insert_new(destinations, connection), row)
            return str(connection.execute(stored).scalar_one())

        kept = await self._database.write(pin)
        self._pinned_meanwhile[installation, recipient] = kept
        if installation in self._known:
            self._known[installation][recipient] = kept
        return kept


def move_pins(
    connection: Connection,
    installation: Installation,
    old_id: str,
    new_id: str,
    *,
    now: datetime,
) -> int:
    """Let whatever is pinned to a channel be pinned to its new id, the old id too.

    Return how many recipients were pinned to the old one.
    """
    ours = of_installation(installation, destinations)
    moved = update(destinations).where(*ours, destinations.c.channel_id == old_id)
    rows = connection.execute(moved.values(channel_id=new_id)).rowcount
    itself = destinations.c.recipient == new_id
    connection.execute(delete(destinations).where(*ours, itself))
    pin = _pin(installation, old_id, new_id, now=now)
    connection.execute(upsert(destinations, connection, change=("channel_id",)), pin)
    return rows


def _pin(
    installation: Installation, recipient: str, channel_id: str, *, now: datetime
) -> dict[str, object]:
    return {
        "enterprise_id": installation.enterprise_id,
        "team_id": installation.team_id,
        "recipient": recipient,
        "channel_id": channel_id,
        "pinned_at": now,
    }
