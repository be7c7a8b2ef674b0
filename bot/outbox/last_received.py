"""What recipients received last: the base line of a digest of changes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, select

from bot.db.tables import deliveries, messages, payload_claims, payloads
from bot.outbox.model import Delivery, DeliveryKind, MessageRef, Received, Status
from bot.outbox.rows import has_status

_current = deliveries.alias("current")
_earlier = deliveries.alias("earlier")

_SENT_BEFORE = (
    _earlier.c.team_id == _current.c.team_id,
    _earlier.c.recipient == _current.c.recipient,
    _earlier.c.subject == _current.c.subject,
    _earlier.c.enterprise_id == _current.c.enterprise_id,
    _earlier.c.kind == DeliveryKind.DIGEST.value,
    has_status(Status.SENT, table=_earlier),
)

_LAST_ID = (
    select(_earlier.c.id)
    .where(*_SENT_BEFORE)
    .order_by(_earlier.c.due_at.desc())
    .limit(1)
    .correlate(_current)
    .scalar_subquery()
)

_TOLD_AT = (
    select(_earlier.c.due_at)
    .where(
        *_SENT_BEFORE,
        exists().where(payload_claims.c.payload_hash == _earlier.c.payload_hash),
    )
    .order_by(_earlier.c.due_at.desc())
    .limit(1)
    .correlate(_current)
    .scalar_subquery()
)

_LAST_RECEIVED = (
    select(
        _current.c.id,
        payloads.c.hash,
        payloads.c.revision,
        messages.c.channel_id,
        messages.c.ts,
        _earlier.c.due_at,
        _TOLD_AT.label("told_at"),
    )
    .join_from(_current, _earlier, _earlier.c.id == _LAST_ID)
    .join(payloads, payloads.c.hash == _earlier.c.payload_hash)
    .join(messages, and_(messages.c.delivery_id == _earlier.c.id, messages.c.part == 0))
    .where(_current.c.id.in_(bindparam("b_ids", expanding=True)))
)


def last_received(
    connection: Connection, wanted: Sequence[Delivery]
) -> list[Received | None]:
    """Return for each delivery what its recipient was sent last of the same digest."""
    ids = [delivery.id for delivery in wanted]
    found = connection.execute(_LAST_RECEIVED, {"b_ids": ids})
    received = {row.id: _received(row) for row in found}
    return [received.get(delivery.id) for delivery in wanted]


def _received(row: Row[*tuple[Any, ...]]) -> Received:
    message = MessageRef(row.channel_id, row.ts)
    return Received(row.hash, row.revision, message, row.due_at, row.told_at)
