"""A message as it is when it is corrected: what it said first, what it says by now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, select

from bot.block_kit.part import UNKNOWN, ClaimMark, Part
from bot.briefing.library import Library
from bot.briefing.tlp import Audience
from bot.corrections.model import ClaimKey, Correction
from bot.corrections.records import open_corrections
from bot.db.statements import is_among
from bot.db.tables import (
    deliveries,
    message_states,
    messages,
    payload_claims,
    payloads,
    wordings,
)
from bot.outbox.model import DeliveryKind, MessageId, Payload


@dataclass(frozen=True, slots=True)
class Said:
    """One part of a payload, and which wordings it shows."""

    part: Part
    revision: str
    audience: str
    marks: tuple[ClaimMark, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A message of ours that a correction is about.

    `before` is what it said before the state in question, since `said_at`. `made_of`
    names a revision for each wording of its claims that was shown anywhere.
    """

    kind: DeliveryKind
    original: Said
    shown: Said
    before: Said
    said_at: datetime
    made_of: Mapping[ClaimMark, str]
    corrections: Mapping[ClaimKey, Correction]

    def may_be_seen(self, library: Library, audience: Audience) -> bool:
        """Say whether this audience may see what the message says by now."""
        shown = Payload((self.shown.part,), self.shown.revision, self.shown.audience)
        return shown.may_be_seen(library, audience, part=0)


def read_subject(connection: Connection, id: MessageId, state: int) -> Subject:
    """Read a message and the open corrections of what it shows."""
    row = connection.execute(
        select(
            messages.c.payload_hash,
            messages.c.shown_hash,
            messages.c.shown_part,
            messages.c.posted_at,
            deliveries.c.kind,
            message_states.c.before_hash,
            message_states.c.before_part,
        )
        .join(deliveries, deliveries.c.id == messages.c.delivery_id)
        .join(
            message_states,
            and_(
                message_states.c.delivery_id == messages.c.delivery_id,
                message_states.c.part == messages.c.part,
                message_states.c.state == state,
            ),
        )
        .where(messages.c.delivery_id == id.delivery_id, messages.c.part == id.part)
    ).one()
    earlier = connection.scalar(
        select(deliveries.c.ended_at)
        .join(message_states, message_states.c.edit_id == deliveries.c.id)
        .where(
            message_states.c.delivery_id == id.delivery_id,
            message_states.c.part == id.part,
            message_states.c.state == state - 1,
        )
    )
    original = _said(connection, row.payload_hash, id.part)
    shown = _said(connection, row.shown_hash, row.shown_part)
    before = _said(connection, row.before_hash, row.before_part)
    claims = {
        (mark.briefing_id, mark.claim_id)
        for each in (original, shown, before)
        for mark in each.marks
    }
    return Subject(
        DeliveryKind(row.kind),
        original,
        shown,
        before,
        said_at=earlier or row.posted_at,
        made_of=_made_of(connection, claims),
        corrections=open_corrections(connection),
    )


def _said(connection: Connection, payload_hash: str, part: int) -> Said:
    found = payloads.c.hash == payload_hash
    content = connection.execute(select(payloads.c.content).where(found)).scalar_one()
    payload = Payload.from_json(content)
    columns = payload_claims.c
    counted = connection.execute(
        select(columns.briefing_id, columns.claim_id, columns.entries).where(
            columns.payload_hash == payload_hash, columns.part == part
        )
    )
    entries = {(row.briefing_id, row.claim_id): row.entries or 0 for row in counted}
    shown = payload.parts[part]
    marks = tuple(
        replace(mark, entries=entries.get((mark.briefing_id, mark.claim_id), 0))
        if mark.entries == UNKNOWN
        else mark
        for mark in shown.claims
    )
    return Said(shown, payload.revision, payload.audience, marks)


def _made_of(
    connection: Connection, claims: set[tuple[str, str]]
) -> dict[ClaimMark, str]:
    key = (wordings.c.briefing_id, wordings.c.claim_id)
    rows = connection.execute(select(wordings).where(is_among(key, sorted(claims))))
    return {
        ClaimMark(
            row.briefing_id, row.claim_id, row.fingerprint, row.entries
        ): row.revision
        for row in rows
    }
