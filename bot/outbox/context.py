"""What the phases work with, and the few steps that they share."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.digests.retry import Timing, retry_at
from bot.errors import DeliveryError
from bot.outbox.interfaces import (
    Composer,
    DeliveryObserver,
    DestinationStore,
    Messenger,
)
from bot.outbox.model import TOO_LATE, Delivery, Ending, Status, Uncertain
from bot.outbox.pacing import Method, Pacing
from bot.outbox.store import DeliveryStore

log = logging.getLogger("bot.outbox.worker")


_EVENTS = {
    Status.SENT: "delivery.sent",
    Status.FAILED: "delivery.failed",
    Status.SKIPPED: "delivery.skipped",
}


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """Everything that a phase may need; composed once."""

    store: DeliveryStore
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


def facts(delivery: Delivery, **more: Any) -> dict[str, Any]:
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


async def end(kit: DeliveryContext, delivery: Delivery, ending: Ending) -> None:
    """End a row and tell; a row that is no longer ours has ended elsewhere."""
    if not await kit.store.end(delivery, ending):
        log.info("delivery.lost", extra=facts(delivery))
        return
    await tell(kit, delivery, ending)


async def tell(kit: DeliveryContext, delivery: Delivery, ending: Ending) -> None:
    """Log an ending and tell the observer."""
    extra = facts(delivery, reason=ending.reason)
    log.info(_EVENTS[ending.status], extra=extra)
    await kit.observer.ended(delivery, ending)


async def set_back(
    kit: DeliveryContext, delivery: Delivery, error: DeliveryError, *, method: Method
) -> None:
    """Step 6: try again later, unless nobody but people can mend it.

    Nothing is under way and nothing was stored: Slack said so.
    """
    if error.permanent is not None:
        reason = f"failed: {error}"
        await end(kit, delivery, Ending(Status.FAILED, reason))
        return

    now = kit.store.now()
    again = retry_at(
        now,
        delivery.failures + 1,
        jitter=kit.jitter(),
        timing=kit.timing,
        retry_after=_retry_after(kit, delivery, error, method=method),
    )
    if again > delivery.expires_at:
        await end(kit, delivery, _given_up(delivery, error))
        return

    if await kit.store.release(delivery, retry_at=again, failed=True):
        extra = facts(delivery, retry_at=again.isoformat(), reason=str(error))
        log.warning("delivery.retried", extra=extra)


def _retry_after(
    kit: DeliveryContext, delivery: Delivery, error: DeliveryError, *, method: Method
) -> timedelta | None:
    if error.retry_after_s is None:
        return None
    kit.pacing.hold(delivery.installation, method, error.retry_after_s)
    return timedelta(seconds=error.retry_after_s)


def _given_up(delivery: Delivery, error: DeliveryError) -> Ending:
    if delivery.messages:
        posted = len(delivery.messages)
        reason = f"failed: only the first {posted} parts were posted: {error}"
        return Ending(Status.FAILED, reason)
    return Ending(Status.SKIPPED, f"{TOO_LATE.reason}: {error}")


async def release(kit: DeliveryContext, delivery: Delivery, *, wait_s: float) -> None:
    """Put a row back that has to wait its turn; that is no failure."""
    again = kit.store.now() + timedelta(seconds=wait_s)
    await kit.store.release(delivery, retry_at=again, failed=False)
