"""Steps of a delivery, for tests that begin in the middle of one."""

from datetime import timedelta

from bot.outbox.confirm import Ok
from bot.outbox.model import SENT, Delivery, DeliveryKind, PostedMessage
from tests.fakes import MORNING
from tests.outbox import HERE, TIMING, OutboxSteps, composed, make_delivery

EARLY = MORNING - timedelta(seconds=1)
PAST_LEASE = TIMING.lease + timedelta(seconds=1)
TO_LOOK_UP = PAST_LEASE + TIMING.settle


async def acquire_one(steps: OutboxSteps, kind: str = "digest") -> Delivery:
    """Plan and acquire a delivery that is due before the default one."""
    await steps.plan([make_delivery(kind=DeliveryKind(kind), due_at=EARLY)])
    (delivery,) = await steps.acquire(HERE, 10)
    return delivery


async def begin_one(steps: OutboxSteps) -> Delivery:
    """Bring the default delivery to where it is about to be posted."""
    delivery = await acquire_one(steps)
    await steps.freeze(delivery, composed())
    await steps.begin(delivery, 0)
    return delivery


def ok(delivery: Delivery, ts: str = "1.0", *, part: int = 0, last: bool = True) -> Ok:
    """Return Slack's `ok` for a part."""
    message = PostedMessage(delivery.destination, ts)
    return Ok(delivery, part, message, SENT if last else None, TIMING)
