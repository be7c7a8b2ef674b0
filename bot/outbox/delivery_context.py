"""What the steps of a delivery work with: the context, and the parts yet to be sent."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.block_kit.part import Part
from bot.db.database import Database
from bot.digests.delivery_timing import Timing, is_late
from bot.outbox.destinations import DestinationStore
from bot.outbox.interfaces import Composer, DeliveryObserver, Messenger
from bot.outbox.model import (
    SENT,
    SENT_LATE,
    Delivery,
    DeliveryKind,
    DeliveryMark,
    Ending,
    Payload,
    PostedMessage,
    Status,
    StoredMessage,
    Uncertain,
)
from bot.outbox.pacing import Pacing

log = logging.getLogger(__name__)

_EVENTS = {
    Status.SENT: "delivery.sent",
    Status.FAILED: "delivery.failed",
    Status.SKIPPED: "delivery.skipped",
}


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """Everything that a step may need; composed once.

    Each step module holds its step, which waits for Slack and for the database, and the
    functions over a connection that it has done there in one transaction.
    """

    database: Database
    destinations: DestinationStore
    messenger: Messenger
    composer: Composer
    observer: DeliveryObserver
    pacing: Pacing
    timing: Timing = field(default_factory=Timing)
    uncertain: Uncertain = Uncertain.NEVER_TWICE
    jitter: Callable[[], float] = random.random
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> datetime:
        """Return the database's time, as every lease and due time is measured in it."""
        return self.database.now()


def log_facts(delivery: Delivery, **more: Any) -> dict[str, Any]:
    """Return what a log line says of a delivery: never its text."""
    return {
        "delivery_id": delivery.id,
        "team_id": delivery.installation.team_id,
        "kind": delivery.key.kind.value,
        "subject": delivery.key.subject,
        "occurrence": delivery.key.occurrence,
        "destination": delivery.destination,
        "attempt": delivery.attempt,
        **more,
    }


async def announce(
    context: DeliveryContext, delivery: Delivery, ending: Ending
) -> None:
    """Log an ending that is committed, and tell the observer."""
    extra = log_facts(delivery, reason=ending.reason)
    log.info(_EVENTS[ending.status], extra=extra)
    await context.observer.ended(delivery, ending)


@dataclass(frozen=True, slots=True)
class Ready:
    """A row of ours with the payload that is frozen for it.

    One that was composed just now is stored when its first part begins.
    """

    delivery: Delivery
    payload: Payload
    is_stored: bool = True

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
        delivery = replace(self.delivery, messages=messages, look_up_place="")
        return replace(self, delivery=delivery, is_stored=True)


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


def ending_of(
    context: DeliveryContext, delivery: Delivery, *, sent_at: datetime | None = None
) -> Ending:
    """Say whether what is sent now, or was then, is late; only occurrences can be."""
    is_digest = delivery.key.kind is DeliveryKind.DIGEST
    late = is_late(delivery.due_at, sent_at or context.now(), context.timing)
    return SENT_LATE if is_digest and late else SENT
