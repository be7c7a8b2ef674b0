"""Step 3: resolve the destination, compose, and freeze what will be posted."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Connection,
    Update,
    and_,
    bindparam,
    exists,
    not_,
    or_,
    select,
    tuple_,
)

from bot.block_kit.part import UNKNOWN
from bot.db.instant import Instant
from bot.db.statements import insert_new
from bot.db.tables import deliveries, messages, payload_claims, payloads, wordings
from bot.digests.delivery_timing import is_late
from bot.errors import DeliveryError, FailureClass
from bot.outbox.delivery_context import DeliveryContext, Ready, log_facts
from bot.outbox.model import (
    DUPLICATE_DESTINATION,
    TOO_LATE,
    Delivery,
    DeliveryKind,
    Payload,
    Skipped,
    Status,
    cut_after,
)
from bot.outbox.pacing import Method
from bot.outbox.release import end, put_back, retry_later
from bot.outbox.rows import change_if, changed, grouped, has_status, lane_of

log = logging.getLogger(__name__)

NO_SUCH_CHANNEL = (
    'no channel "{name}" can be seen: check the name, and invite me there with '
    "`/invite` if it is private"
)


class FreezeResult(StrEnum):
    """What became of an attempt to freeze a payload.

    `DUPLICATE`: another row brings the same occurrence to the same channel.
    """

    FROZEN = "frozen"
    DUPLICATE = "duplicate"
    LOST = "lost"


async def freeze(context: DeliveryContext, delivery: Delivery) -> Ready | None:
    """Return the row ready to be sent, or None when it is no longer ours to send.

    A payload that is frozen is what will be posted, whatever has changed since; only
    one that says the wrong hour is composed anew, or one that its readers may no longer
    see, while nothing of it is posted. One that is composed here is frozen by the
    commit that says that its first part is about to be posted, or by `keep_payload`.
    """
    if delivery.next_part == 0 and context.now() > delivery.expires_at:
        await end(context, delivery, TOO_LATE)
        return None
    if delivery.payload_hash and not _must_say_that_it_is_late(context, delivery):
        return Ready(delivery, await stored_payload(context, delivery.payload_hash))

    try:
        # A channel that has another id by now is pinned like a name.
        pins = await context.destinations.pins(delivery.installation)
        channel_id = pins.get(delivery.destination, "")
        if not channel_id and not is_channel_id(delivery.destination):
            channel_id = await _resolve(context, delivery)
        if channel_id:
            await redirect(context, delivery, channel_id)
            return None
        prepared_at = context.now()
        composed = await context.composer.compose(delivery)
    except DeliveryError as error:
        await retry_later(context, delivery, error, method=Method.OPEN)
        return None
    if isinstance(composed, Skipped):
        await end(context, delivery, composed.ending)
        return None

    # The payload's text and hash are made here and kept: a transaction is no place to
    # make them.
    payload = composed.payload
    frozen = replace(
        delivery,
        payload_hash=payload.hash,
        prepared_at=prepared_at,
        edit_ts=composed.edit_ts,
    )
    return Ready(frozen, payload, is_stored=False)


async def keep_payload(context: DeliveryContext, ready: Ready) -> Ready | None:
    """Store the payload of a row that is not sent at once; None if it is not ours."""
    if ready.is_stored:
        return ready
    result = await store_payload(context, ready)
    is_frozen = await settle_freeze(context, ready.delivery, result)
    return replace(ready, is_stored=True) if is_frozen else None


async def settle_freeze(
    context: DeliveryContext, delivery: Delivery, result: FreezeResult
) -> bool:
    """End a row that is a duplicate, and say whether it is ours and frozen."""
    if result is FreezeResult.LOST:
        log.info("delivery.lost", extra=log_facts(delivery))
    elif result is FreezeResult.DUPLICATE:
        await end(context, delivery, DUPLICATE_DESTINATION)
    return result is FreezeResult.FROZEN


async def withdraw(context: DeliveryContext, ready: Ready) -> None:
    """Prepare a row again whose readers may no longer see what is frozen for it.

    What is posted stays, and says what it said: then the rest is cut, and nobody in the
    room is told. The same goes for a part whose fate was unclear and that was found;
    one that was looked up in vain is not awaited any longer.
    """
    delivery, parts = ready.delivery, len(ready.payload.parts)
    if delivery.messages:
        await end(context, delivery, cut_after(len(delivery.messages), parts))
        return
    again = await context.database.write_together(unfreeze_rows, delivery)
    event = "delivery.prepared_again" if again else "delivery.lost"
    log.info(event, extra=log_facts(delivery))


def _must_say_that_it_is_late(context: DeliveryContext, delivery: Delivery) -> bool:
    """Tell whether a digest has to say that it is late, and still can.

    A message whose fate was ever unclear may yet turn up, and must then say what is
    stored of it: only what Slack refused in so many words is composed anew.
    """
    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    is_unposted = not delivery.messages and delivery.sending_at is None
    late = is_late(delivery.due_at, context.now(), context.timing)
    return is_digest and is_unposted and late


def is_channel_id(destination: str) -> bool:
    """Tell a channel or a DM from a name and from a person."""
    return destination.startswith(("C", "G", "D"))


async def _resolve(context: DeliveryContext, delivery: Delivery) -> str:
    """Return the channel id that a configured recipient means, and pin it.

    Empty while Slack lets no more conversations be opened: then the first post goes to
    the person's own id, and its answer says which conversation that is.
    """
    recipient, installation = delivery.destination, delivery.installation
    if recipient.startswith("#"):
        found = await context.messenger.resolve_name(installation, recipient[1:])
        if found is None:
            raise DeliveryError(
                NO_SUCH_CHANNEL.format(name=recipient),
                permanent=FailureClass.DESTINATION,
            )
    else:
        if context.pacing.read_turn(installation, Method.OPEN) > 0:
            return ""
        found = await context.messenger.open_dm(installation, recipient)
    return await context.destinations.pin(installation, recipient, found)


async def redirect(
    context: DeliveryContext, delivery: Delivery, channel_id: str
) -> bool:
    """Give a row back into the lane of the channel that it turns out to be for."""
    lane = lane_of(delivery.installation, channel_id)
    moved = await put_back(context, delivery, destination=channel_id, lane=lane)
    log.info("delivery.redirected", extra=log_facts(delivery, channel_id=channel_id))
    return moved


async def stored_payload(context: DeliveryContext, payload_hash: str) -> Payload:
    """Return what was frozen."""
    statement = select(payloads.c.content).where(payloads.c.hash == payload_hash)
    content = await context.database.read(lambda c: c.execute(statement).scalar_one())
    return Payload.from_json(content)


async def store_payload(context: DeliveryContext, ready: Ready) -> FreezeResult:
    """Store the payload, once for all that share it, and point the row to it.

    It replaces an earlier one while nothing of that is posted.
    """
    return await context.database.write_together(freeze_rows, ready)


_theirs = deliveries.alias("theirs")

_IS_DUPLICATE = and_(
    deliveries.c.kind == DeliveryKind.DIGEST.value,
    exists().where(
        _theirs.c.team_id == deliveries.c.team_id,
        _theirs.c.subject == deliveries.c.subject,
        _theirs.c.occurrence == deliveries.c.occurrence,
        _theirs.c.destination == deliveries.c.destination,
        _theirs.c.enterprise_id == deliveries.c.enterprise_id,
        _theirs.c.kind == deliveries.c.kind,
        _theirs.c.id != deliveries.c.id,
        or_(
            has_status(Status.SENT, Status.SENDING, table=_theirs),
            has_status(Status.PLANNED, Status.ACQUIRED, table=_theirs)
            & (
                tuple_(_theirs.c.due_at, _theirs.c.id)
                < tuple_(deliveries.c.due_at, deliveries.c.id)
            ),
        ),
    ),
)
"""Both rows are in one lane, so the other cannot be acquired while this one is."""

_DUPLICATES = select(deliveries.c.id).where(
    deliveries.c.id.in_(bindparam("b_ids", expanding=True)), _IS_DUPLICATE
)

NOTHING_POSTED = not_(exists().where(messages.c.delivery_id == deliveries.c.id))

MAY_BE_FROZEN = and_(
    not_(_IS_DUPLICATE),
    or_(
        deliveries.c.payload_hash.is_(None),
        and_(NOTHING_POSTED, deliveries.c.sending_at.is_(None)),
    ),
)
FROZEN: dict[str, Any] = {
    "payload_hash": bindparam("b_hash"),
    "prepared_at": bindparam("b_prepared_at", type_=Instant),
    "edit_ts": bindparam("b_edit_ts"),
}
"""The columns of a row whose payload is fixed."""

_FREEZE = change_if(has_status(Status.ACQUIRED), MAY_BE_FROZEN, **FROZEN)


def freeze_rows(
    connection: Connection,
    rows: Sequence[Ready],
    now: datetime,
    *,
    statement: Update = _FREEZE,
    **values: object,
) -> list[FreezeResult]:
    """Store equal payloads once, and point the rows to them.

    Another `statement` does more with the rows, by these values.
    """
    wanted = {row.payload.hash: row.payload for row in rows}
    _insert_payloads(connection, wanted, now=now)

    frozen: set[str] = set()
    groups = grouped(
        (row.delivery for row in rows),
        lambda d: (d.attempt, d.payload_hash, d.edit_ts),
    )
    for (attempt, payload_hash, edit_ts), group in groups.items():
        ids = [delivery.id for delivery in group]
        earliest = min(delivery.prepared_at or now for delivery in group)
        frozen |= changed(
            connection,
            statement,
            ids,
            attempt=attempt,
            hash=payload_hash,
            prepared_at=earliest,
            edit_ts=edit_ts,
            **values,
        )

    results = dict.fromkeys(frozen, FreezeResult.FROZEN)
    others = {row.delivery.id for row in rows} - frozen
    if others:
        duplicates = connection.execute(_DUPLICATES, {"b_ids": sorted(others)})
        results |= dict.fromkeys(duplicates.scalars(), FreezeResult.DUPLICATE)
    return [results.get(row.delivery.id, FreezeResult.LOST) for row in rows]


_UNFREEZE = change_if(
    has_status(Status.ACQUIRED),
    NOTHING_POSTED,
    payload_hash=None,
    sending_at=None,
    status=Status.PLANNED.value,
    ready_at=bindparam("b_now", type_=Instant),
)


def unfreeze_rows(
    connection: Connection, rows: Sequence[Delivery], now: datetime
) -> list[bool]:
    """Give rows back without their payloads, and say of which nothing was posted.

    One that got an earlier attempt's `ok` meanwhile is left to whoever takes it next.
    """
    freed: set[str] = set()
    for attempt, group in grouped(rows, lambda row: row.attempt).items():
        ids = [row.id for row in group]
        freed |= changed(connection, _UNFREEZE, ids, attempt=attempt, now=now)
    return [row.id in freed for row in rows]


_STORED = select(payloads.c.hash).where(
    payloads.c.hash.in_(bindparam("b_hashes", expanding=True))
)


def _insert_payloads(
    connection: Connection, wanted: Mapping[str, Payload], *, now: datetime
) -> None:
    """Insert the payloads that are not stored yet, and the claims in their parts."""
    known = connection.execute(_STORED, {"b_hashes": list(wanted)})
    missing = [wanted[hash] for hash in wanted.keys() - set(known.scalars())]
    if not missing:
        return

    rows = [
        {
            "hash": payload.hash,
            "revision": payload.revision,
            "audience": payload.audience,
            "content": payload.as_json,
            "stored_at": now,
        }
        for payload in missing
    ]
    connection.execute(insert_new(payloads, connection), rows)

    claims = [
        {
            "payload_hash": payload.hash,
            "part": number,
            "briefing_id": mark.briefing_id,
            "claim_id": mark.claim_id,
            "fingerprint": mark.fingerprint,
            "entries": None if mark.entries == UNKNOWN else mark.entries,
        }
        for payload in missing
        for number, part in enumerate(payload.parts)
        for mark in part.claims
    ]
    if claims:
        connection.execute(insert_new(payload_claims, connection), claims)
    # One row a wording, by which what has become wrong is found.
    shown = {
        (mark.briefing_id, mark.claim_id, mark.fingerprint, mark.entries): payload
        for payload in missing
        for part in payload.parts
        for mark in part.claims
        if mark.entries != UNKNOWN
    }
    if shown:
        names = ("briefing_id", "claim_id", "fingerprint", "entries")
        fresh = [
            dict(zip(names, key, strict=True)) | {"revision": payload.revision}
            for key, payload in sorted(shown.items(), key=lambda item: item[0])
        ]
        connection.execute(insert_new(wordings, connection), fresh)
