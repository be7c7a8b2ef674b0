"""Step 7: find out whether a message is there of which no `ok` ever came."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.db.tables import messages, of_installation
from bot.digests.delivery_timing import look_up_window, may_send_again, next_look_up
from bot.errors import DeliveryError
from bot.outbox.confirm import Ok, confirm, delete_duplicate
from bot.outbox.delivery_context import DeliveryContext, ending_of, log_facts
from bot.outbox.freeze import stored_payload
from bot.outbox.interfaces import UnreadableChannel
from bot.outbox.model import (
    UNCONFIRMED,
    Delivery,
    DeliveryMark,
    PostedMessage,
    Uncertain,
)
from bot.outbox.pacing import Method
from bot.outbox.release import ChangedRow, change_rows, end, put_back

log = logging.getLogger(__name__)


async def look_up(context: DeliveryContext, delivery: Delivery) -> None:
    """Confirm a row whose outcome is unclear, or have it looked up or sent again.

    1. An edit is safe to repeat. What another attempt has stored by now stands, and
       a second message, if it is there, is deleted.
    2. Found: it is confirmed as if its `ok` had come.
    3. Not found twice, a settling time apart: it is sent again.
    4. Where the channel cannot be read back, the operator's choice decides.
    """
    if delivery.edit_ts:
        await put_back(context, delivery)
        return
    if await last_message_lost_its_mark(context, delivery):
        reason = "its metadata is not kept there"
        await _decide_unread(context, delivery, reason=reason)
        return

    method = Method.HISTORY
    wait_s = await context.pacing.wait_out(delivery.installation, method)
    if wait_s > 0:
        again = context.now() + timedelta(seconds=wait_s)
        await look_up_later(context, delivery, again)
        return
    try:
        found = await _find(context, delivery)
    except UnreadableChannel as error:
        await _decide_unread(context, delivery, reason=str(error))
        return
    except DeliveryError as error:
        if error.permanent is not None:
            await _decide_unread(context, delivery, reason=str(error))
            return
        wait_s = context.timing.settle.total_seconds()
        if error.retry_after_s is not None:
            wait_s = error.retry_after_s
            context.pacing.hold(delivery.installation, method, wait_s)
        again = context.now() + timedelta(seconds=wait_s)
        await look_up_later(context, delivery, again)
        return

    if _stored_ts(delivery):
        if found is not None:
            await delete_duplicate(context, delivery, delivery.part, found)
        await put_back(context, delivery)
    elif found is not None:
        await _adopt(context, delivery, found)
    else:
        lookups = delivery.lookups + 1
        extra = log_facts(delivery, part=delivery.part, lookups=lookups)
        log.warning("delivery.not_found", extra=extra)
        if may_send_again(lookups):
            await put_back(context, delivery)
            return
        again = next_look_up(context.now(), context.timing)
        await look_up_later(context, delivery, again, lookups=lookups)


async def last_message_lost_its_mark(
    context: DeliveryContext, delivery: Delivery
) -> bool:
    """Tell whether the last message there lost our metadata, so a look is in vain."""
    statement = (
        select(messages.c.mark_echoed)
        .where(
            *of_installation(delivery.installation, messages),
            messages.c.channel_id == delivery.destination,
        )
        .order_by(messages.c.ts.desc())
        .limit(1)
    )
    echoed = await context.database.read(lambda c: c.scalar(statement))
    return echoed is False


async def _find(context: DeliveryContext, delivery: Delivery) -> PostedMessage | None:
    assert delivery.sending_at is not None, "an unclear row has begun to be sent"
    window = look_up_window(delivery.sending_at, context.now(), context.timing)
    # The first part is never in the thread that it begins.
    is_first = delivery.part == 0
    return await context.messenger.find(
        delivery.installation,
        delivery.destination,
        DeliveryMark(delivery.id, delivery.part),
        oldest=window.oldest,
        latest=window.latest,
        thread_ts=delivery.thread_ts or ("" if is_first else delivery.first_ts),
        other_than=_stored_ts(delivery),
    )


def _stored_ts(delivery: Delivery) -> str:
    """Return the message that another attempt got its `ok` for, or empty."""
    stored = (m.ts for m in delivery.messages if m.part == delivery.part)
    return next(stored, "")


async def _adopt(
    context: DeliveryContext, delivery: Delivery, found: PostedMessage
) -> None:
    log.warning("delivery.found", extra=log_facts(delivery, part=delivery.part))
    payload = await stored_payload(context, delivery.payload_hash)
    is_last = delivery.part + 1 == len(payload.parts)
    ending = ending_of(context, delivery) if is_last else None
    ok = Ok(delivery, delivery.part, found, ending, context.timing)
    if await confirm(context, ok) and not is_last:
        await put_back(context, delivery)


async def look_up_later(
    context: DeliveryContext,
    delivery: Delivery,
    again: datetime,
    *,
    lookups: int | None = None,
) -> bool:
    """Give an unclear row back, to be looked up again; `lookups` if it was read."""
    count = delivery.lookups if lookups is None else lookups
    row = ChangedRow(delivery, {"ready_at": again, "lookups": count})
    return await context.database.write_together(change_rows, row)


async def _decide_unread(
    context: DeliveryContext, delivery: Delivery, *, reason: str
) -> None:
    """Err on the side that the operator chose, and let the curators know."""
    log.warning("delivery.unreadable", extra=log_facts(delivery, reason=reason))
    if _stored_ts(delivery):
        await put_back(context, delivery)
        return
    if context.uncertain is Uncertain.NEVER_TWICE:
        await end(context, delivery, UNCONFIRMED)
        return
    await put_back(context, delivery)
    await context.observer.resent_unverified(delivery)
