"""`SqlVisitStore`: what each person saw last in their App Home."""

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.installation import Installation
from bot.services.reader_stores import Visit
from bot.storage.database import Database
from bot.storage.dialects import upsert
from bot.storage.rows import of_installation
from bot.storage.tables import visits


class SqlVisitStore:
    """A `VisitStore`: one row for each person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_visit(
        self, installation: Installation, user_id: str
    ) -> Visit | None:
        return await self._database.read(lambda c: _read(c, installation, user_id))

    async def visited(
        self, installation: Installation, user_id: str, visit: Visit
    ) -> None:
        row = {
            "enterprise_id": installation.enterprise_id,
            "team_id": installation.team_id,
            "user_id": user_id,
            "revision": visit.revision,
            "visited_at": visit.at,
        }
        await self._database.write(lambda c: _write(c, row))

    async def forget(self, installation: Installation, user_id: str) -> bool:
        statement = delete(visits).where(*_of_person(installation, user_id))
        deleted = await self._database.write(lambda c: c.execute(statement))
        return deleted.rowcount > 0


async def _read(
    connection: AsyncConnection, installation: Installation, user_id: str
) -> Visit | None:
    found = await connection.execute(
        select(visits.c.revision, visits.c.visited_at).where(
            *_of_person(installation, user_id)
        )
    )
    row = found.first()
    return Visit(row.revision, row.visited_at) if row else None


async def _write(connection: AsyncConnection, row: dict[str, object]) -> None:
    statement = upsert(visits, connection, change=("revision", "visited_at"))
    await connection.execute(statement, row)


def _of_person(
    installation: Installation, user_id: str
) -> tuple[ColumnElement[bool], ...]:
    return (*of_installation(installation, visits), visits.c.user_id == user_id)
