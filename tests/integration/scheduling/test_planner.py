"""Planning: every occurrence once, whatever was missed, edited or removed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.db.database import Database, open_database
from bot.digests.delivery_timing import Timing
from bot.digests.models import Digest
from bot.installation import Installation
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import DeliveryRecord, Status
from bot.outbox.notifier import Notifier
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import WatermarkStore
from bot.scheduling.digest_sources import AllDigests
from bot.scheduling.planner import Planner
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import StoppedClock
from tests.held import HeldBriefings
from tests.outbox import HERE, make_delivery

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def make_digest(id: str = "daily", **fields: Any) -> Digest:
    """Return a digest due each day at eight in London, for one channel."""
    defaults: dict[str, Any] = {
        "title": "Daily",
        "briefings": ["harbour"],
        "when": {"every": "day", "at": "08:00", "timezone": "Europe/London"},
        "to": ["C01"],
    }
    return Digest.model_validate({"id": id} | defaults | fields)


@dataclass
class Planning:
    """A planner with its stores, and what it has recorded."""

    database: Database
    clock: StoppedClock
    behind: bool = False
    installations: list[Installation] = field(default_factory=lambda: [HERE])

    def __post_init__(self) -> None:
        self.store = DeliveryStore(self.database, Notifier())
        self.destinations = DestinationStore(self.database)
        self.planner = self.replica()

    def replica(self) -> Planner:
        """Return another planner on the same database."""
        return Planner(
            self.store,
            WatermarkStore(self.database),
            self.destinations,
            timing=Timing(),
            subscribed=AllDigests(HeldBriefings(), SubscriptionStore(self.database)),
            is_behind=lambda: self.behind,
        )

    async def load(self, *digests: Digest) -> None:
        await self.planner.load(digests, self.installations)

    async def pass_time(self, by: timedelta) -> int:
        self.clock.move(by)
        return await self.planner.plan()

    async def records(self) -> tuple[DeliveryRecord, ...]:
        found = await DeliveryHistory(self.database).records(limit=1000)
        return tuple(reversed(found))

    async def recorded(self) -> list[tuple[str, str]]:
        records = await self.records()
        return [(r.key.occurrence, r.reason or r.status.value) for r in records]


@pytest.fixture
async def planning(database_url: str) -> AsyncIterator[Planning]:
    clock = StoppedClock(SUNDAY_NOON)
    async with open_database(database_url, clock=clock) as database:
        yield Planning(database, clock)


async def test_a_first_start_never_fires_for_the_past(planning: Planning) -> None:
    """The watermark begins when the schedule is first seen."""
    await planning.load(make_digest())

    assert await planning.planner.plan() == 0
    assert await planning.pass_time(timedelta(hours=19)) == 0


async def test_what_is_due_is_planned_once_for_each_recipient(
    planning: Planning,
) -> None:
    """Two replicas that plan the same minute make the same rows."""
    digest = make_digest(to=["C01", "#desk", "U07"])
    await planning.load(digest)
    other = planning.replica()
    await other.load([digest], [HERE])

    assert await planning.pass_time(timedelta(hours=20)) == 3
    assert await other.plan() == 0
    assert await planning.planner.plan() == 0
    first = (await planning.records())[0]
    assert first.key.occurrence == "2026-11-23T08:00"
    assert first.due_at == datetime(2026, 11, 23, 8, tzinfo=UTC)


async def test_a_workspace_that_is_removed_meanwhile_ends_no_planning(
    planning: Planning,
) -> None:
    """What was begun goes on with what it had; the next time does without it."""
    planning.installations.append(Installation("T0GONE"))
    digest = make_digest(to=["C01"])
    await planning.planner.load([digest], planning.installations, unnamed=HERE)
    planning.clock.move(timedelta(hours=20))

    under_way = asyncio.create_task(planning.planner.plan())
    await asyncio.sleep(0)
    await planning.planner.load([digest], [HERE])

    assert await under_way + await planning.planner.plan() == 1


async def test_a_quiet_minute_asks_for_nothing(planning: Planning) -> None:
    """When the next occurrence is due is known ahead."""
    await planning.load(make_digest())
    await planning.planner.plan()

    ((_, due),) = planning.planner.coming()
    assert due == datetime(2026, 11, 23, 8, tzinfo=UTC)


async def test_pinned_names_are_planned_into_their_channels_lane(
    planning: Planning,
) -> None:
    """What preflight resolved needs no question at eight."""
    await planning.destinations.pin(HERE, "#desk", "C9")
    await planning.load(make_digest(to=["#desk"]))

    await planning.pass_time(timedelta(hours=20))

    (record,) = await planning.records()
    assert (record.key.recipient, record.destination) == ("#desk", "C9")


async def test_after_a_downtime_only_the_latest_is_sent(planning: Planning) -> None:
    """Three missed mornings are recorded, and one of them is posted late."""
    await planning.load(make_digest())

    await planning.pass_time(2 * DAY + timedelta(hours=22))

    assert await planning.recorded() == [
        ("2026-11-23T08:00", "skipped: superseded"),
        ("2026-11-24T08:00", "skipped: superseded"),
        ("2026-11-25T08:00", "planned"),
    ]


async def test_what_was_missed_for_longer_than_its_grace_is_skipped(
    planning: Planning,
) -> None:
    """Yesterday morning's digest is not posted this evening."""
    await planning.load(make_digest(grace="1 hour"))

    await planning.pass_time(timedelta(hours=22))

    assert await planning.recorded() == [("2026-11-23T08:00", "skipped: too late")]


async def test_a_digest_that_skips_what_it_missed_says_so(planning: Planning) -> None:
    """`missed: skip` is recorded like any other ending."""
    await planning.load(make_digest(missed="skip"))

    await planning.pass_time(timedelta(hours=21))

    assert await planning.recorded() == [("2026-11-23T08:00", "skipped: missed")]


async def test_a_holiday_is_recorded_as_skipped(planning: Planning) -> None:
    """Silence always has a reason that can be asked for."""
    await planning.load(make_digest(holidays=["2026-11-23"]))

    await planning.pass_time(timedelta(hours=20))

    assert await planning.recorded() == [("2026-11-23T08:00", "skipped: holiday")]


async def test_an_edited_schedule_starts_anew_and_cancels_what_is_planned(
    planning: Planning,
) -> None:
    """Nobody gets the old hour's digest after the hour was changed."""
    await planning.load(make_digest())
    await planning.pass_time(timedelta(hours=20))
    when = {"every": "day", "at": "07:00", "timezone": "Europe/London"}

    await planning.load(make_digest(when=when))

    assert await planning.planner.plan() == 0
    assert await planning.recorded() == [
        ("2026-11-23T08:00", "skipped: schedule changed")
    ]


async def test_a_change_of_words_leaves_the_schedule_alone(planning: Planning) -> None:
    """Only when it is due makes a schedule another one."""
    await planning.load(make_digest())
    await planning.pass_time(timedelta(hours=20))

    await planning.load(make_digest(title="Morning"))

    assert await planning.recorded() == [("2026-11-23T08:00", "planned")]


async def test_a_removed_digest_cancels_what_is_planned(planning: Planning) -> None:
    """And forgets its watermark: if it comes back, it starts anew."""
    await planning.load(make_digest())
    await planning.pass_time(timedelta(hours=20))

    await planning.load()
    await planning.load(make_digest())

    assert await planning.planner.plan() == 0
    assert await planning.recorded() == [
        ("2026-11-23T08:00", "skipped: schedule removed")
    ]


async def test_a_removed_recipient_gets_nothing_more(planning: Planning) -> None:
    """The others keep what is planned for them."""
    await planning.load(make_digest(to=["C01", "C02"]))
    await planning.pass_time(timedelta(hours=20))

    await planning.load(make_digest(to=["C02"]))

    assert {r.key.recipient: r.reason for r in await planning.records()} == {
        "C01": "skipped: recipient removed",
        "C02": "",
    }


@pytest.mark.parametrize(
    "edited",
    [
        make_digest(to=["C01"]),
        make_digest(to=[]),
        make_digest(when={"every": "day", "at": "09:00", "timezone": "UTC"}),
    ],
    ids=["as it was", "for nobody", "at another hour"],
)
async def test_what_was_sent_by_hand_is_not_cancelled_by_a_reload(
    planning: Planning, edited: Digest
) -> None:
    """Somebody wanted it there, whatever the file says of who gets it when."""
    await planning.load(make_digest())
    by_hand = make_delivery("C09", subject="daily", occurrence="2026-11-22T12:00:05")
    await planning.store.plan([by_hand])

    await planning.load(edited)

    assert await planning.recorded() == [("2026-11-22T12:00:05", "planned")]


async def test_what_was_sent_by_hand_goes_with_its_digest(planning: Planning) -> None:
    """There is nothing left that it could say."""
    await planning.load(make_digest())
    by_hand = make_delivery("C09", subject="daily", occurrence="2026-11-22T12:00:05")
    await planning.store.plan([by_hand])

    await planning.load()

    assert await planning.recorded() == [
        ("2026-11-22T12:00:05", "skipped: schedule removed")
    ]


async def test_a_digest_waiting_for_a_channel_has_not_begun(planning: Planning) -> None:
    """The first channel gets the next occurrence, not those before it."""
    await planning.load(make_digest(to=[]))
    await planning.pass_time(timedelta(hours=20))

    await planning.load(make_digest())

    assert await planning.planner.plan() == 0
    assert await planning.pass_time(DAY) == 1


async def test_a_replica_that_is_behind_plans_nothing(planning: Planning) -> None:
    """Once it has caught up, nothing was lost."""
    await planning.load(make_digest())
    planning.behind = True
    assert await planning.pass_time(timedelta(hours=20)) == 0

    planning.behind = False
    assert await planning.planner.plan() == 1


async def test_recipients_belong_to_the_workspace_they_name(planning: Planning) -> None:
    """One file may serve several workspaces, each with its own rows."""
    planning.installations = [HERE, Installation("T02")]
    await planning.load(make_digest(to=["T01/C01", "T02/C01"]))

    await planning.pass_time(timedelta(hours=20))

    records = await planning.records()
    assert {r.key.installation.team_id for r in records} == {"T01", "T02"}
    assert {r.destination for r in records} == {"C01"}
    assert {r.status for r in records} == {Status.PLANNED}


@pytest.mark.parametrize("to", [["U07", "T01/U07"], ["T01/U07", "U07"]])
async def test_a_person_named_with_and_without_workspace_gets_one_row(
    planning: Planning, to: list[str]
) -> None:
    """One of two rows would be posted before it is known which conversation it was."""
    await planning.load(make_digest(to=to))

    await planning.pass_time(timedelta(hours=20))

    assert [r.key.recipient for r in await planning.records()] == to[:1]
