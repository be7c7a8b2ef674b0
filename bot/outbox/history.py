"""`DeliveryHistory`: what became of deliveries, for people who ask."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from bot.db.database import Database
from bot.db.tables import deliveries, messages, of_installation, payloads
from bot.installation import Installation
from bot.outbox.model import (
    DeliveryKey,
    DeliveryKind,
    DeliveryRecord,
    MessageRef,
    Status,
)

_RECORDS = (
    select(deliveries, messages.c.channel_id, messages.c.ts, payloads.c.revision)
    .outerjoin(
        messages, and_(messages.c.delivery_id == deliveries.c.id, messages.c.part == 0)
    )
    .outerjoin(payloads, payloads.c.hash == deliveries.c.payload_hash)
)


class DeliveryHistory:
    """A `DeliveryHistory` that only reads, so it may ask beside a running bot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def records(
        self,
        *,
        installation: Installation | None = None,
        digest_id: str = "",
        statuses: Collection[Status] = (),
        since: datetime | None = None,
        to: Collection[str] = (),
        limit: int = 100,
    ) -> tuple[DeliveryRecord, ...]:
        """Return what matches, latest due first; what is left out matches all.

        `to` are recipients as configured, or where they turned out to be.
        """
        statement = _RECORDS.order_by(
            deliveries.c.due_at.desc(), deliveries.c.recipient
        ).limit(limit)
        if to:
            is_recipient = deliveries.c.recipient.in_(to)
            statement = statement.where(is_recipient | deliveries.c.destination.in_(to))
        if installation is not None:
            statement = statement.where(*of_installation(installation, deliveries))
        if digest_id:
            statement = statement.where(
                deliveries.c.subject == digest_id,
                deliveries.c.kind == DeliveryKind.DIGEST.value,
            )
        if statuses:
            statement = statement.where(deliveries.c.status.in_(statuses))
        if since is not None:
            statement = statement.where(deliveries.c.due_at >= since)

        return await self._database.read(lambda c: _read(c, statement))


def _read(connection: Connection, statement: Any) -> tuple[DeliveryRecord, ...]:
    rows = connection.execute(statement)
    return tuple(_record(row) for row in rows)


def _record(row: Row[*tuple[Any, ...]]) -> DeliveryRecord:
    installation = Installation(row.team_id, row.enterprise_id)
    kind = DeliveryKind(row.kind)
    return DeliveryRecord(
        key=DeliveryKey(installation, kind, row.subject, row.occurrence, row.recipient),
        destination=row.destination,
        due_at=row.due_at,
        status=Status(row.status),
        reason=row.reason,
        ended_at=row.ended_at,
        retry_at=row.ready_at,
        attempt=row.attempt,
        message=MessageRef(row.channel_id, row.ts) if row.ts else None,
        revision=row.revision or "",
    )
