"""Watermarks: up to when the occurrences of each schedule are planned.

Subscriptions and planning call the functions here with the connection of their own
transaction.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    delete,
    exists,
    not_,
    select,
    update,
)

from bot.db.database import Database
from bot.db.statements import of_installation, upsert
from bot.db.tables import deliveries, messages, watermarks
from bot.installation import Installation
from bot.outbox.model import DeliveryKind, Status
from bot.outbox.rows import has_status

_VALUES = ("schedule", "planned_until")
_MARKS = select(
    watermarks.c.digest_id, watermarks.c.schedule, watermarks.c.planned_until
)


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to when a schedule's occurrences are planned; `schedule` is its fingerprint.

    An edited schedule has another fingerprint and starts anew.
    """

    installation: Installation
    digest_id: str
    schedule: str
    planned_until: datetime


@dataclass(frozen=True, slots=True)
class Mended:
    """When a clock was found set back, and up to when had been planned by it."""

    at: datetime
    planned_until: datetime


class WatermarkStore:
    """The watermarks as planning reads, starts and drops them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def watermarks(
        self, installation: Installation, digest_ids: Collection[str] | None = None
    ) -> Mapping[str, Watermark]:
        """Return the watermarks by digest id, of these digests or of all."""
        statement = _MARKS.where(*of_installation(installation, watermarks))
        if digest_ids is not None:
            statement = statement.where(watermarks.c.digest_id.in_(digest_ids))
        found = await self._database.rows(statement)
        return {row.digest_id: Watermark(installation, *row) for row in found}

    async def start(self, marks: Iterable[Watermark]) -> None:
        """Begin schedules that are new or edited; what another began first stands."""
        rows = [_row(mark) for mark in marks]
        if not rows:
            return

        def start(connection: Connection) -> None:
            """Replace watermarks of another schedule; those of the same stand."""
            unless = "schedule"
            statement = upsert(watermarks, connection, change=_VALUES, unless=unless)
            connection.execute(statement, rows)

        await self._database.write(start)

    async def in_future(
        self, installation: Installation, *, ahead: datetime
    ) -> list[Watermark]:
        """Return those later than `ahead`, where the clock was set back since."""
        found = await self._database.rows(_MARKS.where(*_ahead(installation, ahead)))
        return [Watermark(installation, *row) for row in found]

    async def mend(
        self, installation: Installation, now: datetime, *, ahead: datetime
    ) -> list[Watermark]:
        """Set watermarks later than `ahead` to now, and return them as they were.

        Nothing would be planned until the clock catches up. What was skipped meanwhile
        for a time that is still to come is forgotten and planned anew then; what was
        posted is not, as its key stands.
        """
        in_future = _MARKS.where(*_ahead(installation, ahead)).with_for_update()
        set_to_now = (
            update(watermarks)
            .where(*_ahead(installation, ahead))
            .values(
                mended_from=watermarks.c.planned_until,
                mended_at=now,
                planned_until=now,
            )
        )
        has_message = exists().where(messages.c.delivery_id == deliveries.c.id)
        forget_skipped = delete(deliveries).where(
            *of_installation(installation, deliveries),
            has_status(Status.SKIPPED),
            deliveries.c.kind == DeliveryKind.DIGEST.value,
            deliveries.c.due_at > ahead,
            not_(has_message),
        )

        def mend(connection: Connection) -> list[Watermark]:
            found = connection.execute(in_future).all()
            if found:
                connection.execute(set_to_now)
                connection.execute(forget_skipped)
            return [Watermark(installation, *row) for row in found]

        return await self._database.write(mend)

    async def mended(
        self, installation: Installation, digest_ids: Collection[str]
    ) -> Mapping[str, "Mended"]:
        """Return when these were last mended; most never were."""
        columns = watermarks.c.digest_id, watermarks.c.mended_at
        statement = select(*columns, watermarks.c.mended_from).where(
            *of_installation(installation, watermarks),
            watermarks.c.digest_id.in_(digest_ids),
            watermarks.c.mended_at.is_not(None),
        )
        found = await self._database.rows(statement)
        return {id: Mended(at, planned_until) for id, at, planned_until in found}

    async def forget(self, installation: Installation, digest_id: str) -> None:
        """Drop the watermark of a schedule that is gone."""
        await self._database.write(lambda c: drop_watermark(c, installation, digest_id))


def set_watermark(connection: Connection, mark: Watermark) -> None:
    """Plan a schedule's occurrences from there on, whatever stood there before."""
    connection.execute(upsert(watermarks, connection, change=_VALUES), _row(mark))


def drop_watermark(
    connection: Connection, installation: Installation, digest_id: str
) -> None:
    """Forget up to when a schedule was planned."""
    connection.execute(delete(watermarks).where(*_is_of(installation, digest_id)))


def locked_watermark(
    connection: Connection, installation: Installation, digest_id: str
) -> datetime | None:
    """Return up to when a schedule is planned, and let nobody move that meanwhile."""
    statement = select(watermarks.c.planned_until).with_for_update()
    return connection.scalar(statement.where(*_is_of(installation, digest_id)))


def advance_watermarks(
    connection: Connection, marks: Sequence[Watermark]
) -> set[tuple[Installation, str]]:
    """Move watermarks forward, and return the digests of those that were ours to move.

    One that is missing or of another schedule was edited; one that is ahead was moved
    by another replica, which planned these rows too.
    """
    groups: dict[tuple[Installation, datetime], dict[str, Watermark]] = {}
    for mark in marks:
        group = groups.setdefault((mark.installation, mark.planned_until), {})
        group[mark.digest_id] = mark

    moved: set[tuple[Installation, str]] = set()
    for (installation, until), wanted in groups.items():
        stands = (
            *of_installation(installation, watermarks),
            watermarks.c.digest_id.in_(wanted),
        )
        found = connection.execute(
            _MARKS.where(*stands).order_by(watermarks.c.digest_id).with_for_update()
        )
        digest_ids = [
            digest_id
            for digest_id, schedule, planned_until in found
            if wanted[digest_id].schedule == schedule and until > planned_until
        ]
        connection.execute(
            update(watermarks)
            .where(
                *of_installation(installation, watermarks),
                watermarks.c.digest_id.in_(digest_ids),
            )
            .values(planned_until=until)
        )
        moved |= {(installation, digest_id) for digest_id in digest_ids}
    return moved


def _is_of(
    installation: Installation, digest_id: str
) -> tuple[ColumnElement[bool], ...]:
    is_here = of_installation(installation, watermarks)
    return (*is_here, watermarks.c.digest_id == digest_id)


def _ahead(
    installation: Installation, ahead: datetime
) -> tuple[ColumnElement[bool], ...]:
    is_here = of_installation(installation, watermarks)
    return (*is_here, watermarks.c.planned_until > ahead)


def _row(mark: Watermark) -> dict[str, Any]:
    return {
        "enterprise_id": mark.installation.enterprise_id,
        "team_id": mark.installation.team_id,
        "digest_id": mark.digest_id,
        "schedule": mark.schedule,
        "planned_until": mark.planned_until,
    }
