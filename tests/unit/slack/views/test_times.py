"""Days, hours and zones in words."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.slack.views.times import (
    say_day,
    say_hour,
    say_short_weekday,
    say_weekday,
    say_zone,
)


def test_days_and_months_are_named_in_english() -> None:
    """Whatever the machine speaks."""
    months = [say_day(date(2026, month, 1)).split()[1] for month in range(1, 13)]
    monday = date(2026, 11, 23)
    week = [say_weekday(monday + timedelta(days=n)).split()[0] for n in range(7)]

    assert months == [
        *("January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December"),
    ]
    assert week == [
        *("Monday", "Tuesday", "Wednesday", "Thursday"),
        *("Friday", "Saturday", "Sunday"),
    ]


def test_a_day_is_said_with_what_matters_there() -> None:
    """The year in a history, the weekday in a digest."""
    due = datetime(2026, 11, 3, 8, 5, tzinfo=UTC)

    assert say_day(due) == "3 November 2026"
    assert say_weekday(due) == "Tuesday 3 November"
    assert say_short_weekday(due) == "Tue 3 November"
    assert say_hour(due) == "08:05"


def test_a_zone_is_named_by_its_place_or_its_offset() -> None:
    """A zone without a place has nothing better than a number."""
    due = datetime(2026, 11, 3, 8, tzinfo=UTC)

    assert say_zone(due.astimezone(ZoneInfo("America/New_York"))) == "New York"
    assert say_zone(due.astimezone(timezone(timedelta(hours=2)))) == "UTC+02:00"
