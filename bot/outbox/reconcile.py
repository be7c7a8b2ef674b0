"""Step 7: find out whether a message is there of which no `ok` ever came."""

from datetime import timedelta

from bot.digests.retry import look_up_window, may_send_again, next_look_up
from bot.errors import DeliveryError
from bot.outbox.confirm import settle, take_back
from bot.outbox.context import DeliveryContext, end, facts, log, release
from bot.outbox.interfaces import Unreadable
from bot.outbox.model import (
    UNCONFIRMED,
    Delivery,
    DeliveryMark,
    Ok,
    PostedMessage,
    Uncertain,
)
from bot.outbox.next_part import ending_of
from bot.outbox.pacing import Method


async def look_up(kit: DeliveryContext, delivery: Delivery) -> None:
    """Settle a row whose outcome is unclear, or have it looked up again, or sent again.

    1. An edit is safe to repeat. What another attempt has stored by now stands, and
       a second message, if it is there, is taken back.
    2. Found: it is settled as if its `ok` had come.
    3. Not found twice, a settling time apart: it is sent again.
    4. Where the channel cannot be read back, the operator's choice decides.
    """
    if delivery.edit_ts:
        await release(kit, delivery, wait_s=0)
        return
    if await _cannot_be_found(kit, delivery):
        await _decide_blind(kit, delivery, reason="its metadata is not kept there")
        return

    method = Method.HISTORY
    wait_s = await kit.pacing.wait_out(delivery.installation, method)
    if wait_s > 0:
        await _defer(kit, delivery, wait_s=wait_s)
        return
    try:
        found = await _find(kit, delivery)
    except Unreadable as error:
        await _decide_blind(kit, delivery, reason=str(error))
    except DeliveryError as error:
        await _set_back(kit, delivery, error)
    else:
        await _conclude(kit, delivery, found)


async def _cannot_be_found(kit: DeliveryContext, delivery: Delivery) -> bool:
    """Tell whether the last message there lost our metadata, so a look is in vain."""
    echoed = await kit.store.last_echo(delivery.installation, delivery.destination)
    return echoed is False


async def _find(kit: DeliveryContext, delivery: Delivery) -> PostedMessage | None:
    assert delivery.sending_at is not None, "an unclear row has begun to be sent"
    window = look_up_window(delivery.sending_at, kit.timing)
    return await kit.messenger.find(
        delivery.installation,
        delivery.destination,
        DeliveryMark(delivery.id, delivery.part),
        oldest=window.oldest,
        latest=window.latest,
        thread_ts=_thread_of(delivery),
        other_than=_stored_ts(delivery),
    )


async def _conclude(
    kit: DeliveryContext, delivery: Delivery, found: PostedMessage | None
) -> None:
    if _stored_ts(delivery):
        if found is not None:
            await take_back(kit, delivery, delivery.part, found)
        await release(kit, delivery, wait_s=0)
    elif found is not None:
        await _adopt(kit, delivery, found)
    else:
        await _not_found(kit, delivery)


def _thread_of(delivery: Delivery) -> str:
    """Return the thread that the part stands in; the first is never in its own."""
    if delivery.thread_ts or delivery.part == 0:
        return delivery.thread_ts
    return delivery.first_ts


def _stored_ts(delivery: Delivery) -> str:
    """Return the message that another attempt got its `ok` for, or empty."""
    stored = (m.ts for m in delivery.messages if m.part == delivery.part)
    return next(stored, "")


async def _adopt(
    kit: DeliveryContext, delivery: Delivery, found: PostedMessage
) -> None:
    log.warning("delivery.found", extra=facts(delivery, part=delivery.part))
    payload = await kit.store.payload(delivery.payload_hash)
    is_last = delivery.part + 1 == len(payload.parts)
    ending = ending_of(kit, delivery) if is_last else None
    still_ours = await settle(kit, Ok(delivery, delivery.part, found, ending))
    if still_ours and not is_last:
        await release(kit, delivery, wait_s=0)


async def _not_found(kit: DeliveryContext, delivery: Delivery) -> None:
    extra = facts(delivery, part=delivery.part, lookups=delivery.lookups + 1)
    log.warning("delivery.not_found", extra=extra)
    if may_send_again(delivery.lookups + 1):
        await release(kit, delivery, wait_s=0)
        return
    look_up_at = next_look_up(kit.store.now(), kit.timing)
    await kit.store.defer_lookup(delivery, look_up_at=look_up_at, counted=True)


async def _set_back(
    kit: DeliveryContext, delivery: Delivery, error: DeliveryError
) -> None:
    if error.permanent is not None:
        await _decide_blind(kit, delivery, reason=str(error))
        return
    wait_s = kit.timing.settle.total_seconds()
    if error.retry_after_s is not None:
        wait_s = error.retry_after_s
        kit.pacing.hold(delivery.installation, Method.HISTORY, wait_s)
    await _defer(kit, delivery, wait_s=wait_s)


async def _defer(kit: DeliveryContext, delivery: Delivery, *, wait_s: float) -> None:
    look_up_at = kit.store.now() + timedelta(seconds=wait_s)
    await kit.store.defer_lookup(delivery, look_up_at=look_up_at, counted=False)


async def _decide_blind(
    kit: DeliveryContext, delivery: Delivery, *, reason: str
) -> None:
    """Err on the side that the operator chose, and let the curators know."""
    log.warning("delivery.unreadable", extra=facts(delivery, reason=reason))
    if _stored_ts(delivery):
        await release(kit, delivery, wait_s=0)
        return
    if kit.uncertain is Uncertain.NEVER_TWICE:
        await end(kit, delivery, UNCONFIRMED)
        return
    await release(kit, delivery, wait_s=0)
    await kit.observer.sent_blind(delivery)
