"""Storing what Slack took: frozen payloads before, channels and `ts` after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from bot.db.dialects import insert_many_new, insert_new
from bot.db.tables import Instant, deliveries, messages, payload_claims, payloads
from bot.digests.retry import Timing, lease_until
from bot.outbox.model import (
    UNCONFIRMED,
    Composed,
    Delivery,
    DeliveryKind,
    Ending,
    Frozen,
    Ok,
    Payload,
    Settled,
    Status,
)
from bot.outbox.rows import has_status, stored_messages
from bot.outbox.sql_transitions import ENDED, change, changes, grouped

CONFIRMED_LATE = Ending(Status.SENT, "sent, confirmed late")


@dataclass(frozen=True, slots=True)
class Freeze:
    """A payload was composed for a row."""

    delivery: Delivery
    composed: Composed


_NOTHING_POSTED = not_(exists().where(messages.c.delivery_id == deliveries.c.id))

_FREEZE = changes(
    has_status(Status.ACQUIRED),
    or_(
        deliveries.c.payload_hash.is_(None),
        and_(_NOTHING_POSTED, deliveries.c.sending_at.is_(None)),
    ),
    payload_hash=bindparam("b_hash"),
    edit_ts=bindparam("b_edit_ts"),
)


def freeze(
    connection: Connection, freezes: Sequence[Freeze], *, now: datetime
) -> list[Frozen]:
    """Step 3: equal payloads are stored once, and the rows point to them."""
    duplicates = _duplicates(connection, freezes)
    fresh = [f for f in freezes if f.delivery.id not in duplicates]
    _store_payloads(connection, fresh, now=now)

    frozen: set[str] = set()
    for (attempt, composed), group in grouped(fresh, _attempt_and_composed).items():
        frozen |= change(
            connection,
            _FREEZE,
            (freeze.delivery.id for freeze in group),
            attempt=attempt,
            hash=composed[0],
            edit_ts=composed[1],
        )
    return [_frozen(freeze.delivery.id, frozen, duplicates) for freeze in freezes]


def _attempt_and_composed(freeze: Freeze) -> tuple[int, tuple[str, str]]:
    composed = freeze.composed
    return freeze.delivery.attempt, (composed.payload.hash, composed.edit_ts)


def _frozen(delivery_id: str, frozen: set[str], duplicates: set[str]) -> Frozen:
    if delivery_id in duplicates:
        return Frozen.DUPLICATE
    return Frozen.FROZEN if delivery_id in frozen else Frozen.LOST


_mine = deliveries.alias("mine")
_theirs = deliveries.alias("theirs")

_DUPLICATES = select(_mine.c.id).where(
    _mine.c.id.in_(bindparam("b_ids", expanding=True)),
    exists().where(
        _theirs.c.team_id == _mine.c.team_id,
        _theirs.c.subject == _mine.c.subject,
        _theirs.c.occurrence == _mine.c.occurrence,
        _theirs.c.destination == _mine.c.destination,
        _theirs.c.enterprise_id == _mine.c.enterprise_id,
        _theirs.c.kind == _mine.c.kind,
        _theirs.c.id != _mine.c.id,
        or_(
            has_status(Status.SENT, Status.SENDING, table=_theirs),
            has_status(Status.PLANNED, Status.ACQUIRED, table=_theirs)
            & (
                tuple_(_theirs.c.due_at, _theirs.c.id)
                < tuple_(_mine.c.due_at, _mine.c.id)
            ),
        ),
    ),
)
"""Both rows are in one lane, so the other cannot be acquired while this one is."""


def _duplicates(connection: Connection, freezes: Sequence[Freeze]) -> set[str]:
    digests = [
        freeze.delivery.id
        for freeze in freezes
        if freeze.delivery.key.kind is DeliveryKind.DIGEST
    ]
    if not digests:
        return set()
    found = connection.execute(_DUPLICATES, {"b_ids": digests})
    return set(found.scalars())


def _store_payloads(
    connection: Connection, freezes: Sequence[Freeze], *, now: datetime
) -> None:
    composed = (freeze.composed.payload for freeze in freezes)
    wanted = {payload.hash: payload for payload in composed}
    if not wanted:
        return
    known = connection.execute(
        select(payloads.c.hash).where(payloads.c.hash.in_(wanted))
    )
    missing = [wanted[hash] for hash in wanted.keys() - set(known.scalars())]
    if not missing:
        return

    rows = [_payload_row(payload, now) for payload in missing]
    connection.execute(insert_new(payloads, connection), rows)
    if claims := [row for payload in missing for row in _claim_rows(payload)]:
        connection.execute(insert_new(payload_claims, connection), claims)


def _payload_row(payload: Payload, now: datetime) -> dict[str, Any]:
    return {
        "hash": payload.hash,
        "revision": payload.revision,
        "audience": payload.audience,
        "content": payload.as_json,
        "stored_at": now,
    }


def _claim_rows(payload: Payload) -> Iterable[dict[str, Any]]:
    for number, part in enumerate(payload.parts):
        for mark in part.claims:
            yield {
                "payload_hash": payload.hash,
                "part": number,
                "briefing_id": mark.briefing_id,
                "claim_id": mark.claim_id,
                "fingerprint": mark.fingerprint,
            }


_SENDING_PART = (has_status(Status.SENDING), deliveries.c.part == bindparam("b_part"))

_LAST_PART_TAKEN = changes(*_SENDING_PART, failures=0, **ENDED)

_PART_TAKEN = changes(
    *_SENDING_PART,
    status=Status.ACQUIRED.value,
    part=deliveries.c.part + 1,
    failures=0,
    lease_until=bindparam("b_lease", type_=Instant),
)

_CONFIRM = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("b_ids", expanding=True)),
        has_status(Status.FAILED),
        deliveries.c.reason == UNCONFIRMED.reason,
    )
    .values(status=CONFIRMED_LATE.status.value, reason=CONFIRMED_LATE.reason)
)


def settle(
    connection: Connection, oks: Sequence[Ok], *, now: datetime, timing: Timing
) -> list[Settled]:
    """Step 5: the first message stored for a part is the right one.

    A row that is no longer this attempt's is left to its holder, who finds the message
    stored; one that ended as unconfirmed is confirmed by it.
    """
    rows = [_message_row(ok, now) for ok in oks]
    stored = insert_many_new(connection, messages, rows)
    taken = _move_rows(connection, oks, now=now, timing=timing)

    late = [ok.delivery.id for ok in oks if ok.delivery.id not in taken and ok.ending]
    if late:
        connection.execute(_CONFIRM, {"b_ids": late})

    second = [ok for ok in oks if (ok.delivery.id, ok.part) not in stored]
    doubled = _doubled(connection, second)
    return [_settled(ok, doubled, taken) for ok in oks]


def _move_rows(
    connection: Connection, oks: Sequence[Ok], *, now: datetime, timing: Timing
) -> set[str]:
    taken: set[str] = set()
    for (attempt, part, ending), group in grouped(oks, _attempt_part_ending).items():
        common = {"attempt": attempt, "part": part}
        ids = [ok.delivery.id for ok in group]
        if ending is None:
            lease = lease_until(now, timing)
            taken |= change(connection, _PART_TAKEN, ids, lease=lease, **common)
        else:
            taken |= change(
                connection,
                _LAST_PART_TAKEN,
                ids,
                now=now,
                status=ending.status.value,
                reason=ending.reason,
                **common,
            )
    return taken


def _attempt_part_ending(ok: Ok) -> tuple[int, int, Ending | None]:
    return ok.delivery.attempt, ok.part, ok.ending


def _doubled(connection: Connection, oks: Sequence[Ok]) -> set[str]:
    """Return the deliveries of which another message is stored for the same part."""
    found = stored_messages(connection, (ok.delivery.id for ok in oks))
    kept = {(id, m.part): m.ts for id, parts in found.items() for m in parts}
    return {
        ok.delivery.id for ok in oks if kept[ok.delivery.id, ok.part] != ok.message.ts
    }


def _settled(ok: Ok, doubled: set[str], taken: set[str]) -> Settled:
    if ok.delivery.id in doubled:
        return Settled.DOUBLED
    return Settled.STORED if ok.delivery.id in taken else Settled.ELSEWHERE


def _message_row(ok: Ok, now: datetime) -> dict[str, Any]:
    installation = ok.delivery.installation
    return {
        "delivery_id": ok.delivery.id,
        "part": ok.part,
        "enterprise_id": installation.enterprise_id,
        "team_id": installation.team_id,
        "channel_id": ok.message.channel_id,
        "ts": ok.message.ts,
        "mark_echoed": ok.message.mark_echoed,
        "posted_at": now,
    }
