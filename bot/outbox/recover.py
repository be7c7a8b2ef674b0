"""Before step 4: find what a database, restored to an earlier state, has forgotten."""

import logging

from bot.db.database_state import SUSPICIOUS_FOR, Restoration
from bot.errors import DeliveryError
from bot.outbox.confirm import confirm_part
from bot.outbox.delivery_context import DeliveryContext, Ready, log_facts
from bot.outbox.interfaces import UnreadableChannel
from bot.outbox.model import Delivery
from bot.outbox.pacing import Method
from bot.outbox.release import retry_later
from bot.outbox.send import begin

log = logging.getLogger(__name__)


def may_have_been_sent(restoration: Restoration, delivery: Delivery) -> bool:
    """Tell whether a restored database may have forgotten that this was sent.

    What was asked, pressed or due before it was restored may have been; and what is
    planned from rows whenever they are looked at, as corrections and notices are, may
    be planned a second time for a while.
    """
    until = restoration.forgot_until
    if not delivery.key.is_due_when_it_happens:
        until += SUSPICIOUS_FOR
    begun_at = delivery.sending_at
    is_ours = begun_at is not None and begun_at > restoration.forgot_until
    return not is_ours and delivery.due_at <= until


async def recover(
    context: DeliveryContext, ready: Ready, restoration: Restoration
) -> Ready | None:
    """Return the row with the parts that are there after all, or None if put back.

    Nothing says that it was sent, so where a channel cannot be read it is sent: this is
    a precaution, and no reason for silence.
    """
    method, margin = Method.HISTORY, context.timing.look_up_margin
    due_at = ready.delivery.due_at
    oldest = restoration.forgot_since
    if ready.delivery.key.is_due_when_it_happens:
        oldest = max(oldest, due_at)
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
                oldest=oldest - margin,
                latest=restoration.forgot_until + margin,
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
