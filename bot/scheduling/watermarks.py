"""`WatermarkStore`: up to when each schedule is planned."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, select

from bot.db.database import Database
from bot.db.dialects import upsert
from bot.db.tables import of_installation, watermarks
from bot.installation import Installation
from bot.outbox.model import Watermark


class WatermarkStore:
    """Begins and ends watermarks; the outbox advances them, with the rows it plans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def watermarks(
        self, installation: Installation, digest_ids: Collection[str] | None = None
    ) -> Mapping[str, Watermark]:
        """Return the watermarks by digest id, of these digests or of all."""
        columns = watermarks.c
        statement = select(
            columns.digest_id, columns.schedule, columns.planned_until
        ).where(*of_installation(installation, watermarks))
        if digest_ids is not None:
            statement = statement.where(columns.digest_id.in_(digest_ids))
        rows = await self._database.read(lambda c: c.execute(statement).all())
        return {row.digest_id: Watermark(installation, *row) for row in rows}

    async def start(self, marks: Iterable[Watermark]) -> None:
        """Begin schedules that are new or edited.

        A watermark of the same schedule stands: another replica began it first.
        """
        rows = [
            {
                "enterprise_id": mark.installation.enterprise_id,
                "team_id": mark.installation.team_id,
                "digest_id": mark.digest_id,
                "schedule": mark.schedule,
                "planned_until": mark.planned_until,
            }
            for mark in marks
        ]
        if not rows:
            return

        def begin(connection: Connection) -> None:
            changed = ("schedule", "planned_until")
            connection.execute(
                upsert(watermarks, connection, change=changed, unless="schedule"), rows
            )

        await self._database.write(begin)

    async def forget(self, installation: Installation, digest_id: str) -> None:
        """Drop the watermark of a schedule that is gone."""
        statement = delete(watermarks).where(
            *of_installation(installation, watermarks),
            watermarks.c.digest_id == digest_id,
        )
        await self._database.write(lambda c: c.execute(statement).rowcount)
