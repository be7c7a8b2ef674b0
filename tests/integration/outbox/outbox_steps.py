"""Steps of a delivery, for tests that begin in the middle of one."""

from datetime import timedelta

from bot.outbox.model import SENT, Delivery, DeliveryKind, Ok, PostedMessage
from bot.outbox.store import DeliveryStore
from tests.fakes import MORNING
from tests.outbox import HERE, TIMING, composed, make_delivery

EARLY = MORNING - timedelta(seconds=1)
PAST_LEASE = TIMING.lease + timedelta(seconds=1)
TO_LOOK_UP = PAST_LEASE + TIMING.settle


async def acquire_one(store: DeliveryStore, kind: str = "digest") -> Delivery:
    """Plan and acquire a delivery that is due before the default one."""
    await store.plan([make_delivery(kind=DeliveryKind(kind), due_at=EARLY)])
    (delivery,) = await store.acquire(HERE, 10)
    return delivery


async def begin_one(store: DeliveryStore) -> Delivery:
    """Bring the default delivery to where it is about to be posted."""
    delivery = await acquire_one(store)
    await store.freeze(delivery, composed())
    await store.begin(delivery, 0)
    return delivery


def ok(delivery: Delivery, ts: str = "1.0", *, part: int = 0, last: bool = True) -> Ok:
    """Return Slack's `ok` for a part."""
    message = PostedMessage(delivery.destination, ts)
    return Ok(delivery, part, message, SENT if last else None)
