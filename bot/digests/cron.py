"""Five-field cron expressions: read, checked field by field, and enumerated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cronsim import CronSim, CronSimError

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
class _Field:
    """What a field may hold: numbers, words for them, and a pattern beyond both.

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
_FIELDS = (
    _Field("minute", range(60)),
    _Field("hour", range(24)),
    _Field("day", range(1, 32), beyond="lw?"),
    _Field("month", range(1, 13), words=_MONTHS),
    _Field("weekday", range(8), _WEEKDAYS, beyond="[0-7](l|#[1-5])", round_end=7),
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
    if len(parts) != len(_FIELDS):
        count = f"{len(parts)} field{'' if len(parts) == 1 else 's'}"
        raise ValueError(
            f'cron "{text}" has {count}, five are needed: '
            'minute hour day month weekday; try "0 8 * * mon-fri".'
        )

    try:
        expression = " ".join(
            ",".join(_read_term(field, term) for term in part.split(","))
            for field, part in zip(_FIELDS, parts, strict=True)
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


def _read_term(field: _Field, term: str) -> str:
    if field.beyond and re.fullmatch(field.beyond, term):
        return term

    span, slash, step = term.partition("/")
    read = span if span == "*" else _read_span(field, span)
    if not slash:
        return read
    highest = field.numbers[-1]
    if re.fullmatch("[0-9]{1,2}", step) and 1 <= int(step) <= highest:
        return f"{read}/{int(step)}"
    raise ValueError(
        f'the step "/{step}" of the {field.name}s is not allowed; '
        f"allowed: /1 to /{highest}."
    )


def _read_span(field: _Field, span: str) -> str:
    begin, dash, end = span.partition("-")
    first = _read_value(field, begin)
    if not dash:
        return str(first)

    last = _read_value(field, end)
    if last == 0 and field.round_end is not None:
        last = field.round_end
    if last >= first:
        return f"{first}-{last}"
    top, bottom = str(field.numbers[-1]), str(field.numbers[0])
    if field.words:
        top, bottom = field.words[-1][0], field.words[0][0]
    raise ValueError(
        f'the {field.name}s "{begin}-{end}" run backwards; '
        f'write them as two: "{begin}-{top},{bottom}-{end}".'
    )


def _read_value(field: _Field, value: str) -> int:
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
