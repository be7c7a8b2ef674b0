"""A factory for subscriptions, so a test shows only what matters to it."""

from datetime import datetime, time

from bot.digests.models import Show
from bot.digests.schedules import Every
from bot.installation import Installation
from bot.subscriptions.model import Rhythm, Subscription
from tests.fakes import MORNING
from tests.outbox import HERE

OWNER = "U0ANA"
CHANNEL = "C0KOREA"
LONDON, NEW_YORK, TOKYO = "Europe/London", "America/New_York", "Asia/Tokyo"


def make_subscription(
    id: str = "subscription-1",
    *,
    owner_id: str = OWNER,
    destination: str = "",
    topics: tuple[str, ...] = ("harbour",),
    every: Every = Every.DAY,
    at: time = time(8),
    zone: str = LONDON,
    installation: Installation = HERE,
    now: datetime = MORNING,
) -> Subscription:
    """Return the changes of one briefing every morning, by DM unless told otherwise."""
    rhythm = Rhythm(every, at, zone)
    return Subscription(
        id=id,
        installation=installation,
        owner_id=owner_id,
        destination=destination or owner_id,
        topics=topics,
        title="Harbour",
        show=Show.CHANGES,
        rhythm=rhythm,
        created_at=now,
        next_at=rhythm.next_after(now),
    )
