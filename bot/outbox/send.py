"""Step 4: post the parts, each committed as `sending` immediately before its POST."""

import asyncio

from bot.digests.retry import lease_until, may_begin_post
from bot.errors import DeliveryError
from bot.outbox.confirm import settle_part
from bot.outbox.context import DeliveryContext, end, facts, log, release, set_back
from bot.outbox.model import DeliveryKind, MessageRef, PostedMessage
from bot.outbox.next_part import Ready, Sending, ending_of
from bot.outbox.pacing import Method


async def send(kit: DeliveryContext, ready: Ready) -> None:
    """Post what Slack does not have yet, in order; stop at a part that fails."""
    if ready.next_step is None:
        await end(kit, ready.delivery, ending_of(kit, ready.delivery))

    while (sending := ready.next_step) is not None:
        message = await _post(kit, sending)
        if message is None:
            return
        ready = ready.sent(sending.number, message)


async def _post(kit: DeliveryContext, sending: Sending) -> PostedMessage | None:
    """Return the message once it is stored, or None when the row is not ours to go on.

    Between the commit of `sending` and the POST there is nothing to wait for.
    """
    delivery = sending.delivery
    wait_s = await kit.pacing.turn(delivery.installation, delivery.destination)
    if wait_s > 0 or kit.stopping.is_set():
        await release(kit, delivery, wait_s=wait_s)
        return None

    async with kit.pacing.slot(delivery.installation):
        if not await _begin(kit, sending):
            return None
        outcome = await _call(kit, sending)

    if isinstance(outcome, DeliveryError):
        await _fail(kit, sending, outcome)
        return None
    return outcome if await settle_part(kit, sending, outcome) else None


async def _begin(kit: DeliveryContext, sending: Sending) -> bool:
    """Commit `sending`; a process that was stopped meanwhile must not post after it."""
    delivery = sending.delivery
    lease_ends = lease_until(kit.store.now(), kit.timing)
    if not await kit.store.begin(delivery, sending.number):
        log.info("delivery.lost", extra=facts(delivery, part=sending.number))
        return False
    if may_begin_post(kit.store.now(), lease_ends, kit.timing):
        return True

    log.warning("delivery.overslept", extra=facts(delivery, part=sending.number))
    await release(kit, delivery, wait_s=0)
    return False


async def _call(
    kit: DeliveryContext, sending: Sending
) -> PostedMessage | DeliveryError:
    """Return what came of the one request, within a hard total timeout."""
    timeout_s = kit.timing.post_timeout.total_seconds()
    try:
        async with asyncio.timeout(timeout_s):
            return await _update_or_post(kit, sending)
    except TimeoutError:
        return DeliveryError(f"no answer within {timeout_s:g} s", ambiguous=True)
    except DeliveryError as error:
        return error


async def _update_or_post(kit: DeliveryContext, sending: Sending) -> PostedMessage:
    delivery = sending.delivery
    if sending.is_edit:
        message = MessageRef(delivery.destination, delivery.edit_ts)
        await kit.messenger.update(delivery.installation, message, sending.part)
        return PostedMessage(message.channel_id, message.ts)

    return await kit.messenger.post(
        delivery.installation,
        delivery.destination,
        sending.part,
        mark=sending.mark,
        thread_ts=sending.thread_ts,
        broadcast=delivery.broadcast and sending.number == 0,
        within_s=kit.timing.post_timeout.total_seconds(),
    )


async def _fail(kit: DeliveryContext, sending: Sending, error: DeliveryError) -> None:
    delivery = sending.delivery
    if error.ambiguous:
        # The row stays `sending`: step 7 looks the message up when it must be visible.
        extra = facts(delivery, part=sending.number, reason=str(error))
        log.warning("delivery.unclear", extra=extra)
        return

    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    if sending.is_edit and error.permanent and is_digest:
        # The line to be edited is gone or too old: the news is posted anew.
        log.info("delivery.not_editable", extra=facts(delivery, reason=str(error)))
        await kit.store.post_anew(delivery)
        return
    method = Method.UPDATE if sending.is_edit else Method.POST
    await set_back(kit, delivery, error, method=method)
