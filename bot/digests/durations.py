"""Lengths of time as an author writes them: `30 minutes`, `6 hours`, `2 days`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
_PATTERN = r"([1-9]\d{0,3}) (minute|hour|day)s?"


def read_duration(text: str) -> timedelta:
    """Read a length of time; raise ValueError with how to write one."""
    match = re.fullmatch(_PATTERN, text)
    if not match:
        raise ValueError(
            f'"{text}" is not a length of time. '
            "Write it as 30 minutes, 6 hours or 2 days."
        )
    return int(match[1]) * _UNITS[match[2]]


def in_words(duration: timedelta) -> str:
    """Say a length of time in the largest unit that divides it: "6 hours"."""
    for unit, length in _UNITS.items():
        count, rest = divmod(duration, length)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{duration.total_seconds():g} seconds"


def _validate(value: object) -> object:
    return read_duration(value) if isinstance(value, str) else value


Duration = Annotated[
    timedelta,
    BeforeValidator(_validate),
    WithJsonSchema({"type": "string", "pattern": f"^{_PATTERN}$"}),
]
