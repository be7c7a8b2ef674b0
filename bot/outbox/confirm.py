"""Step 5: store Slack's `ok`, however long the database is away."""

import logging
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, update

from bot.db.instant import Instant
from bot.db.statements import insert_many_new
from bot.db.tables import deliveries, messages
from bot.digests.delivery_timing import Timing, lease_until
from bot.errors import DatabaseUnavailable, DeliveryError
from bot.outbox.delivery_context import (
    DeliveryContext,
    Sending,
    announce,
    ending_of,
    log_facts,
)
from bot.outbox.model import (
    UNCONFIRMED,
    Delivery,
    Ending,
    MessageRef,
    PostedMessage,
    Status,
)
from bot.outbox.release import ENDED
from bot.outbox.rows import change_if, changed, grouped, has_status, stored_messages

log = logging.getLogger(__name__)

TRIES_WHEN_STOPPING = 3
TRIES_TO_DELETE = 5
CONFIRMED_LATE = Ending(Status.SENT, "sent, confirmed late")


class Confirmation(StrEnum):
    """What became of an `ok` that was to be stored.

    `ELSEWHERE`: another holder knows of the very same message. `DOUBLED`: another
    message is stored for this part, so this one is to be deleted.
    """

    STORED = "stored"
    ELSEWHERE = "elsewhere"
    DOUBLED = "doubled"


@dataclass(frozen=True, slots=True)
class Ok:
    """A part that Slack took, for the attempt that posted it."""

    delivery: Delivery
    part: int
    message: PostedMessage
    ending: Ending | None
    """How the delivery ends if this was its last part; None while more follow."""
    timing: Timing
    reader_id: str = ""
    """Who reads it in a direct message."""


async def confirm_part(
    context: DeliveryContext, sending: Sending, message: PostedMessage
) -> bool:
    """Confirm a part, with the ending that follows if it was the last."""
    delivery = sending.delivery
    ending = ending_of(context, delivery) if sending.is_last else None
    return await confirm_message(context, delivery, sending.number, message, ending)


async def confirm_message(
    context: DeliveryContext,
    delivery: Delivery,
    part: int,
    message: PostedMessage,
    ending: Ending | None,
) -> bool:
    """Confirm where a part is, and in a direct message who reads it."""
    is_direct = message.channel_id.startswith("D")
    reader_id = context.composer.reader(delivery) if is_direct else ""
    ok = Ok(delivery, part, message, ending, context.timing, reader_id)
    return await confirm(context, ok)


async def confirm(context: DeliveryContext, ok: Ok) -> bool:
    """Store where a part went and say whether the row is still ours to go on with.

    The `ok` is held until the database takes it. A process that has to stop gives up
    after a few tries: the row stays `sending` and will be looked up.
    """
    tries = 0
    while True:
        try:
            confirmation = await store_ok(context, ok)
            break
        except DatabaseUnavailable as error:
            tries += 1
            if context.stopping.is_set() and tries >= TRIES_WHEN_STOPPING:
                raise
            extra = log_facts(ok.delivery, part=ok.part, reason=str(error))
            log.warning("delivery.ok_held", extra=extra)
        await context.pause(context.timing.poll.total_seconds())

    if confirmation is Confirmation.DOUBLED:
        await delete_duplicate(context, ok.delivery, ok.part, ok.message)
    if confirmation is not Confirmation.STORED:
        extra = log_facts(ok.delivery, part=ok.part)
        log.info("delivery.confirmed_elsewhere", extra=extra)
        return False

    sent = log_facts(ok.delivery, part=ok.part, ts=ok.message.ts)
    log.debug("delivery.part_sent", extra=sent)
    if ok.ending is not None:
        await announce(context, ok.delivery, ok.ending)
    return True


async def delete_duplicate(
    context: DeliveryContext, delivery: Delivery, part: int, posted: PostedMessage
) -> None:
    """Delete the second message for a part: the first one stored is right."""
    extra = log_facts(delivery, part=part, ts=posted.ts)
    log.error("delivery.doubled", extra=extra)
    message = MessageRef(posted.channel_id, posted.ts)
    for _ in range(TRIES_TO_DELETE):
        try:
            await context.messenger.delete(delivery.installation, message)
        except DeliveryError as error:
            log.warning("delivery.not_deleted", extra={**extra, "reason": str(error)})
            if error.permanent:
                return
            wait_s = error.retry_after_s or context.timing.poll.total_seconds()
            await context.pause(wait_s)
        else:
            return


async def store_ok(context: DeliveryContext, ok: Ok) -> Confirmation:
    """Store where a part went: the first to store a part is right.

    An `ok` of a lost attempt is stored too, if nobody else stored that part.
    """
    return await context.database.write_together(confirm_parts, ok)


_SENDING_PART = (has_status(Status.SENDING), deliveries.c.part == bindparam("b_part"))

_LAST_PART_TAKEN = change_if(*_SENDING_PART, failures=0, **ENDED)

_PART_TAKEN = change_if(
    *_SENDING_PART,
    status=Status.ACQUIRED.value,
    part=deliveries.c.part + 1,
    failures=0,
    lease_until=bindparam("b_lease", type_=Instant),
)

_POSTED_FROM = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(payload_hash=bindparam("b_hash"))
)

_SHOWS_BY_NOW = (
    update(messages)
    .where(
        messages.c.delivery_id == bindparam("b_delivery"),
        messages.c.part == bindparam("b_part"),
    )
    .values(shown_hash=bindparam("b_hash"), shown_part=0)
)

_CONFIRM_LATE = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("b_ids", expanding=True)),
        has_status(Status.FAILED),
        deliveries.c.reason == UNCONFIRMED.reason,
    )
    .values(status=CONFIRMED_LATE.status.value, reason=CONFIRMED_LATE.reason)
)


def confirm_parts(
    connection: Connection, oks: Sequence[Ok], now: datetime
) -> list[Confirmation]:
    """Store messages, the first of each part, and move their rows on.

    Of an edit that corrects a message, what that one says by now is stored.

    A row that is no longer this attempt's is left to its holder, who finds the message
    stored; one that ended as unconfirmed is confirmed by it.
    """
    rows = [
        {
            "delivery_id": ok.delivery.id,
            "part": ok.part,
            "enterprise_id": ok.delivery.installation.enterprise_id,
            "team_id": ok.delivery.installation.team_id,
            "channel_id": ok.message.channel_id,
            "ts": ok.message.ts,
            "mark_echoed": ok.message.mark_echoed,
            "posted_at": now,
            "payload_hash": ok.delivery.payload_hash or None,
            "shown_hash": ok.delivery.payload_hash or None,
            "shown_part": ok.part,
            "reader_id": ok.reader_id,
        }
        for ok in oks
        if not ok.delivery.corrects
    ]
    stored = insert_many_new(connection, messages, rows) if rows else set()
    moved = _move_rows(connection, oks, now=now)
    for ok in oks:
        corrected = ok.delivery.corrects
        if corrected and (ok.delivery.id, ok.delivery.attempt) in moved:
            connection.execute(
                _SHOWS_BY_NOW,
                {
                    "b_delivery": corrected.delivery_id,
                    "b_part": corrected.part,
                    "b_hash": ok.delivery.payload_hash,
                },
            )

    def is_own(ok: Ok) -> bool:
        return (ok.delivery.id, ok.delivery.attempt) in moved

    strays = [ok for ok in oks if not is_own(ok) and ok.delivery.payload_hash]
    for payload_hash, group in grouped(
        strays, lambda ok: ok.delivery.payload_hash
    ).items():
        # What is posted decides, where the row was prepared again since.
        posted = [ok.delivery.id for ok in group if (ok.delivery.id, ok.part) in stored]
        values = {"b_ids": posted, "b_hash": payload_hash}
        connection.execute(_POSTED_FROM, values)

    late = [ok.delivery.id for ok in oks if ok.ending and not is_own(ok)]
    if late:
        connection.execute(_CONFIRM_LATE, {"b_ids": late})

    return _confirmations(connection, oks, stored, moved)


def _confirmations(
    connection: Connection,
    oks: Sequence[Ok],
    stored: Collection[tuple[Any, ...]],
    moved: Collection[tuple[str, int]],
) -> list[Confirmation]:
    """Say of each what became of it, by the messages that are stored by now."""
    # Of two for one part that come together, neither finds the part stored before it.
    parts = Counter((ok.delivery.id, ok.part) for ok in oks)
    rivals = [key for key, number in parts.items() if number > 1 or key not in stored]
    found = stored_messages(connection, (id for id, _ in rivals))
    kept = {(id, m.part): m.ts for id, those in found.items() for m in those}
    results = []
    for ok in oks:
        own_ts = ok.message.ts
        if kept.get((ok.delivery.id, ok.part), own_ts) != own_ts:
            results.append(Confirmation.DOUBLED)
        elif (ok.delivery.id, ok.delivery.attempt) in moved:
            results.append(Confirmation.STORED)
        else:
            results.append(Confirmation.ELSEWHERE)
    return results


def _move_rows(
    connection: Connection, oks: Sequence[Ok], *, now: datetime
) -> set[tuple[str, int]]:
    """End rows whose last part was taken, and give the others a new lease.

    Return the ids and attempts of those that were still their holder's.
    """
    moved: set[tuple[str, int]] = set()
    groups = grouped(oks, lambda o: (o.delivery.attempt, o.part, o.ending, o.timing))
    for (attempt, part, ending, timing), group in groups.items():
        ids = [ok.delivery.id for ok in group]
        common = {"attempt": attempt, "part": part}
        if ending is None:
            lease = lease_until(now, timing)
            taken = changed(connection, _PART_TAKEN, ids, lease=lease, **common)
        else:
            taken = changed(
                connection,
                _LAST_PART_TAKEN,
                ids,
                now=now,
                status=ending.status.value,
                reason=ending.reason,
                **common,
            )
        moved |= {(id, attempt) for id in taken}
    return moved
