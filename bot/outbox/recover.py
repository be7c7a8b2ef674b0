"""Before step 4: find what a database, restored to an earlier state, has forgotten."""

import logging
from datetime import timedelta

from bot.db.database_state import SUSPICIOUS_FOR, Restoration
from bot.digests.delivery_timing import LookUpWindow
from bot.errors import DeliveryError
from bot.outbox.confirm import confirm_part
from bot.outbox.delivery_context import DeliveryContext, Ready, log_facts
from bot.outbox.freeze import redirect
from bot.outbox.interfaces import UnreadableChannel
from bot.outbox.model import Delivery
from bot.outbox.pacing import Method
from bot.outbox.reconcile import GoesOn, read_on
from bot.outbox.release import put_back, retry_later
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
    a precaution, and no reason for silence. Where Slack lets history be read once a
    minute, one page is all that is asked for.
    """
    while (sending := ready.next_step) is not None and not sending.is_edit:
        delivery, part = sending.delivery, sending.number
        windows = _windows(context, delivery, restoration)
        method = Method.REPLIES if sending.thread_ts else Method.HISTORY
        try:
            found = await read_on(
                context,
                delivery,
                sending.mark,
                windows,
                thread_ts=sending.thread_ts,
            )
        except UnreadableChannel as error:
            extra = log_facts(delivery, reason=str(error))
            log.info("delivery.not_looked_up", extra=extra)
            return ready
        except DeliveryError as error:
            await retry_later(context, delivery, error, method=method)
            return None
        if isinstance(found, GoesOn):
            is_slow = context.pacing.is_slow(delivery.installation, method)
            if is_slow and found.place != delivery.look_up_place:
                # One page was read: at this pace others would wait for hours.
                return ready
            if found.channel_id:
                await redirect(context, delivery, found.channel_id)
                return None
            again = context.now() + timedelta(seconds=found.in_s)
            await put_back(context, delivery, retry_at=again, look_up_place=found.place)
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


def _windows(
    context: DeliveryContext, delivery: Delivery, restoration: Restoration
) -> list[LookUpWindow]:
    """Return where a forgotten message may stand, beginning where it should."""
    margin = context.timing.look_up_margin
    latest = restoration.forgot_until + margin
    if not delivery.key.is_due_when_it_happens:
        return [LookUpWindow(restoration.forgot_since - margin, latest)]
    due_at = delivery.due_at
    near = LookUpWindow(due_at - margin, due_at + context.timing.late_after)
    return [
        near,
        LookUpWindow(max(restoration.forgot_since, due_at) - margin, latest),
    ]
