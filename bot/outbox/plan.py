"""Planning rows: every key once, and watermarks in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Update, exists, not_, select, update

from bot.db.dialects import insert_many_new
from bot.db.tables import deliveries, messages, of_installation, watermarks
from bot.installation import Installation
from bot.outbox.model import (
    DeliveryId,
    DeliveryKind,
    Ending,
    NewDelivery,
    Status,
    Watermark,
)
from bot.outbox.rows import has_status, row_to_plan


def insert(
    connection: Connection, rows: Sequence[NewDelivery], *, now: datetime
) -> frozenset[DeliveryId]:
    """Insert the rows whose key is new and return their ids."""
    if not rows:
        return frozenset()
    new = insert_many_new(
        connection, deliveries, [row_to_plan(row, now) for row in rows]
    )
    return frozenset(DeliveryId(id) for (id,) in new)


def insert_occurrences(
    connection: Connection,
    rows: Sequence[NewDelivery],
    marks: Sequence[Watermark],
    *,
    now: datetime,
) -> frozenset[DeliveryId]:
    """Step 1: insert the rows of those schedules whose watermark moves forward."""
    moved: set[tuple[Installation, str]] = set()
    for (installation, until), group in _by_installation(marks).items():
        digest_ids = _moving(connection, installation, group)
        connection.execute(
            update(watermarks)
            .where(
                *of_installation(installation, watermarks),
                watermarks.c.digest_id.in_(digest_ids),
            )
            .values(planned_until=until)
        )
        moved |= {(installation, digest_id) for digest_id in digest_ids}

    wanted = [row for row in rows if (row.key.installation, row.key.subject) in moved]
    return insert(connection, wanted, now=now)


def _by_installation(
    marks: Sequence[Watermark],
) -> dict[tuple[Installation, datetime], list[Watermark]]:
    groups: dict[tuple[Installation, datetime], list[Watermark]] = {}
    for mark in marks:
        key = mark.installation, mark.planned_until
        groups.setdefault(key, []).append(mark)
    return groups


def _moving(
    connection: Connection, installation: Installation, marks: Sequence[Watermark]
) -> list[str]:
    """Lock the watermarks and return those that are ours to move.

    One that is missing or of another schedule was edited; one that is ahead was moved
    by another replica, which planned these rows too.
    """
    wanted = {mark.digest_id: mark for mark in marks}
    columns = watermarks.c
    found = connection.execute(
        select(columns.digest_id, columns.schedule, columns.planned_until)
        .where(
            *of_installation(installation, watermarks), columns.digest_id.in_(wanted)
        )
        .order_by(columns.digest_id)
        .with_for_update()
    )
    return [
        digest_id
        for digest_id, schedule, planned_until in found
        if wanted[digest_id].schedule == schedule
        and wanted[digest_id].planned_until > planned_until
    ]


def cancellation(
    installation: Installation, digest_id: str, ending: Ending, *, now: datetime
) -> Update:
    """End what is planned of a digest, unless a part of it is in the channel."""
    has_message = exists().where(messages.c.delivery_id == deliveries.c.id)
    return (
        update(deliveries)
        .where(
            *of_installation(installation, deliveries),
            has_status(Status.PLANNED),
            deliveries.c.kind == DeliveryKind.DIGEST.value,
            deliveries.c.subject == digest_id,
            not_(has_message),
        )
        .values(status=ending.status.value, reason=ending.reason, ended_at=now)
    )


def planned_digests(
    connection: Connection, installation: Installation
) -> dict[str, frozenset[str]]:
    """Return the recipients for whom something is planned, by digest id."""
    found = connection.execute(
        select(deliveries.c.subject, deliveries.c.recipient)
        .where(
            *of_installation(installation, deliveries),
            has_status(Status.PLANNED),
            deliveries.c.kind == DeliveryKind.DIGEST.value,
        )
        .distinct()
    )
    planned: dict[str, set[str]] = {}
    for digest_id, recipient in found:
        planned.setdefault(digest_id, set()).add(recipient)
    return {digest_id: frozenset(names) for digest_id, names in planned.items()}
