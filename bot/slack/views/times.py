"""Days, hours and zones in words, in English whatever the machine's language. No I/O.

Where a reader's own zone matters, Slack's token for an instant is used.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.slack.views.mrkdwn import date_token, escape

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
    """Name the zone that a time is in: "London", "New York", else "UTC+02:00"."""
    if isinstance(at.tzinfo, ZoneInfo):
        return at.tzinfo.key.rpartition("/")[2].replace("_", " ")
    return f"{at:%Z}"


def zone_words(zone: str) -> str:
    """Name a zone as people do: "London time"; one without a place by its own name."""
    area, _, city = zone.rpartition("/")
    if not area or area == "Etc":
        return zone
    return f"{city.replace('_', ' ')} time"


def clock_words(instant: datetime, zone: str) -> str:
    """Say an instant in a zone: "Tue 24 November 08:00 London time"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{say_short_weekday(local)} {say_hour(local)} {zone_words(zone)}"


def moment(instant: datetime) -> str:
    """Return Slack's token for an instant, which each reader sees in their own zone.

    For where nobody's zone is known and no other hour stands beside it: the reader's
    Slack may write "8:00 AM". Where it is not understood, as in a notification, the
    words are in UTC.
    """
    words = escape(clock_words(instant, "UTC"))
    return date_token(int(instant.timestamp()), "{date_short_pretty} {time}", words)


def day_of(instant: datetime, zone: str) -> str:
    """Return Slack's token for a day, where the hour is said beside it already."""
    local = instant.astimezone(ZoneInfo(zone))
    words = escape(say_short_weekday(local))
    return date_token(int(instant.timestamp()), "{date_short_pretty}", words)
