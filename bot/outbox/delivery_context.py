"""What the steps of a delivery work with, and what they say of one."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.db.database import Database
from bot.digests.delivery_timing import Timing
from bot.outbox.destinations import DestinationStore
from bot.outbox.interfaces import Composer, DeliveryObserver, Messenger
from bot.outbox.model import Delivery, Ending, Status, Uncertain
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
