"""Planning what people subscribed to: like any other digest, beside the file's."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.db.database import Database, open_database
from bot.digests.delivery_timing import Timing
from bot.errors import DatabaseUnavailable
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import DeliveryRecord
from bot.outbox.notifier import Notifier
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import WatermarkStore
from bot.scheduling.digest_sources import AllDigests
from bot.scheduling.planner import Planner
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import MORNING, StoppedClock
from tests.held import HeldBriefings
from tests.outbox import HERE
from tests.subscriptions import CHANNEL, NEW_YORK, OWNER, make_subscription

DAY = timedelta(days=1)
BATCH = 3


@dataclass
class Planning:
    """A planner over a database in which somebody subscribes."""

    database: Database
    clock: StoppedClock

    def __post_init__(self) -> None:
        self.subscriptions = SubscriptionStore(self.database, batch=BATCH)
        self.planner = self.replica()

    def replica(self, subscribed: AllDigests | None = None) -> Planner:
        """Return another planner on the same database, as after a restart."""
        return Planner(
            DeliveryStore(self.database, Notifier()),
            WatermarkStore(self.database),
            DestinationStore(self.database),
            timing=Timing(),
            subscribed=subscribed or AllDigests(HeldBriefings(), self.subscriptions),
            is_behind=lambda: False,
        )

    async def plan_at(self, now: datetime) -> int:
        self.clock.time = now
        await self.planner.load([], [HERE])
        return await self.planner.plan()

    async def records(self) -> tuple[DeliveryRecord, ...]:
        found = await DeliveryHistory(self.database).records(limit=100)
        return tuple(reversed(found))

    async def names(self) -> list[str]:
        return [record.key.occurrence for record in await self.records()]


@pytest.fixture
async def planning(database_url: str) -> AsyncIterator[Planning]:
    clock = StoppedClock()
    async with open_database(database_url, clock=clock) as database:
        yield Planning(database, clock)


async def test_each_subscriber_gets_a_row_of_their_own(planning: Planning) -> None:
    """A DM goes to its person, a channel's to the channel; nothing for today's past."""
    await planning.subscriptions.create(make_subscription())
    await planning.subscriptions.create(
        make_subscription("subscription-2", destination=CHANNEL)
    )

    assert await planning.plan_at(MORNING + timedelta(hours=1)) == 0
    assert await planning.plan_at(MORNING + DAY) == 2

    recipients = [record.key.recipient for record in await planning.records()]
    assert sorted(recipients) == [CHANNEL, OWNER]


async def test_more_than_a_batch_is_planned_in_one_round(planning: Planning) -> None:
    """Eight o'clock is thousands of people's, and each has theirs in that minute."""
    count = 2 * BATCH + 1
    for number in range(count):
        person = f"U0{number:05}"
        await planning.subscriptions.create(
            make_subscription(f"subscription-{number}", owner_id=person)
        )

    assert await planning.plan_at(MORNING + DAY) == count
    assert await planning.plan_at(MORNING + DAY) == 0


async def test_a_reload_of_the_file_leaves_subscriptions_alone(
    planning: Planning,
) -> None:
    """What is in no file is not therefore removed."""
    await planning.subscriptions.create(make_subscription())
    await planning.plan_at(MORNING + DAY)

    await planning.planner.load([], [HERE])

    assert [record.reason for record in await planning.records()] == [""]
    assert await planning.plan_at(MORNING + 2 * DAY) == 1


async def test_a_restart_before_looking_ahead_repeats_nothing(
    planning: Planning,
) -> None:
    """The watermark moved with the rows; the next look only catches up."""
    await planning.subscriptions.create(make_subscription())
    planning.clock.time = MORNING + DAY
    forgetful = planning.replica(Forgetful(HeldBriefings(), planning.subscriptions))
    await forgetful.load([], [HERE])

    assert await forgetful.plan() == 1
    assert await planning.plan_at(MORNING + DAY + timedelta(minutes=1)) == 0
    assert (
        await planning.subscriptions.due(HERE, MORNING + DAY + timedelta(hours=1)) == []
    )


async def test_a_crash_while_a_clock_set_back_is_mended_costs_no_morning(
    planning: Planning,
) -> None:
    """What was not noted of it is noted by whoever plans next."""
    await planning.subscriptions.create(make_subscription())
    await planning.plan_at(MORNING + 5 * DAY)
    planning.clock.time = MORNING + timedelta(hours=1)
    dying = planning.replica(Dying(HeldBriefings(), planning.subscriptions))
    await dying.load([], [HERE])

    with pytest.raises(DatabaseUnavailable):
        await dying.plan()
    await planning.plan_at(MORNING + timedelta(hours=2))

    assert await planning.plan_at(MORNING + DAY) == 1


async def test_a_flight_west_plans_no_morning_twice(planning: Planning) -> None:
    """Eight o'clock in London was sent; at eight in New York nothing comes."""
    await planning.subscriptions.create(make_subscription())
    await planning.plan_at(MORNING + DAY)
    await planning.subscriptions.follow(HERE, OWNER, NEW_YORK)

    eight_in_new_york = datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert await planning.plan_at(eight_in_new_york) == 0
    assert await planning.plan_at(eight_in_new_york + DAY) == 1
    assert await planning.names() == ["2026-11-24T08:00", "2026-11-25T08:00"]


async def test_channels_are_known_an_hour_ahead(planning: Planning) -> None:
    """Their destinations are checked while there is time to do something."""
    await planning.subscriptions.create(make_subscription())
    await planning.subscriptions.create(
        make_subscription("subscription-2", destination=CHANNEL)
    )
    await planning.planner.load([], [HERE])

    coming = await planning.planner.channels_coming(MORNING + DAY)

    assert [(one.digest.id, at) for one, at in coming] == [
        ("subscription-2", MORNING + DAY)
    ]


class Dying(AllDigests):
    """A replica whose database goes away when subscriptions are to be noted."""

    async def planned(self, watermarks: object) -> None:
        raise DatabaseUnavailable("gone")


class Forgetful(AllDigests):
    """A replica that dies after its rows are committed."""

    async def planned(self, watermarks: object) -> None:
        pass
