"""Step 3: resolve the destination, compose, and freeze what will be posted."""

from dataclasses import replace

from bot.digests.retry import is_late
from bot.errors import DeliveryError, FailureClass
from bot.outbox.context import DeliveryContext, end, facts, log, set_back
from bot.outbox.model import (
    DUPLICATE_DESTINATION,
    TOO_LATE,
    Composed,
    Delivery,
    DeliveryKind,
    Frozen,
    Skipped,
)
from bot.outbox.next_part import Ready
from bot.outbox.pacing import Method

NO_SUCH_CHANNEL = (
    'no channel "{name}" can be seen: check the name, and invite me there with '
    "`/invite` if it is private"
)


async def freeze(kit: DeliveryContext, delivery: Delivery) -> Ready | None:
    """Return the row ready to be sent, or None when it is out of our hands.

    A payload that is frozen is what will be posted, whatever has changed since; only
    one that says the wrong hour is composed anew, while nothing of it is posted.
    """
    if delivery.next_part == 0 and kit.store.now() > delivery.expires_at:
        await end(kit, delivery, TOO_LATE)
        return None
    if delivery.payload_hash and not _has_become_late(kit, delivery):
        return Ready(delivery, await kit.store.payload(delivery.payload_hash))

    try:
        if not is_channel_id(delivery.destination):
            await _redirect(kit, delivery)
            return None
        composed = await kit.composer.compose(delivery)
    except DeliveryError as error:
        await set_back(kit, delivery, error, method=Method.OPEN)
        return None

    if isinstance(composed, Skipped):
        await end(kit, delivery, composed.ending)
        return None
    return await _store(kit, delivery, composed)


def _has_become_late(kit: DeliveryContext, delivery: Delivery) -> bool:
    """Tell whether a digest has to say that it is late, and still can.

    A message whose fate was ever unclear may yet turn up, and must then say what is
    stored of it: only what Slack refused in so many words is composed anew.
    """
    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    is_unposted = not delivery.messages and delivery.sending_at is None
    late = is_late(delivery.due_at, kit.store.now(), kit.timing)
    return is_digest and is_unposted and late


async def _store(
    kit: DeliveryContext, delivery: Delivery, composed: Composed
) -> Ready | None:
    match await kit.store.freeze(delivery, composed):
        case Frozen.LOST:
            log.info("delivery.lost", extra=facts(delivery))
            return None
        case Frozen.DUPLICATE:
            await end(kit, delivery, DUPLICATE_DESTINATION)
            return None
        case Frozen.FROZEN:
            payload, edit_ts = composed.payload, composed.edit_ts
            frozen = replace(delivery, payload_hash=payload.hash, edit_ts=edit_ts)
            return Ready(frozen, payload)


def is_channel_id(destination: str) -> bool:
    """Tell a channel or a DM from a name and from a person."""
    return destination.startswith(("C", "G", "D"))


async def _redirect(kit: DeliveryContext, delivery: Delivery) -> None:
    """Move the row to the lane of the channel that it turns out to be for."""
    recipient, installation = delivery.destination, delivery.installation
    pins = await kit.destinations.pins(installation)
    channel_id = pins.get(recipient)
    if channel_id is None:
        found = await resolve(kit, delivery)
        channel_id = await kit.destinations.pin(installation, recipient, found)
    await kit.store.redirect(delivery, channel_id)
    log.info("delivery.redirected", extra=facts(delivery, channel_id=channel_id))


async def resolve(kit: DeliveryContext, delivery: Delivery) -> str:
    """Return the channel id that a configured recipient means."""
    recipient, installation = delivery.destination, delivery.installation
    if not recipient.startswith("#"):
        left_s = await kit.pacing.wait_out(installation, Method.OPEN)
        if left_s > 0:
            raise DeliveryError("opening is rate limited", retry_after_s=left_s)
        return await kit.messenger.open_dm(installation, recipient)

    channel_id = await kit.messenger.resolve_name(installation, recipient[1:])
    if channel_id is None:
        raise DeliveryError(
            NO_SUCH_CHANNEL.format(name=recipient),
            permanent=FailureClass.DESTINATION,
        )
    return channel_id
