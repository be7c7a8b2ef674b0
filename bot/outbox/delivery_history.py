"""`DeliveryHistory`: what became of deliveries, and what each recipient got last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from bot.block_kit.part import Part
from bot.db.database import Database
from bot.db.statements import of_installation
from bot.db.tables import deliveries, messages, payload_claims, payloads
from bot.installation import Installation
from bot.outbox.model import (
    Delivery,
    DeliveryKind,
    DeliveryRecord,
    MessageRef,
    Payload,
    Received,
    Status,
)
from bot.outbox.rows import has_status, key_from_row

_RECORDS = (
    select(deliveries, messages.c.channel_id, messages.c.ts, payloads.c.revision)
    .outerjoin(
        messages, and_(messages.c.delivery_id == deliveries.c.id, messages.c.part == 0)
    )
    .outerjoin(payloads, payloads.c.hash == deliveries.c.payload_hash)
)


_POSTED = (
    select(
        messages.c.part,
        messages.c.posted_at,
        payloads.c.revision,
        payloads.c.audience,
        payloads.c.content,
    )
    .join_from(messages, deliveries, deliveries.c.id == messages.c.delivery_id)
    .outerjoin(
        payloads,
        payloads.c.hash
        == func.coalesce(messages.c.payload_hash, deliveries.c.payload_hash),
    )
    .order_by(
        deliveries.c.kind == DeliveryKind.CORRECTION.value,
        messages.c.posted_at.desc(),
    )
)
"""A line that is edited each day has a row for each edit: the last one is shown.

What a correction made of a message is told as a change of what it said.
"""


_POSTED_NOTICES = (
    select(
        deliveries.c.subject,
        deliveries.c.recipient,
        messages.c.channel_id,
        messages.c.ts,
    )
    .join(messages, messages.c.delivery_id == deliveries.c.id)
    .where(deliveries.c.kind == DeliveryKind.NOTICE.value)
)
_AT_ONCE = 200
"""Subjects asked for in one statement: SQLite takes some thousand parameters."""


@dataclass(frozen=True, slots=True)
class PostedPart:
    """What went out as a message; `shown` is None once that is no longer kept."""

    posted_at: datetime
    revision: str
    audience: str
    shown: Part | None


@dataclass(frozen=True, slots=True)
class PostedNotice:
    """A notice that was posted; `reader_id` is whom it was for."""

    subject: str
    message: MessageRef
    reader_id: str


class DeliveryHistory:
    """Only reads, so it may ask beside a running bot."""

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

        rows = await self._database.rows(statement)
        return tuple(
            DeliveryRecord(
                key=key_from_row(row),
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
            for row in rows
        )

    async def posted(
        self, installation: Installation, message: MessageRef
    ) -> PostedPart | None:
        """Return what was posted as this message; None where it is none of ours."""
        statement = _POSTED.where(
            *of_installation(installation, messages),
            messages.c.channel_id == message.channel_id,
            messages.c.ts == message.ts,
        )
        row = await self._database.read(lambda c: c.execute(statement).first())
        if row is None:
            return None
        payload = Payload.from_json(row.content) if row.content else None
        is_whole = payload is not None and row.part < len(payload.parts)
        shown = payload.parts[row.part] if payload and is_whole else None
        return PostedPart(row.posted_at, row.revision or "", row.audience or "", shown)

    async def notices(
        self, installation: Installation, subjects: Collection[str]
    ) -> Sequence[PostedNotice]:
        """Return what was posted as notices on these subjects, edits left out."""
        wanted = sorted(subjects)
        found: list[PostedNotice] = []
        for start in range(0, len(wanted), _AT_ONCE):
            among = deliveries.c.subject.in_(wanted[start : start + _AT_ONCE])
            statement = _POSTED_NOTICES.where(
                *of_installation(installation, deliveries), among
            )
            found += [
                PostedNotice(
                    row.subject,
                    MessageRef(row.channel_id, row.ts),
                    row.recipient.rpartition("/")[2],
                )
                for row in await self._database.rows(statement)
            ]
        return found

    async def last_received(self, delivery: Delivery) -> Received | None:
        """Return what this recipient was last sent of the same digest, if anything."""
        return await self._database.read_together(_last_received, delivery)


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

_CLAIMS_SHOWN_AT = (
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
        _CLAIMS_SHOWN_AT.label("claims_shown_at"),
    )
    .join_from(_current, _earlier, _earlier.c.id == _LAST_ID)
    .join(payloads, payloads.c.hash == _earlier.c.payload_hash)
    .join(messages, and_(messages.c.delivery_id == _earlier.c.id, messages.c.part == 0))
    .where(_current.c.id.in_(bindparam("b_ids", expanding=True)))
)


def _last_received(
    connection: Connection, wanted: Sequence[Delivery], _now: datetime
) -> list[Received | None]:
    ids = [delivery.id for delivery in wanted]
    received = {
        row.id: Received(
            row.hash,
            row.revision,
            MessageRef(row.channel_id, row.ts),
            row.due_at,
            row.claims_shown_at,
        )
        for row in connection.execute(_LAST_RECEIVED, {"b_ids": ids})
    }
    return [received.get(delivery.id) for delivery in wanted]
