"""Step 5: store Slack's `ok`, however long the database is away."""

from bot.errors import DatabaseUnavailable, DeliveryError
from bot.outbox.context import DeliveryContext, facts, log, tell
from bot.outbox.model import Delivery, MessageRef, Ok, PostedMessage, Settled
from bot.outbox.next_part import Sending, ending_of

TRIES_WHEN_STOPPING = 3
TRIES_TO_DELETE = 5


async def settle_part(
    kit: DeliveryContext, sending: Sending, message: PostedMessage
) -> bool:
    """Settle a part with the ending that follows if it was the last."""
    ending = ending_of(kit, sending.delivery) if sending.is_last else None
    return await settle(kit, Ok(sending.delivery, sending.number, message, ending))


async def settle(kit: DeliveryContext, ok: Ok) -> bool:
    """Store where a part went and say whether the row is still ours to go on with."""
    settled = await _store(kit, ok)
    if settled is Settled.DOUBLED:
        await take_back(kit, ok.delivery, ok.part, ok.message)
    if settled is not Settled.STORED:
        log.info("delivery.settled_elsewhere", extra=facts(ok.delivery, part=ok.part))
        return False

    sent = facts(ok.delivery, part=ok.part, ts=ok.message.ts)
    log.debug("delivery.part_sent", extra=sent)
    if ok.ending is not None:
        await tell(kit, ok.delivery, ok.ending)
    return True


async def _store(kit: DeliveryContext, ok: Ok) -> Settled:
    """Hold the `ok` until the database takes it.

    A process that has to stop gives up after a few tries: the row stays `sending` and
    will be looked up.
    """
    tries = 0
    while True:
        try:
            return await kit.store.settle(ok)
        except DatabaseUnavailable as error:
            tries += 1
            if kit.stopping.is_set() and tries >= TRIES_WHEN_STOPPING:
                raise
            extra = facts(ok.delivery, part=ok.part, reason=str(error))
            log.warning("delivery.ok_held", extra=extra)
        await kit.pause(kit.timing.poll.total_seconds())


async def take_back(
    kit: DeliveryContext, delivery: Delivery, part: int, posted: PostedMessage
) -> None:
    """Delete the second message for a part: the first one stored is right."""
    extra = facts(delivery, part=part, ts=posted.ts)
    log.error("delivery.doubled", extra=extra)
    message = MessageRef(posted.channel_id, posted.ts)
    for _ in range(TRIES_TO_DELETE):
        try:
            await kit.messenger.delete(delivery.installation, message)
        except DeliveryError as error:
            log.warning("delivery.not_deleted", extra={**extra, "reason": str(error)})
            if error.permanent:
                return
            await kit.pause(error.retry_after_s or kit.timing.poll.total_seconds())
        else:
            return
