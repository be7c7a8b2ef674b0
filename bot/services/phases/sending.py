"""Step 4: post the parts, each committed as `sending` immediately before its POST."""

import asyncio
from dataclasses import dataclass, replace

from bot.block_kit.part import Part
from bot.digests.retry import is_late, lease_until, may_begin_post
from bot.errors import DeliveryError
from bot.services.deliveries import (
    SENT,
    SENT_LATE,
    Delivery,
    DeliveryKind,
    Ending,
    MessageRef,
    StoredMessage,
)
from bot.services.interfaces import DeliveryMark, PostedMessage, Unreadable
from bot.services.pacing import Method
from bot.services.phases.equipment import (
    Equipment,
    end,
    facts,
    log,
    release,
    set_back,
)
from bot.services.phases.freezing import Ready
from bot.services.phases.settling import settle
from bot.services.stores import Ok


@dataclass(frozen=True, slots=True)
class Sending:
    """One part on its way: the first stands in the channel, the others in its thread.

    An answer to a mention has even its first part in a thread.
    """

    delivery: Delivery
    number: int
    part: Part
    is_last: bool

    @property
    def mark(self) -> DeliveryMark:
        return DeliveryMark(self.delivery.id, self.number)

    @property
    def thread_ts(self) -> str:
        return self.delivery.thread_ts or self.delivery.first_ts

    @property
    def is_edit(self) -> bool:
        return bool(self.delivery.edit_ts) and self.number == 0


async def send(kit: Equipment, ready: Ready, *, look_first: bool) -> None:
    """Post what Slack does not have yet, in order; stop at the first part that fails.

    `look_first` is for a database that may have been restored: what it believes to be
    unsent is looked up before its first POST.
    """
    delivery, parts = ready.delivery, ready.payload.parts
    if delivery.next_part >= len(parts):
        await end(kit, delivery, ending_of(kit, delivery))

    while (number := delivery.next_part) < len(parts):
        is_last = number + 1 == len(parts)
        sending = Sending(delivery, number, parts[number], is_last)
        found = await _find_earlier(kit, sending) if look_first else None
        look_first = found is not None
        message = await (_adopt(kit, sending, found) if found else _post(kit, sending))
        if message is None:
            return
        delivery = _with(delivery, number, message)


def ending_of(kit: Equipment, delivery: Delivery) -> Ending:
    """Say whether what is sent now is sent late; only occurrences have an hour."""
    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    late = is_late(delivery.due_at, kit.store.now(), kit.timing)
    return SENT_LATE if is_digest and late else SENT


def _with(delivery: Delivery, number: int, message: PostedMessage) -> Delivery:
    stored = StoredMessage(
        number, message.channel_id, message.ts, mark_echoed=message.mark_echoed
    )
    return replace(delivery, messages=(*delivery.messages, stored))


async def _post(kit: Equipment, sending: Sending) -> PostedMessage | None:
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
    return await _settle(kit, sending, outcome)


async def _begin(kit: Equipment, sending: Sending) -> bool:
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


async def _call(kit: Equipment, sending: Sending) -> PostedMessage | DeliveryError:
    """Return what came of the one request, within a hard total timeout.

    A process that was stopped meanwhile finds its time over before it has looked at
    what came in: it waits once more, so as to take back a message that it posted after
    others had taken the row over.
    """
    timeout = kit.timing.post_timeout
    called_at = kit.store.now()
    call = asyncio.create_task(_update_or_post(kit, sending))
    try:
        await asyncio.wait({call}, timeout=timeout.total_seconds())
        if not call.done() and kit.store.now() - called_at > 1.5 * timeout:
            await asyncio.wait({call}, timeout=timeout.total_seconds())
        if not call.done():
            text = f"no answer within {timeout.total_seconds():g} s"
            return DeliveryError(text, ambiguous=True)
        return call.result()
    except DeliveryError as error:
        return error
    finally:
        call.cancel()


async def _update_or_post(kit: Equipment, sending: Sending) -> PostedMessage:
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
    )


async def _fail(kit: Equipment, sending: Sending, error: DeliveryError) -> None:
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


async def _settle(
    kit: Equipment, sending: Sending, message: PostedMessage
) -> PostedMessage | None:
    ending = ending_of(kit, sending.delivery) if sending.is_last else None
    ok = Ok(sending.delivery, sending.number, message, ending)
    return message if await settle(kit, ok) else None


async def _find_earlier(kit: Equipment, sending: Sending) -> PostedMessage | None:
    """Look for a message that a database restored to an earlier state forgot."""
    delivery = sending.delivery
    margin = kit.timing.look_up_margin
    try:
        return await kit.messenger.find(
            delivery.installation,
            delivery.destination,
            sending.mark,
            oldest=delivery.due_at - margin,
            latest=kit.store.now() + margin,
            thread_ts=sending.thread_ts,
        )
    except (Unreadable, DeliveryError) as error:
        # Nothing says that it was sent: a precaution is no reason for silence.
        log.info("delivery.not_looked_up", extra=facts(delivery, reason=str(error)))
        return None


async def _adopt(
    kit: Equipment, sending: Sending, found: PostedMessage
) -> PostedMessage | None:
    log.warning("delivery.found", extra=facts(sending.delivery, part=sending.number))
    if not await kit.store.begin(sending.delivery, sending.number):
        return None
    return await _settle(kit, sending, found)
