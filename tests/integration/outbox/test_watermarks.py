"""Watermarks: they advance with the rows that are planned, each for its own digest."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.db.database import Database, open_database
from bot.installation import Installation
from bot.outbox.notifier import Notifier
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import Watermark, WatermarkStore
from tests.fakes import MORNING, StoppedClock
from tests.outbox import HERE, make_delivery

HOUR = timedelta(hours=1)
ELSEWHERE = Installation("T02")


def mark(
    digest_id: str = "weekday-brief",
    *,
    hours: int = 0,
    schedule: str = "s1",
    installation: Installation = HERE,
) -> Watermark:
    """Return a watermark so many hours after the morning."""
    return Watermark(installation, digest_id, schedule, MORNING + hours * HOUR)


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(database_url, clock=clock) as database:
        marks = [mark(), mark("other"), mark(installation=ELSEWHERE)]
        await WatermarkStore(database).start(marks)
        yield database


async def plan(database: Database, *marks: Watermark) -> int:
    """Plan a row of the default digest with these marks; return how many were new."""
    store = DeliveryStore(database, Notifier())
    return len(await store.plan_occurrences([make_delivery()], marks))


async def hours(database: Database, installation: Installation = HERE) -> list[int]:
    """Return how far each watermark is past the morning, by digest id."""
    marks = await WatermarkStore(database).watermarks(installation)
    return [(marks[id].planned_until - MORNING) // HOUR for id in sorted(marks)]


async def test_a_watermark_advances_alone(database: Database) -> None:
    """Neither another digest's nor another workspace's moves with it."""
    assert await plan(database, mark("weekday-brief", hours=1)) == 1

    assert await hours(database) == [0, 1]
    assert await hours(database, ELSEWHERE) == [0]


async def test_each_watermark_advances_to_its_own_time(database: Database) -> None:
    """Digests that are planned together need not be planned as far."""
    marks = [mark(hours=1), mark("other", hours=2)]
    assert await plan(database, *marks) == 1

    assert await hours(database) == [2, 1]


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(mark(hours=1, schedule="edited"), id="edited"),
        pytest.param(mark("removed", hours=1), id="removed"),
        pytest.param(mark(hours=0), id="planned-by-another"),
    ],
)
async def test_what_does_not_advance_plans_nothing(
    database: Database, late: Watermark
) -> None:
    """Another replica planned these rows, or they are of a schedule that is gone."""
    assert await plan(database, late) == 0

    assert await hours(database) == [0, 0]


async def test_a_schedule_begins_once_until_it_is_edited(database: Database) -> None:
    """Whoever starts later does not plan again what is planned."""
    store = WatermarkStore(database)

    await store.start([mark(hours=5), mark("other", hours=5, schedule="edited")])

    assert await hours(database) == [5, 0]


async def test_a_watermark_is_forgotten_alone(database: Database) -> None:
    """The digest of the same name in another workspace goes on."""
    await WatermarkStore(database).forget(HERE, "weekday-brief")

    assert len(await hours(database)) == 1
    assert len(await hours(database, ELSEWHERE)) == 1
