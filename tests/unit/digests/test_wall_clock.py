"""The clock on the wall: changes found, and found to the second."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.digests.occurrences import (
    ClockChange,
    Moment,
    WallClock,
    clock_change_between,
    latest_local_time,
)

LONDON = ZoneInfo("Europe/London")
FORWARD = datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_change_is_found_to_the_second() -> None:
    """A year is searched; the change is the instant the new offset begins."""
    change = clock_change_between(LONDON, datetime(2026, 1, 1, tzinfo=UTC), FORWARD)

    assert change == ClockChange(FORWARD, timedelta(0), timedelta(hours=1))
    assert change.forward == timedelta(hours=1)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(FORWARD, FORWARD + timedelta(days=30), id="at-the-beginning"),
        pytest.param(
            FORWARD - timedelta(days=30),
            FORWARD - timedelta(seconds=1),
            id="just-after-the-end",
        ),
        pytest.param(FORWARD, FORWARD, id="empty"),
    ],
)
def test_a_change_outside_the_window_is_not_found(
    since: datetime, until: datetime
) -> None:
    """The window is open at the beginning and closed at the end."""
    assert clock_change_between(LONDON, since, until) is None


def test_a_zone_without_changes_has_none() -> None:
    """Seoul has not touched its clocks since 1988."""
    begin = datetime(2000, 1, 1, tzinfo=UTC)

    change = clock_change_between(
        ZoneInfo("Asia/Seoul"), begin, begin + timedelta(days=9000)
    )

    assert change is None


def test_the_latest_local_time_outlasts_the_second_pass() -> None:
    """At the second 01:10 the clock has already shown up to 02:00."""
    now = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)

    latest = latest_local_time(LONDON, now)

    assert latest.isoformat(timespec="seconds") == "2026-10-25T01:59:59+00:00"


def test_a_time_in_the_gap_is_at_its_end() -> None:
    """London's 01:30 of that morning is never shown."""
    clock = WallClock(LONDON, FORWARD - timedelta(hours=3))

    assert clock.moment(datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == Moment(
        FORWARD, in_gap=True
    )


def test_months_ahead_are_reached_past_both_changes() -> None:
    """The clock passes every change between one asked time and the next."""
    clock = WallClock(LONDON, datetime(2026, 1, 1, tzinfo=UTC))

    moments = [
        clock.moment(datetime(2026, month, 15, 8, tzinfo=UTC)) for month in (2, 7, 12)
    ]

    assert [moment.at.hour for moment in moments] == [8, 7, 8]
