"""Days and hours in words, in English whatever the machine's language. No I/O."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)


def say_day(day: date) -> str:
    """Say "2 August 2025"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_weekday(day: date) -> str:
    """Say "Tuesday 8 July"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def say_short_weekday(day: date) -> str:
    """Say "Tue 8 July"."""
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1]}"


def say_hour(at: datetime) -> str:
    """Say "08:00"."""
    return f"{at:%H:%M}"


def say_zone(at: datetime) -> str:
    """Say where the clock hangs: "London", "New York", else "UTC+02:00"."""
    if isinstance(at.tzinfo, ZoneInfo):
        return at.tzinfo.key.rpartition("/")[2].replace("_", " ")
    return f"{at:%Z}"
