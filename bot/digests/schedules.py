"""Times as an author writes them: schedules, zones and lengths of time."""

import re
from datetime import time, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator

from bot.briefing.problems import nearest
from bot.briefing.scalars import Model
from bot.digests.cron import read_cron


class Every(StrEnum):
    """The days on which a schedule in words is due."""

    DAY = "day"
    WEEKDAY = "weekday"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_CRON_DAYS = {Every.DAY: "*", Every.WEEKDAY: "mon-fri"}


def _read_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)
    if not match:
        raise ValueError(f'at "{value}" is not a time of day. Write it as 08:00.')
    return time(int(match[1]), int(match[2]))


def _check_cron(text: str) -> str:
    read_cron(text)
    return text


_WITHOUT_SUMMER_TIME = {
    "EST": "America/New_York",
    "MST": "America/Denver",
    "HST": "Pacific/Honolulu",
}


def read_zone(name: str) -> str:
    """Return the name if it is a zone's; raise ValueError with the nearest otherwise.

    `EST`, `MST` and `HST` are refused: the data has them, but without summer time.
    """
    if name in _WITHOUT_SUMMER_TIME:
        raise ValueError(
            f'timezone "{name}" is an abbreviation that knows no summer time. '
            f"Name a place: {_WITHOUT_SUMMER_TIME[name]}."
        )
    if name in _zone_names():
        return name

    near = _nearest_zone(name)
    raise ValueError(
        f'timezone "{name}" is not known; did you mean {near}?'
        if near
        else f'timezone "{name}" is not known. Use an IANA name such as Europe/London.'
    )


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


def _nearest_zone(name: str) -> str | None:
    """Guess a place by its name, then by its city; an abbreviation is no place."""
    if name.isupper():
        return None
    wanted = name.strip().lower().replace(" ", "_")
    places = {
        place.lower(): place
        for place in sorted(_zone_names())
        if "/" in place and not place.startswith("Etc/")
    }
    cities = {place.rpartition("/")[2]: place for place in places}

    city = nearest(wanted.rpartition("/")[2], cities)
    found = nearest(wanted, places) or (city and cities[city])
    return places[found] if found else None


_TIME_OF_DAY = {"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$"}

CronText = Annotated[str, AfterValidator(_check_cron)]
ZoneName = Annotated[str, AfterValidator(read_zone)]
TimeOfDay = Annotated[time, BeforeValidator(_read_time), WithJsonSchema(_TIME_OF_DAY)]


class Schedule(Model):
    """Either `cron`, or `every` with `at`; the zone is never guessed."""

    timezone: ZoneName
    cron: CronText | None = None
    every: Every | None = None
    at: TimeOfDay | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose clock the schedule goes by."""
        return ZoneInfo(self.timezone)

    @property
    def expression(self) -> str:
        """The schedule as a cron expression of five fields, in numbers."""
        if self.cron:
            return read_cron(self.cron)
        assert self.every is not None, "validated: either cron or every"
        assert self.at is not None, "validated: every has its at"
        days = _CRON_DAYS.get(self.every, self.every.value)
        return read_cron(f"{self.at.minute} {self.at.hour} * * {days}")

    @model_validator(mode="after")
    def _has_one_form(self) -> "Schedule":
        if self.cron and (self.every or self.at):
            raise ValueError(
                'A schedule has either "cron", or "every" with "at", not both. '
                "Remove one of them."
            )
        if not self.cron and not (self.every and self.at is not None):
            raise ValueError(
                'A schedule needs "cron", or "every" with "at". '
                "Try every: weekday, at: 08:00."
            )
        return self


_UNITS_OF_TIME = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
_DURATION = r"([1-9]\d{0,3}) (minute|hour|day)s?"


def _read_duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    match = re.fullmatch(_DURATION, value)
    if not match:
        raise ValueError(
            f'"{value}" is not a length of time. '
            "Write it as 30 minutes, 6 hours or 2 days."
        )
    return int(match[1]) * _UNITS_OF_TIME[match[2]]


Duration = Annotated[
    timedelta,
    BeforeValidator(_read_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION}$"}),
]
"""Written as `30 minutes`, `6 hours` or `2 days`."""


def duration_in_words(duration: timedelta) -> str:
    """Say a length of time in the largest unit that divides it: "6 hours"."""
    for unit, length in _UNITS_OF_TIME.items():
        count, rest = divmod(duration, length)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{duration.total_seconds():g} seconds"
