"""The contract of `SubscriptionStore`, on both databases."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.db.database import Database, open_database
from bot.installation import Installation
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import DeliveryKind, NewDelivery
from bot.outbox.notifier import Notifier
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import Watermark, WatermarkStore
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import MORNING, StoppedClock
from tests.outbox import HERE, make_delivery
from tests.subscriptions import CHANNEL, NEW_YORK, OWNER, TOKYO, make_subscription

ID = "subscription-1"
DAY = timedelta(days=1)
ELSEWHERE = Installation("T2")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(database_url, clock=clock) as database:
        yield database


@pytest.fixture
def store(database: Database) -> SubscriptionStore:
    return SubscriptionStore(database)


async def watermark(database: Database) -> Watermark | None:
    marks = await WatermarkStore(database).watermarks(HERE)
    return marks.get(ID)


async def due_ids(store: SubscriptionStore, by: datetime) -> list[str]:
    return [each.id for each in await store.due(HERE, by)]


class TestKeeping:
    async def test_what_is_kept_comes_back_as_it_was(
        self, store: SubscriptionStore
    ) -> None:
        """A restart in the middle of the night changes nobody's morning."""
        wanted = make_subscription(topics=("harbour/storm", "harbour/costs"))

        await store.create(wanted)

        assert await store.find(HERE, ID) == wanted

    async def test_a_form_that_is_sent_twice_subscribes_once(
        self, store: SubscriptionStore
    ) -> None:
        """Slack may tell us of one press two times."""
        assert await store.create(make_subscription())
        assert not await store.create(make_subscription())

        assert len(await store.of_person(HERE, OWNER)) == 1

    async def test_people_and_channels_have_their_lists(
        self, store: SubscriptionStore
    ) -> None:
        """A person sees what they set up anywhere, a channel what comes to it."""
        mine = make_subscription()
        ours = make_subscription("subscription-2", destination=CHANNEL)
        theirs = make_subscription("subscription-3", owner_id="U0BEN")
        for each in (mine, ours, theirs):
            await store.create(each)

        assert await store.of_person(HERE, OWNER) == [mine, ours]
        assert await store.in_channel(HERE, CHANNEL) == [ours]
        assert await store.of_installation(HERE) == [mine, ours, theirs]

    async def test_workspaces_do_not_see_each_other(
        self, store: SubscriptionStore
    ) -> None:
        """Ids of people and subscriptions are told apart by their workspace."""
        await store.create(make_subscription())
        await store.create(make_subscription(installation=ELSEWHERE))

        assert await store.delete(ELSEWHERE, ID)
        assert await store.find(HERE, ID) is not None
        assert await store.find(ELSEWHERE, ID) is None

    async def test_deleting_takes_the_watermark_along(
        self, store: SubscriptionStore, database: Database
    ) -> None:
        """Nothing is left of what somebody no longer wants."""
        await store.create(make_subscription())

        assert await store.delete(HERE, ID)

        assert not await store.delete(HERE, ID)
        assert await watermark(database) is None


class TestItsDeliveries:
    async def test_its_introduction_is_planned_with_it_and_once(
        self, store: SubscriptionStore, database: Database
    ) -> None:
        """No crash leaves a channel with a digest of which nobody knows whose it is."""
        introduction = make_delivery(CHANNEL, subject=ID, kind=DeliveryKind.NOTICE)
        await store.create(make_subscription(destination=CHANNEL), introduction)
        await store.create(make_subscription(destination=CHANNEL), introduction)

        assert await reasons(database) == [""]

    async def test_what_was_planned_ends_when_it_is_paused(
        self, store: SubscriptionStore, database: Database
    ) -> None:
        """Whoever presses Pause at eight gets nothing at eight."""
        await store.create(make_subscription())
        await plan(database, make_delivery(OWNER, subject=ID))

        await store.pause(HERE, ID)

        assert await reasons(database) == ["skipped: paused"]

    async def test_what_was_planned_ends_when_it_is_deleted(
        self, store: SubscriptionStore, database: Database
    ) -> None:
        """Each occurrence has its ending, the last one too."""
        await store.create(make_subscription())
        await plan(database, make_delivery(OWNER, subject=ID))

        await store.delete(HERE, ID)

        assert await reasons(database) == ["skipped: schedule removed"]


async def plan(database: Database, row: NewDelivery) -> None:
    store = DeliveryStore(database, Notifier())
    await store.plan([row])


async def reasons(database: Database) -> list[str]:
    return [each.reason for each in await DeliveryHistory(database).records()]


class TestComingDue:
    async def test_a_new_one_begins_now(
        self, store: SubscriptionStore, database: Database
    ) -> None:
        """Setting up at nine does not send what was due at eight."""
        subscription = make_subscription()
        await store.create(subscription)

        schedule = subscription.digest.schedule_fingerprint
        assert await watermark(database) == Watermark(HERE, ID, schedule, MORNING)
        assert await due_ids(store, MORNING + DAY - timedelta(seconds=1)) == []
        assert await due_ids(store, MORNING + DAY) == [ID]

    async def test_what_is_planned_is_due_at_its_next_time(
        self, store: SubscriptionStore
    ) -> None:
        """The planner hears of a subscription once for each of its times."""
        subscription = make_subscription()
        await store.create(subscription)
        schedule = subscription.digest.schedule_fingerprint

        await store.planned([Watermark(HERE, ID, schedule, MORNING + DAY)])

        assert await due_ids(store, MORNING + DAY) == []
        assert await due_ids(store, MORNING + 2 * DAY) == [ID]

    async def test_planning_an_earlier_schedule_changes_nothing(
        self, store: SubscriptionStore
    ) -> None:
        """Somebody may land in another zone while the planner is at work."""
        await store.create(make_subscription())

        await store.planned([Watermark(HERE, ID, "another", MORNING + 2 * DAY)])

        assert await due_ids(store, MORNING + DAY) == [ID]

    async def test_channels_can_be_asked_for_alone(
        self, store: SubscriptionStore
    ) -> None:
        """Whoever checks destinations ahead need not look at ten thousand people."""
        ours = make_subscription("subscription-2", destination=CHANNEL)
        await store.create(make_subscription())
        await store.create(ours)

        assert await store.due_in_channels(HERE, MORNING + DAY) == [ours]

    async def test_a_paused_one_is_not_due(self, store: SubscriptionStore) -> None:
        """Pausing keeps everything but the mornings."""
        await store.create(make_subscription())

        assert await store.pause(HERE, ID)

        assert not await store.pause(HERE, ID)
        assert await due_ids(store, MORNING + 2 * DAY) == []
        paused = await store.find(HERE, ID)
        assert paused == replace(make_subscription(), next_at=None)

    async def test_a_resumed_one_begins_anew(
        self, store: SubscriptionStore, clock: StoppedClock
    ) -> None:
        """After a holiday the missed mornings do not come all at once."""
        await store.create(make_subscription())
        await store.pause(HERE, ID)
        clock.move(10 * DAY + timedelta(hours=1))

        assert await store.resume(HERE, ID)

        assert not await store.resume(HERE, ID)
        assert await due_ids(store, clock.now()) == []
        assert await due_ids(store, MORNING + 11 * DAY) == [ID]


class TestFollowing:
    async def test_only_dms_of_that_person_follow(
        self, store: SubscriptionStore
    ) -> None:
        """A channel stays at the hour it agreed on."""
        await store.create(make_subscription())
        await store.create(make_subscription("subscription-2", destination=CHANNEL))
        await store.create(make_subscription("subscription-3", owner_id="U0BEN"))

        assert await store.follow(HERE, OWNER, TOKYO) == 1

        zones = {s.id: s.rhythm.zone for s in await store.of_installation(HERE)}
        assert zones[ID] == TOKYO
        assert set(zones.values()) - {TOKYO} == {"Europe/London"}

    async def test_a_flight_west_waits_for_tomorrow(
        self, store: SubscriptionStore
    ) -> None:
        """Eight o'clock was sent in London; New York's eight o'clock is the same."""
        await store.create(make_subscription())

        await store.follow(HERE, OWNER, NEW_YORK)

        tomorrow = datetime(2026, 11, 24, 13, tzinfo=UTC)
        assert await due_ids(store, tomorrow - timedelta(seconds=1)) == []
        assert await due_ids(store, tomorrow) == [ID]

    async def test_a_flight_east_has_its_morning_due_at_once(
        self, store: SubscriptionStore, clock: StoppedClock
    ) -> None:
        """It was seven in New York, and Tokyo's eight o'clock is over."""
        clock.time = datetime(2026, 11, 23, 12, tzinfo=UTC)
        await store.create(make_subscription(zone=NEW_YORK, now=clock.now()))

        await store.follow(HERE, OWNER, TOKYO)

        assert await due_ids(store, clock.now()) == [ID]

    async def test_a_paused_one_moves_and_stays_paused(
        self, store: SubscriptionStore
    ) -> None:
        """It resumes in the zone its owner is in by then."""
        await store.create(make_subscription())
        await store.pause(HERE, ID)

        await store.follow(HERE, OWNER, TOKYO)

        followed = await store.find(HERE, ID)
        assert followed is not None
        assert (followed.is_paused, followed.rhythm.zone) == (True, TOKYO)


class TestForgettingAnOwner:
    async def test_what_is_for_a_channel_goes_on_and_theirs_ends(
        self, store: SubscriptionStore
    ) -> None:
        """The channel's readers asked for nothing to end; others' stay as they were."""
        of_channel = make_subscription("subscription-2", destination=CHANNEL)
        of_another = make_subscription("subscription-3", owner_id="U0OTHER")
        for each in (make_subscription(), of_channel, of_another):
            await store.create(each)

        left = await store.forget_owner(HERE, OWNER)

        assert list(left) == [of_channel]
        assert await store.find(HERE, ID) is None
        assert await store.find(HERE, "subscription-2") == replace(
            of_channel, owner_id=""
        )
        assert await store.find(HERE, "subscription-3") == of_another
        assert await store.forget_owner(HERE, OWNER) == []
