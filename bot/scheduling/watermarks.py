"""`WatermarkStore`: up to when each schedule is planned."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.db.database import Database
from bot.db.dialects import upsert
from bot.db.tables import of_installation, watermarks
from bot.installation import Installation
from bot.outbox.model import Watermark


class WatermarkStore:
    """A `WatermarkStore`; moving a watermark forward is the outbox's, with its rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def watermarks(
        self, installation: Installation, digest_ids: Collection[str] | None = None
    ) -> Mapping[str, Watermark]:
        """Return the watermarks by digest id, of these digests or of all."""
        return await self._database.read(lambda c: _read(c, installation, digest_ids))

    async def start(self, watermarks: Iterable[Watermark]) -> None:
        """Begin schedules that are new or edited; what another began first stands."""
        if rows := [_row(mark) for mark in watermarks]:
            await self._database.write(lambda c: _start(c, rows))

    async def forget(self, installation: Installation, digest_id: str) -> None:
        """Drop the watermark of a schedule that is gone."""
        statement = delete(watermarks).where(
            *of_installation(installation, watermarks),
            watermarks.c.digest_id == digest_id,
        )
        await self._database.write(lambda c: c.execute(statement).rowcount)


def _read(
    connection: Connection,
    installation: Installation,
    digest_ids: Collection[str] | None,
) -> dict[str, Watermark]:
    columns = watermarks.c
    statement = select(
        columns.digest_id, columns.schedule, columns.planned_until
    ).where(*of_installation(installation, watermarks))
    if digest_ids is not None:
        statement = statement.where(columns.digest_id.in_(digest_ids))
    found = connection.execute(statement)
    return {
        row.digest_id: Watermark(
            installation, row.digest_id, row.schedule, row.planned_until
        )
        for row in found
    }


def _start(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Replace the watermark of another schedule; one of the same schedule stands."""
    statement = upsert(
        watermarks, connection, change=("schedule", "planned_until"), unless="schedule"
    )
    connection.execute(statement, rows)


def _row(mark: Watermark) -> dict[str, Any]:
    return {
        "enterprise_id": mark.installation.enterprise_id,
        "team_id": mark.installation.team_id,
        "digest_id": mark.digest_id,
        "schedule": mark.schedule,
        "planned_until": mark.planned_until,
    }
