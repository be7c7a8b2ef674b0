"""`VisitStore`: what each person saw last in their App Home."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select

from bot.db.database import Database
from bot.db.statements import of_installation, upsert
from bot.db.tables import visits
from bot.installation import Installation


@dataclass(frozen=True, slots=True)
class Visit:
    """What a person saw in their App Home: the current revision, and when."""

    revision: str
    at: datetime


ONE_VISIT = timedelta(minutes=30)
_CHANGED = ("revision", "visited_at", "earlier_revision", "earlier_at")


class VisitStore:
    """Keeps one row for each person, with the last visit and the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def arrive(
        self, installation: Installation, user_id: str, visit: Visit
    ) -> Visit | None:
        """Keep a visit and return the one before it, or None if it is the first."""

        def arrive(connection: Connection) -> Visit | None:
            row = _read(connection, installation, user_id)
            if row and visit.at - row.visited_at < ONE_VISIT:
                return _earlier(row)

            before = Visit(row.revision, row.visited_at) if row else None
            new = {
                "enterprise_id": installation.enterprise_id,
                "team_id": installation.team_id,
                "user_id": user_id,
                "revision": visit.revision,
                "visited_at": visit.at,
                "earlier_revision": before.revision if before else None,
                "earlier_at": before.at if before else None,
            }
            connection.execute(upsert(visits, connection, change=_CHANGED), new)
            return before

        return await self._database.write(arrive)

    async def before(self, installation: Installation, user_id: str) -> Visit | None:
        """Return what `arrive` returned last, without a visit."""
        row = await self._database.read(lambda c: _read(c, installation, user_id))
        return _earlier(row) if row else None

    async def knows(self, installation: Installation, user_id: str) -> bool:
        """Say whether anything is kept of a person."""
        row = await self._database.read(lambda c: _read(c, installation, user_id))
        return row is not None

    async def forget(self, installation: Installation, user_id: str) -> bool:
        """Drop what is kept of a person; False where nothing was."""
        statement = delete(visits).where(*_of_person(installation, user_id))
        return await self._database.write(lambda c: c.execute(statement).rowcount > 0)


def _read(
    connection: Connection, installation: Installation, user_id: str
) -> Row[Any] | None:
    found = connection.execute(select(visits).where(*_of_person(installation, user_id)))
    return found.first()


def _earlier(row: Row[Any]) -> Visit | None:
    if row.earlier_at is None:
        return None
    return Visit(row.earlier_revision, row.earlier_at)


def _of_person(
    installation: Installation, user_id: str
) -> tuple[ColumnElement[bool], ...]:
    return (*of_installation(installation, visits), visits.c.user_id == user_id)
