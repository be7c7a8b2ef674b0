"""A simulated year in twelve zones: every occurrence has exactly one ending."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product, takewhile

import pytest

from bot.digests.delivery_timing import Timing, is_late
from bot.digests.models import Digest, Missed
from bot.digests.occurrences import (
    NamedTime,
    Occurrence,
    SkippedOccurrence,
    SkipReason,
    next_occurrences,
    nominal_name,
    occurrences,
    settle_missed,
)
from bot.digests.schedules import Schedule, local_times

# A year for each, in which its clocks do something: 2026 where nothing else is said.
YEARS = {
    "America/New_York": 2026,
    "Europe/London": 2026,
    "Europe/Berlin": 2026,
    "Australia/Lord_Howe": 2026,
    "America/Sao_Paulo": 2018,
    "Pacific/Apia": 2011,
    "Asia/Seoul": 2026,
    "Antarctica/Troll": 2026,
    "Asia/Pyongyang": 2018,
    "Europe/Istanbul": 2016,
    "Africa/Casablanca": 2026,
    "Pacific/Kiritimati": 1994,
}
CRONS = ["0 8 * * mon-fri", "30 1,2 * * *", "0 0 * * *", "59 23 l * *"]


@pytest.mark.parametrize("zone", YEARS)
def test_every_occurrence_of_a_year_has_exactly_one_ending(zone: str) -> None:
    """Whatever the schedule, the clock changes and the hours the bot was away."""
    for cron, missed in product(CRONS, Missed):
        digest = make_digest(cron, zone, missed)

        endings = [t.nominal for _, t in live_through(digest, YEARS[zone])]

        assert endings == named_in(digest.when, YEARS[zone])
        assert max(Counter(endings).values()) == 1


@pytest.mark.parametrize("zone", YEARS)
def test_nothing_is_sent_early_or_beyond_its_grace(zone: str) -> None:
    """A late one was within six hours, and none came with it after one outage."""
    digest = make_digest("0 */6 * * *", zone, Missed.LATEST)

    sent = [
        (tick, time)
        for tick, time in live_through(digest, YEARS[zone])
        if isinstance(time, Occurrence)
    ]

    late = [tick for tick, t in sent if is_late(t.scheduled_for, tick, Timing())]
    assert all(
        t.scheduled_for <= at <= t.scheduled_for + digest.grace for at, t in sent
    )
    assert len(late) == len(set(late))


def test_a_year_of_outages_shows_every_reason() -> None:
    """The simulation does meet what it is to prove."""
    digest = make_digest("30 8 * * *", "Pacific/Apia", Missed.LATEST)

    reasons = {
        time.reason
        for _, time in live_through(digest, 2011)
        if isinstance(time, SkippedOccurrence)
    }

    assert reasons == {
        SkipReason.HOLIDAY,
        SkipReason.NO_SUCH_DAY,
        SkipReason.SUPERSEDED,
        SkipReason.TOO_LATE,
    }


def make_digest(cron: str, zone: str, missed: Missed) -> Digest:
    schedule = Schedule(cron=cron, timezone=zone)
    holidays = tuple(date(year, 12, 25) for year in set(YEARS.values()))
    return Digest(
        id="brief",
        title="Brief",
        briefings=("harbour",),
        when=schedule,
        missed=missed,
        holidays=holidays,
    )


def live_through(digest: Digest, year: int) -> Iterator[tuple[datetime, NamedTime]]:
    """Plan from tick to tick for a year, away now and then; yield each ending."""
    planned_until, end = _year(year)
    for tick in _ticks(digest.when, planned_until, end):
        due = occurrences(digest.when, planned_until, tick, holidays=digest.holidays)
        for time in settle_missed(due, digest, now=tick, timing=Timing()):
            yield tick, time
        planned_until = tick


def _year(year: int) -> tuple[datetime, datetime]:
    return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)


def _ticks(schedule: Schedule, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Wake when something is due, but one time in twenty up to three days later."""
    chance = random.Random(5)
    at = begin
    while at < end:
        (due,) = next_occurrences(schedule, at, 1)
        is_away = chance.random() < 0.05
        away = timedelta(minutes=chance.randrange(60 * 72) if is_away else 0)
        at = min(due.scheduled_for + away, end)
        yield at


def named_in(schedule: Schedule, year: int) -> list[str]:
    """Name by cron alone what is due between the year's two ends in UTC."""
    begin, end = (
        instant.astimezone(schedule.zone).replace(tzinfo=UTC) for instant in _year(year)
    )
    named = local_times(schedule.expression, begin)
    return [nominal_name(local) for local in takewhile(lambda t: t <= end, named)]
