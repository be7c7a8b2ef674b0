"""Rows of the outbox as values, values as rows, and rows that change by a condition."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Update,
    bindparam,
    literal_column,
    select,
    update,
)

from bot.db.tables import deliveries, messages
from bot.installation import Installation
from bot.outbox.model import (
    Delivery,
    DeliveryId,
    DeliveryKey,
    DeliveryKind,
    NewDelivery,
    Status,
    StoredMessage,
)

ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT", bound=Hashable)

IN_HAND = (Status.ACQUIRED, Status.SENDING)

DELIVERY_COLUMNS = (
    deliveries.c.id,
    deliveries.c.enterprise_id,
    deliveries.c.team_id,
    deliveries.c.kind,
    deliveries.c.subject,
    deliveries.c.occurrence,
    deliveries.c.recipient,
    deliveries.c.destination,
    deliveries.c.due_at,
    deliveries.c.expires_at,
    deliveries.c.status,
    deliveries.c.attempt,
    deliveries.c.lease_until,
    deliveries.c.part,
    deliveries.c.payload_hash,
    deliveries.c.prepared_at,
    deliveries.c.sending_at,
    deliveries.c.lookups,
    deliveries.c.look_up_place,
    deliveries.c.failures,
    deliveries.c.request,
    deliveries.c.thread_ts,
    deliveries.c.edit_ts,
    deliveries.c.broadcast,
)


def key_from_row(row: Row[Any]) -> DeliveryKey:
    """Read the key of a row."""
    installation = Installation(row.team_id, row.enterprise_id)
    kind = DeliveryKind(row.kind)
    return DeliveryKey(installation, kind, row.subject, row.occurrence, row.recipient)


def delivery_from_row(
    row: Row[Any], stored: Mapping[str, tuple[StoredMessage, ...]]
) -> Delivery:
    """Read a row selected by `DELIVERY_COLUMNS`."""
    return Delivery(
        id=DeliveryId(row.id),
        key=key_from_row(row),
        destination=row.destination,
        due_at=row.due_at,
        expires_at=row.expires_at,
        status=Status(row.status),
        attempt=row.attempt,
        lease_until=row.lease_until,
        part=row.part,
        messages=stored.get(row.id, ()),
        payload_hash=row.payload_hash or "",
        prepared_at=row.prepared_at,
        sending_at=row.sending_at,
        lookups=row.lookups,
        look_up_place=row.look_up_place,
        failures=row.failures,
        request=row.request,
        thread_ts=row.thread_ts,
        edit_ts=row.edit_ts,
        broadcast=row.broadcast,
    )


def stored_messages(
    connection: Connection, delivery_ids: Iterable[str]
) -> dict[str, tuple[StoredMessage, ...]]:
    """Return the parts that Slack has, by delivery, in order."""
    ids = list(delivery_ids)
    if not ids:
        return {}
    columns = messages.c
    found = connection.execute(
        select(
            columns.delivery_id,
            columns.part,
            columns.channel_id,
            columns.ts,
            columns.mark_echoed,
        )
        .where(columns.delivery_id.in_(ids))
        .order_by(columns.part)
    )

    stored: dict[str, tuple[StoredMessage, ...]] = {}
    for delivery_id, *message in found:
        stored[delivery_id] = (*stored.get(delivery_id, ()), StoredMessage(*message))
    return stored


def row_to_plan(new: NewDelivery, now: datetime) -> dict[str, Any]:
    """Return the row of a delivery that is planned, or over before it began."""
    key, ending = new.key, new.ending
    return {
        "id": key.delivery_id,
        "enterprise_id": key.installation.enterprise_id,
        "team_id": key.installation.team_id,
        "kind": key.kind.value,
        "subject": key.subject,
        "occurrence": key.occurrence,
        "recipient": key.recipient,
        "destination": new.destination,
        "lane": lane_of(key.installation, new.destination),
        "due_at": new.due_at,
        "expires_at": new.expires_at,
        "planned_at": now,
        "ready_at": new.due_at,
        "status": (ending.status if ending else Status.PLANNED).value,
        "reason": ending.reason if ending else "",
        "ended_at": now if ending else None,
        "request": new.request,
        "thread_ts": new.thread_ts,
        "edit_ts": new.edit_ts,
        "broadcast": new.broadcast,
        "rank": new.rank,
    }


def lane_of(installation: Installation, destination: str) -> str:
    """Return the name of the lane in which messages to one place keep their order."""
    return f"{installation.enterprise_id}/{installation.team_id}/{destination}"


def has_status(
    *statuses: Status, table: FromClause = deliveries
) -> ColumnElement[bool]:
    """Compare the status with words written into the statement.

    A bound parameter would hide from both databases that a partial index fits.
    """
    words: list[ColumnElement[str]] = [
        literal_column(f"'{status.value}'") for status in statuses
    ]
    if len(words) == 1:
        return table.c.status == words[0]
    return table.c.status.in_(words)


def change_if(*conditions: ColumnElement[bool], **values: Any) -> Update:
    """Build an update of the rows `b_ids` while they are `b_attempt`'s.

    Rows that share their values are changed by one statement. It says what it believes
    of its rows, and a row that `changed` does not return was somebody else's.
    """
    return (
        update(deliveries)
        .where(
            deliveries.c.id.in_(bindparam("b_ids", expanding=True)),
            deliveries.c.attempt == bindparam("b_attempt"),
            *conditions,
        )
        .values(**values)
        .returning(deliveries.c.id)
    )


def changed(
    connection: Connection, statement: Update, ids: Iterable[str], **values: object
) -> set[str]:
    """Run a statement made by `change_if` and return the ids of the rows it found."""
    parameters = {f"b_{name}": value for name, value in values.items()}
    rows = connection.execute(statement, {"b_ids": list(ids), **parameters})
    return set(rows.scalars())


def grouped(
    items: Iterable[ItemT], key: Callable[[ItemT], KeyT]
) -> dict[KeyT, list[ItemT]]:
    """Sort items into groups that one statement can change."""
    groups: dict[KeyT, list[ItemT]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
