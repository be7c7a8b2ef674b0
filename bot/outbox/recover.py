"""Before step 4: find what a database, restored to an earlier state, has forgotten."""

from bot.errors import DeliveryError
from bot.outbox.confirm import settle_part
from bot.outbox.context import DeliveryContext, facts, log, set_back
from bot.outbox.interfaces import Unreadable
from bot.outbox.model import PostedMessage
from bot.outbox.next_part import Ready, Sending
from bot.outbox.pacing import Method


async def recall(kit: DeliveryContext, ready: Ready) -> Ready | None:
    """Return the row with the parts that are there after all, or None if put back.

    Nothing says that it was sent, so where a channel cannot be read it is sent: this is
    a precaution, and no reason for silence.
    """
    while (sending := ready.next_step) is not None and not sending.is_edit:
        try:
            found = await _find(kit, sending)
        except Unreadable as error:
            extra = facts(sending.delivery, reason=str(error))
            log.info("delivery.not_looked_up", extra=extra)
            return ready
        except DeliveryError as error:
            await set_back(kit, sending.delivery, error, method=Method.HISTORY)
            return None
        if found is None:
            return ready
        if not await _adopt(kit, sending, found):
            return None
        ready = ready.sent(sending.number, found)
    return ready


async def _find(kit: DeliveryContext, sending: Sending) -> PostedMessage | None:
    delivery, margin = sending.delivery, kit.timing.look_up_margin
    left_s = await kit.pacing.wait_out(delivery.installation, Method.HISTORY)
    if left_s > 0:
        raise DeliveryError("history is rate limited", retry_after_s=left_s)
    return await kit.messenger.find(
        delivery.installation,
        delivery.destination,
        sending.mark,
        oldest=delivery.due_at - margin,
        latest=kit.store.now() + margin,
        thread_ts=sending.thread_ts,
    )


async def _adopt(kit: DeliveryContext, sending: Sending, found: PostedMessage) -> bool:
    log.warning("delivery.found", extra=facts(sending.delivery, part=sending.number))
    if not await kit.store.begin(sending.delivery, sending.number):
        return False
    return await settle_part(kit, sending, found)
