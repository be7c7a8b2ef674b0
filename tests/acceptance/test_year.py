"""A simulated year in twelve zones: every occurrence has exactly one ending."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import Status
from bot.outbox.watermarks import WatermarkStore
from bot.scheduling.digest_sources import AllDigests
from bot.scheduling.planner import Planner
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import RecordingMessenger, StoppedClock
from tests.held import HeldBriefings
from tests.integration.scheduling.test_planner import make_digest
from tests.outbox import HERE, TIMING, Replica, open_replica

ZONES = (
    *("America/New_York", "America/Sao_Paulo", "Europe/London", "Europe/Berlin"),
    *("Africa/Casablanca", "Asia/Seoul", "Asia/Kathmandu", "Australia/Lord_Howe"),
    *("Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Antarctica/Troll"),
)
NEW_YEAR = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAYS = 365
OUTAGES = {40: 3, 88: 2, 250: 9}
"""On these days the bot goes away, for so many days."""

DIGESTS = [
    make_digest(
        f"zone-{number}",
        when={"cron": "30 2 * * *", "timezone": zone},
        to=[f"C{number:02}X"],
        grace="20 hours",
        holidays=["2026-12-25"],
    )
    for number, zone in enumerate(ZONES)
]
"""Half past two is the time that clock changes skip and repeat."""


async def test_a_year_leaves_no_occurrence_without_an_ending_and_none_with_two(
    sqlite_url: str,
) -> None:
    """Clock changes, a holiday and three outages; the bot looks in once a day."""
    clock = StoppedClock(NEW_YEAR)
    messenger = RecordingMessenger(clock)
    async with open_replica(sqlite_url, messenger) as replica:
        planner = _planner(replica)
        await planner.load(DIGESTS, [HERE])
        day = 0
        while day < DAYS:
            away = OUTAGES.get(day, 1)
            day += away
            clock.move(timedelta(days=away))
            await planner.plan()
            await replica.work()
        history = DeliveryHistory(replica.store.database)
        records = await history.records(limit=100_000)

    found = Counter((r.key.subject, r.key.occurrence) for r in records)
    assert found == Counter(_nominal_times())
    assert all(record.status.is_ending for record in records)
    sent = [record for record in records if record.status is Status.SENT]
    assert len(messenger.messages) == len(sent)
    assert {r.reason for r in records} == {
        *("sent late", "skipped: holiday"),
        *("skipped: superseded", "skipped: too late"),
    }


def _planner(replica: Replica) -> Planner:
    database = replica.store.database
    return Planner(
        replica.store,
        WatermarkStore(database),
        replica.context.destinations,
        timing=TIMING,
        subscribed=AllDigests(HeldBriefings(), SubscriptionStore(database)),
        is_behind=lambda: False,
    )


def _nominal_times() -> list[tuple[str, str]]:
    """Name every half past two from one noon to another, a year later."""
    first = date(2026, 1, 2)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [(digest.id, f"{day}T02:30") for digest in DIGESTS for day in days]
