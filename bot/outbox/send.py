"""Step 4: post the parts, each committed as `sending` immediately before its POST."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, not_

from bot.audiences import KEPT
from bot.db.instant import Instant
from bot.db.tables import deliveries, messages
from bot.digests.delivery_timing import (
    Timing,
    earliest_look_up,
    lease_until,
    may_begin_post,
)
from bot.errors import DeliveryError
from bot.outbox.confirm import confirm_part
from bot.outbox.delivery_context import (
    DeliveryContext,
    Ready,
    Sending,
    ending_of,
    log_facts,
)
from bot.outbox.freeze import (
    FROZEN,
    MAY_BE_FROZEN,
    FreezeResult,
    freeze_rows,
    is_channel_id,
    keep_payload,
    settle_freeze,
    withdraw,
)
from bot.outbox.model import Delivery, DeliveryKind, MessageRef, PostedMessage, Status
from bot.outbox.pacing import Method
from bot.outbox.release import end, put_back, retry_later
from bot.outbox.rows import change_if, changed, grouped, has_status

log = logging.getLogger(__name__)

ASKED_ANEW_AFTER = timedelta(seconds=30)
"""How long after it was prepared a post goes by what was known of its readers then."""


async def send(context: DeliveryContext, ready: Ready) -> None:
    """Post what Slack does not have yet, in order; stop at a part that fails."""
    if ready.next_step is None:
        await end(context, ready.delivery, ending_of(context, ready.delivery))

    while (sending := ready.next_step) is not None:
        message = await _post(context, ready, sending)
        if message is None or sending.is_last:
            return
        ready = ready.sent(sending.number, message)


async def _post(
    context: DeliveryContext, ready: Ready, sending: Sending
) -> PostedMessage | None:
    """Return the message once it is stored, or None when the row is not ours to go on.

    Who reads it is checked last, where that may take time. Between the commit of
    `sending` and the POST there is nothing to wait for. What was composed for a row
    that has to wait is kept, and not composed again.
    """
    delivery, payload = sending.delivery, ready.payload
    pacing, installation = context.pacing, delivery.installation
    if delivery.corrects:
        wait_s = await pacing.edit_turn(installation)
    else:
        wait_s = await pacing.turn(installation, delivery.destination)
    if wait_s > 0 or context.stopping.is_set():
        if not await keep_payload(context, ready):
            return None
        again = context.now() + timedelta(seconds=wait_s)
        await put_back(context, delivery, retry_at=again)
        return None

    async with pacing.slot(installation):
        if not await _readers_may_see(context, ready, sending):
            return None
        lease_ends = lease_until(context.now(), context.timing)
        if ready.is_stored:
            begun = await begin(context, delivery, sending.number)
            result = FreezeResult.FROZEN if begun else FreezeResult.LOST
        else:
            first = FirstPart(ready, context.timing)
            result = await context.database.write_together(begin_first_parts, first)
        if not await settle_freeze(context, delivery, result):
            return None
        # A process that was stopped while it committed must not post after its lease.
        if not may_begin_post(context.now(), lease_ends, context.timing):
            extra = log_facts(delivery, part=sending.number)
            log.warning("delivery.overslept", extra=extra)
            await put_back(context, delivery)
            return None
        if not context.composer.is_fresh(delivery, payload):
            log.info("delivery.readers_changed", extra=log_facts(delivery))
            await put_back(context, delivery, sending_at=delivery.sending_at)
            return None
        outcome = await _call(context, sending)

    if isinstance(outcome, DeliveryError):
        await _fail(context, sending, outcome)
        return None
    if not await confirm_part(context, sending, outcome):
        return None
    if sending.number == 0 and not is_channel_id(delivery.destination):
        await context.destinations.pin(
            delivery.installation, delivery.destination, outcome.channel_id
        )
    return outcome


async def _readers_may_see(
    context: DeliveryContext, ready: Ready, sending: Sending
) -> bool:
    """Say whether all who read there may see it; else the row is given back or ends.

    Where that cannot be said it waits for facts as a planned row, and posts nothing.
    """
    delivery = ready.delivery
    prepared_at, max_age = delivery.prepared_at, KEPT
    age = None if prepared_at is None else context.now() - prepared_at
    # What was prepared in the future was so by a clock that was set back since.
    if age is None or not timedelta() <= age <= ASKED_ANEW_AFTER:
        max_age = ASKED_ANEW_AFTER
    try:
        may_see = await context.composer.may_be_seen(
            delivery, ready.payload, part=sending.number, max_age=max_age
        )
    except DeliveryError as error:
        await retry_later(context, delivery, error, method=Method.INFO)
        return False
    if not may_see:
        await withdraw(context, ready)
    return may_see


async def _call(
    context: DeliveryContext, sending: Sending
) -> PostedMessage | DeliveryError:
    """Return what came of the one request, within a hard total timeout."""
    delivery, timeout_s = sending.delivery, context.timing.post_timeout.total_seconds()
    try:
        async with asyncio.timeout(timeout_s):
            if sending.is_edit:
                message = MessageRef(delivery.destination, delivery.edit_ts)
                await context.messenger.update(
                    delivery.installation, message, sending.part
                )
                return PostedMessage(message.channel_id, message.ts)
            return await context.messenger.post(
                delivery.installation,
                delivery.channel_id,
                sending.part,
                mark=sending.mark,
                thread_ts=sending.thread_ts,
                broadcast=delivery.broadcast and sending.number == 0,
                within_s=timeout_s,
            )
    except TimeoutError:
        return DeliveryError(f"no answer within {timeout_s:g} s", ambiguous=True)
    except DeliveryError as error:
        return error


async def _fail(
    context: DeliveryContext, sending: Sending, error: DeliveryError
) -> None:
    delivery = sending.delivery
    if error.ambiguous:
        # The row stays `sending`: step 7 looks the message up when it must be visible.
        extra = log_facts(delivery, part=sending.number, reason=str(error))
        log.warning("delivery.unclear", extra=extra)
        return

    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    if sending.is_edit and error.permanent and is_digest:
        # The line to be edited is gone or too old: the news is posted anew.
        extra = log_facts(delivery, reason=str(error))
        log.info("delivery.not_editable", extra=extra)
        await put_back(context, delivery, edit_ts="")
        return
    method = Method.UPDATE if sending.is_edit else Method.POST
    await retry_later(context, delivery, error, method=method)


async def begin(context: DeliveryContext, delivery: Delivery, part: int) -> bool:
    """Commit that a part is about to be posted: the one ambiguous state.

    Return False if the row is no longer ours, or if the part is stored by now. How much
    is left of the lease that it was acquired with does not matter: the row gets a whole
    one here, and a row that others had meanwhile is at another attempt.
    """
    row = BegunPart(delivery, part, context.timing)
    return await context.database.write_together(begin_parts, row)


@dataclass(frozen=True, slots=True)
class BegunPart:
    """A part that is about to be posted."""

    delivery: Delivery
    part: int
    timing: Timing


@dataclass(frozen=True, slots=True)
class FirstPart:
    """A row that was composed just now, and is about to be posted."""

    ready: Ready
    timing: Timing


_MAY_BEGIN = (
    has_status(Status.ACQUIRED),
    # An earlier attempt may have got its `ok` in the meantime.
    not_(
        exists().where(
            messages.c.delivery_id == deliveries.c.id,
            messages.c.part == bindparam("b_part"),
        )
    ),
)
_BEGUN: dict[str, Any] = {
    "status": Status.SENDING.value,
    "part": bindparam("b_part"),
    "sending_at": bindparam("b_sending_at", type_=Instant),
    "lookups": 0,
    "look_up_place": "",
    "lease_until": bindparam("b_lease", type_=Instant),
    "ready_at": bindparam("b_look_up", type_=Instant),
}

_BEGIN = change_if(*_MAY_BEGIN, **_BEGUN)

_FREEZE_AND_BEGIN = change_if(*_MAY_BEGIN, MAY_BE_FROZEN, **_BEGUN, **FROZEN)


def _begun_values(part: int, timing: Timing, now: datetime) -> dict[str, Any]:
    lease = lease_until(now, timing)
    return {
        "part": part,
        "sending_at": now,
        "lease": lease,
        "look_up": earliest_look_up(lease, timing),
    }


def begin_parts(
    connection: Connection, parts: Sequence[BegunPart], now: datetime
) -> list[bool]:
    """Commit what Slack is about to be asked before it is asked."""
    begun: set[str] = set()
    groups = grouped(parts, lambda p: (p.delivery.attempt, p.part, p.timing))
    for (attempt, part, timing), group in groups.items():
        ids = (each.delivery.id for each in group)
        values = _begun_values(part, timing, now)
        begun |= changed(connection, _BEGIN, ids, attempt=attempt, **values)
    return [each.delivery.id in begun for each in parts]


def begin_first_parts(
    connection: Connection, firsts: Sequence[FirstPart], now: datetime
) -> list[FreezeResult]:
    """Freeze what was composed and commit that it is about to be posted, in one.

    A commit is what an answer waits for longest.
    """
    results: dict[str, FreezeResult] = {}
    for timing, group in grouped(firsts, lambda first: first.timing).items():
        rows = [first.ready for first in group]
        found = freeze_rows(
            connection,
            rows,
            now,
            statement=_FREEZE_AND_BEGIN,
            **_begun_values(0, timing, now),
        )
        ids = (row.delivery.id for row in rows)
        results |= zip(ids, found, strict=True)
    return [results[first.ready.delivery.id] for first in firsts]
