"""Before step 4: find what a database, restored to an earlier state, has forgotten."""

import logging

from bot.errors import DeliveryError
from bot.outbox.confirm import confirm_part
from bot.outbox.delivery_context import DeliveryContext, Ready, log_facts
from bot.outbox.interfaces import UnreadableChannel
from bot.outbox.pacing import Method
from bot.outbox.release import retry_later
from bot.outbox.send import begin

log = logging.getLogger(__name__)


async def recover(context: DeliveryContext, ready: Ready) -> Ready | None:
    """Return the row with the parts that are there after all, or None if put back.

    Nothing says that it was sent, so where a channel cannot be read it is sent: this is
    a precaution, and no reason for silence.
    """
    method, margin = Method.HISTORY, context.timing.look_up_margin
    while (sending := ready.next_step) is not None and not sending.is_edit:
        delivery, part = sending.delivery, sending.number
        try:
            left_s = await context.pacing.wait_out(delivery.installation, method)
            if left_s > 0:
                raise DeliveryError("history is rate limited", retry_after_s=left_s)
            found = await context.messenger.find(
                delivery.installation,
                delivery.destination,
                sending.mark,
                oldest=delivery.due_at - margin,
                latest=context.now() + margin,
                thread_ts=sending.thread_ts,
            )
        except UnreadableChannel as error:
            extra = log_facts(delivery, reason=str(error))
            log.info("delivery.not_looked_up", extra=extra)
            return ready
        except DeliveryError as error:
            await retry_later(context, delivery, error, method=method)
            return None
        if found is None:
            return ready

        log.warning("delivery.found", extra=log_facts(delivery, part=part))
        if not await begin(context, delivery, part):
            return None
        if not await confirm_part(context, sending, found):
            return None
        ready = ready.sent(part, found)
    return ready
