"""Times as an author writes them: schedules, cron, zones and lengths of time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from pydantic import (
    AfterValidator,
    BeforeValidator,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bot.briefing.field_types import Model
from bot.briefing.problems import nearest

_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * sun",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


@dataclass(frozen=True, slots=True)
class _CronField:
    """What a field of cron may hold: numbers, words for them, a pattern beyond both.

    Where the first of the words also ends a round (`mon-sun`), `round_end` is its
    other number.
    """

    name: str
    numbers: range
    words: tuple[tuple[str, ...], ...] = ()
    beyond: str = ""
    round_end: int | None = None

    @property
    def allowed(self) -> str:
        numbers = f"{self.numbers[0]}-{self.numbers[-1]}"
        words = f" or {self.words[0][0]}-{self.words[-1][0]}" if self.words else ""
        return f"{numbers}{words}"


_MONTHS = (
    *(("jan", "january"), ("feb", "february"), ("mar", "march"), ("apr", "april")),
    *(("may",), ("jun", "june"), ("jul", "july"), ("aug", "august")),
    *(("sep", "september"), ("oct", "october"), ("nov", "november")),
    ("dec", "december"),
)
_WEEKDAYS = (
    *(("sun", "sunday"), ("mon", "monday"), ("tue", "tuesday"), ("wed", "wednesday")),
    *(("thu", "thursday"), ("fri", "friday"), ("sat", "saturday")),
)
_CRON_FIELDS = (
    _CronField("minute", range(60)),
    _CronField("hour", range(24)),
    _CronField("day", range(1, 32), beyond="lw?"),
    _CronField("month", range(1, 13), words=_MONTHS),
    _CronField("weekday", range(8), _WEEKDAYS, beyond="[0-7](l|#[1-5])", round_end=7),
)


@lru_cache(maxsize=1024)
def read_cron(text: str) -> str:
    """Return the expression in numbers, with single spaces.

    Raise ValueError with a text for its author. As in every cron, day and weekday must
    both hold when one of them begins with a star; otherwise either is enough.
    """
    nickname = _NICKNAMES.get(text.strip().lower())
    if nickname:
        raise ValueError(
            f'cron "{text}" is a nickname; write out its five fields: "{nickname}".'
        )

    parts = text.lower().split()
    if len(parts) != len(_CRON_FIELDS):
        count = f"{len(parts)} field{'' if len(parts) == 1 else 's'}"
        meant = "0 8 * * mon-fri"
        if len(parts) == len(_CRON_FIELDS) + 1:
            # The other dialects have seconds in front, or a year at the end.
            is_year = re.fullmatch(r"\d{4}.*", parts[-1])
            meant = " ".join(parts[:-1] if is_year else parts[1:])
        raise ValueError(
            f'cron "{text}" has {count}, five are needed: '
            f'minute hour day month weekday; try "{meant}".'
        )

    try:
        expression = " ".join(
            ",".join(_read_term(field, term) for term in part.split(","))
            for field, part in zip(_CRON_FIELDS, parts, strict=True)
        )
    except ValueError as error:
        raise ValueError(f'cron "{text}": {error}') from error

    try:
        local_times(expression, datetime(2000, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(
            f'cron "{text}" names a day that none of its months has, so it would never '
            "be due; choose another day or month."
        ) from error
    return expression


def _read_term(field: _CronField, term: str) -> str:
    if field.beyond and re.fullmatch(field.beyond, term):
        return term

    span, slash, step = term.partition("/")
    begin, dash, end = span.partition("-")
    if span == "*":
        read = span
    elif not dash:
        read = str(_read_value(field, begin))
    else:
        first, last = _read_value(field, begin), _read_value(field, end)
        if last == 0 and field.round_end is not None:
            last = field.round_end
        if last < first:
            top, bottom = str(field.numbers[-1]), str(field.numbers[0])
            if field.words:
                top, bottom = field.words[-1][0], field.words[0][0]
            raise ValueError(
                f'the {field.name}s "{begin}-{end}" run backwards; '
                f'write them as two: "{begin}-{top},{bottom}-{end}".'
            )
        read = f"{first}-{last}"

    if not slash:
        return read
    highest = field.numbers[-1]
    if re.fullmatch("[0-9]{1,2}", step) and 1 <= int(step) <= highest:
        return f"{read}/{int(step)}"
    raise ValueError(
        f'the step "/{step}" of the {field.name}s is not allowed; '
        f"allowed: /1 to /{highest}."
    )


def _read_value(field: _CronField, value: str) -> int:
    for number, names in enumerate(field.words, start=field.numbers[0]):
        if value in names:
            return number
    if re.fullmatch("[0-9]{1,2}", value) and int(value) in field.numbers:
        return int(value)
    raise ValueError(
        f'{field.name} "{value}" is not allowed; allowed: {field.allowed}.'
    )


def local_times(expression: str, after: datetime) -> Iterator[datetime]:
    """Enumerate the local times an expression names after a local time.

    Local times are carried as if they were UTC, where cronsim applies no rule of its
    own for clock changes. It ends when nothing is named for fifty years.
    """
    times: Iterator[datetime] = CronSim(expression, after)
    return times


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
TimeOfDay = Annotated[time, WithJsonSchema(_TIME_OF_DAY)]
ZoneName = Annotated[str, AfterValidator(read_zone)]


class Schedule(Model):
    """Either `cron`, or `every` with `at`; the zone is never guessed."""

    timezone: ZoneName
    cron: str | None = None
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

    @property
    def times_an_hour(self) -> int:
        """How often it is due in an hour in which it is due at all."""
        return len(CronSim(self.expression, datetime(2000, 1, 1, tzinfo=UTC)).minutes)

    @property
    def has_two_kinds_of_day(self) -> bool:
        """Say whether days of the month and weekdays are named: either is enough."""
        _, _, day, _, weekday = self.expression.split()
        return not (day.startswith("*") or weekday.startswith("*"))

    @field_validator("cron")
    @classmethod
    def _can_be_read(cls, cron: str | None) -> str | None:
        if cron is not None:
            read_cron(cron)
        return cron

    @field_validator("at", mode="before")
    @classmethod
    def _read_time(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value)
        if not match:
            raise ValueError(
                f'at "{value}" is not a time of day. Write it as {_likely_time(value)}.'
            )
        return time(int(match[1]), int(match[2]))

    @model_validator(mode="after")
    def _has_one_form(self) -> "Schedule":
        if self.cron and (self.every or self.at):
            raise ValueError(
                'A schedule has either "cron", or "every" with "at", not both. '
                "Remove `cron`, or what stands beside it."
            )
        if not self.cron and not (self.every and self.at is not None):
            added = "at: 08:00" if self.every else "every: weekday"
            added = added if self.every or self.at else "every: weekday, at: 08:00"
            raise ValueError(
                f'A schedule needs "cron", or "every" with "at". Add `{added}`.'
            )
        return self


def _likely_time(text: str) -> str:
    """Read "8", "8.30 pm" or "0800" as people mean it; else give an example."""
    form = r"(\d{1,2})(?:[:.h]?(\d{2}))?(?:[:.]\d{2})? ?([ap])?\.?(?:m\.?)?"
    found = re.fullmatch(form, text.strip().lower())
    if not found:
        return "08:00"
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    return f"{hour % 24:02}:{minute:02}" if hour <= 24 and minute < 60 else "08:00"


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
