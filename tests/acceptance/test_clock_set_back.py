"""A clock that is set back: digests go on, nothing comes twice, and it is said."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.db.tables import deliveries
from bot.interfaces import ring_or_stop
from bot.simulator.faults import FaultKind, FaultRule
from tests.acceptance.newsroom import DIGESTS, SUNDAY, Newsroom, open_newsroom

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = DIGESTS.replace("0 8 * * *", "0 * * * *").replace(", U0ALICE", "")
HOURLY = HOURLY.replace("to:", "show: full\n    to:")


@pytest.fixture
async def newsroom(database_url: str, tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path / "briefs", database_url) as newsroom:
        await newsroom.edit("digests.yaml", HOURLY)
        yield newsroom


async def hour(newsroom: Newsroom, at: datetime) -> None:
    """Let it be that hour by the clock, wherever the clock was before."""
    left = (at - newsroom.clock.now()).total_seconds()
    if left < 0:
        newsroom.clock.set_back(-timedelta(seconds=left))
    await newsroom.at(at)


def hours_of(endings: list[tuple[str, str, str]]) -> list[tuple[int, str]]:
    return [(int(occurrence[11:13]), reason) for occurrence, _, reason in endings]


async def test_digests_go_on_and_nothing_comes_twice(newsroom: Newsroom) -> None:
    """The hours that come a second time were sent; the next ones are new."""
    for at in (13, 14, 15):
        await hour(newsroom, SUNDAY.replace(hour=at))
    for at in (13, 14, 15, 16):
        await hour(newsroom, SUNDAY.replace(hour=at, minute=1))

    endings = hours_of(await newsroom.endings())
    assert [at for at, _ in endings] == [13, 14, 15, 16]
    assert {reason for _, reason in endings} == {"sent"}
    assert len(newsroom.shown()) == 4


async def test_a_clock_that_ran_ahead_by_days_costs_no_digest(
    newsroom: Newsroom,
) -> None:
    """What was skipped as missed by a wrong clock is due when its hour comes."""
    await hour(newsroom, SUNDAY.replace(hour=13))
    await hour(newsroom, SUNDAY.replace(hour=13) + timedelta(days=3))
    before = len(newsroom.shown())

    await hour(newsroom, SUNDAY.replace(hour=13, minute=30))
    await hour(newsroom, SUNDAY.replace(hour=14))
    await hour(newsroom, SUNDAY.replace(hour=15))

    assert len(newsroom.shown()) == before + 2


async def test_a_process_that_starts_before_its_watermarks_plans_on(
    newsroom: Newsroom,
) -> None:
    """Nothing in memory says that the clock was set back: the watermark does."""
    await hour(newsroom, SUNDAY.replace(hour=15))
    await newsroom.stop()
    newsroom.clock.set_back(2 * HOUR)
    await newsroom.start()

    await hour(newsroom, SUNDAY.replace(hour=13, minute=5))
    await hour(newsroom, SUNDAY.replace(hour=14))

    assert hours_of(await newsroom.endings())[-2:] == [(14, "sent"), (15, "sent")]


async def test_the_operator_hears(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    """By the log, and by a metric; once, since it is mended."""
    await hour(newsroom, SUNDAY.replace(hour=15))
    with caplog.at_level(logging.ERROR):
        await hour(newsroom, SUNDAY.replace(hour=13, minute=1))
        await hour(newsroom, SUNDAY.replace(hour=13, minute=2))

    records = [r for r in caplog.records if r.msg == "planner.clock_set_back"]
    assert [record.__dict__["digests"] for record in records] == [1]
    registry = newsroom.capabilities.metrics.registry
    assert registry.get_sample_value("briefing_bot_watermarks_mended_total") == 1
    assert newsroom.capabilities.planner.mended


async def test_what_slack_put_off_does_not_wait_for_the_old_time(
    newsroom: Newsroom,
) -> None:
    """It was to be tried again two seconds later, by a clock that was hours ahead."""
    refusal = FaultRule(
        kind=FaultKind.PLAIN_429, method="chat.postMessage", seconds=1, count=1
    )
    newsroom.simulator.faults.add(refusal)
    await hour(newsroom, SUNDAY.replace(hour=15))
    database = newsroom.capabilities.stores.database
    # It was due by both clocks: a row of later today waits for its hour.
    due = update(deliveries).values(due_at=SUNDAY)
    await database.write(lambda c: c.execute(due))

    await hour(newsroom, SUNDAY.replace(hour=13, minute=1))

    assert "sent late" in {reason for _, reason in hours_of(await newsroom.endings())}


async def test_a_wait_for_an_alarm_is_bounded() -> None:
    """The scheduler goes by the machine's clock, whose alarms may be hours away."""
    alarm, stop = asyncio.Event(), asyncio.Event()

    assert await ring_or_stop(alarm, stop, within_s=0.01)
