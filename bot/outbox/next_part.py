"""A row that is ready, and the parts of it that are still to be sent."""

from dataclasses import dataclass, replace

from bot.block_kit.part import Part
from bot.digests.delivery_timing import is_late
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.model import (
    SENT,
    SENT_LATE,
    Delivery,
    DeliveryKind,
    DeliveryMark,
    Ending,
    Payload,
    PostedMessage,
    StoredMessage,
)


@dataclass(frozen=True, slots=True)
class Ready:
    """A row of ours with the payload that is frozen for it."""

    delivery: Delivery
    payload: Payload

    @property
    def next_step(self) -> "Sending | None":
        """The first part that Slack does not have, or None when it has them all."""
        number, parts = self.delivery.next_part, self.payload.parts
        if number >= len(parts):
            return None
        is_last = number + 1 == len(parts)
        return Sending(self.delivery, number, parts[number], is_last)

    def sent(self, number: int, message: PostedMessage) -> "Ready":
        """Return the row with one part more that Slack has."""
        echoed = message.mark_echoed
        stored = StoredMessage(number, message.channel_id, message.ts, echoed)
        messages = (*self.delivery.messages, stored)
        return replace(self, delivery=replace(self.delivery, messages=messages))


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


def ending_of(context: DeliveryContext, delivery: Delivery) -> Ending:
    """Say whether what is sent now is sent late; only occurrences have an hour."""
    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    late = is_late(delivery.due_at, context.now(), context.timing)
    return SENT_LATE if is_digest and late else SENT
