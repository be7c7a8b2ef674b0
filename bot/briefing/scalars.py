"""The small types of a briefing's fields: each reads text and gives it its type.

The loader hands every scalar over as text, so YAML 1.1's traps (`no`, `12:30`, `0123`)
never reach a model.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLACK_ID = r"^[UWCGTE][A-Z0-9]{2,}$"


class Model(BaseModel):
    """Frozen, and strict about keys: an unknown one is an error, never ignored."""

    # The words under a field are what editors show about it: see schema.py.
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True
    )


def upto(most: int) -> StringConstraints:
    """Return the rule for a text of 1 to `most` characters, outer blanks stripped."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)


def upto_entries(most: int) -> FieldInfo:
    """Return the rule for a list of at most `most` entries, against hostile files."""
    return Field(max_length=most)  # type: ignore[no-any-return]


Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
SlackId = Annotated[str, StringConstraints(pattern=SLACK_ID, max_length=30)]
Url = Annotated[
    str, StringConstraints(pattern=r"^https?://[^\s<>|]+$", max_length=2000)
]


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", value):
        raise ValueError(f'"{value}" has commas. Write {value.replace(",", "")}.')
    try:
        number = Decimal(value)
    except InvalidOperation as exc:
        raise ValueError(
            f'"{value}" is not a number. Write digits only; `approximate: true` says '
            "about."
        ) from exc
    if not number.is_finite():
        raise ValueError(f'"{value}" is not a number that can be counted.')
    return int(number) if number == number.to_integral_value() else float(number)


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in ("true", "false"):
        raise ValueError(f'"{value}" is not allowed here. Write true or false.')
    return value == "true"


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as exc:
        raise ValueError(
            f'"{value}" is not a full date. Write it as 2026-11-23.'
        ) from exc


def _language(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_LANGUAGE, value):
        raise ValueError(
            f'"{value}" is not the code of a language. Write two letters: en, de, fr.'
        )
    return value


def _review_days(value: object) -> object:
    if not isinstance(value, str) or value == "never":
        return value
    match = re.fullmatch(r"(\d{1,4}) days?", value)
    if not match or match[1] == "0":
        raise ValueError(f'"{value}" is not an interval. Write 30 days, or never.')
    return int(match[1])


_LANGUAGE = "[a-z]{2}"
_NUMERIC = {"type": "number"}
_FULL_DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_INTERVAL = {"type": "string", "pattern": r"^(never|[1-9]\d{0,3} days?)$"}

Number = Annotated[int | float, BeforeValidator(_number), WithJsonSchema(_NUMERIC)]
Flag = Annotated[bool, BeforeValidator(_flag), WithJsonSchema({"type": "boolean"})]
LanguageCode = Annotated[
    str,
    BeforeValidator(_language),
    WithJsonSchema({"type": "string", "pattern": f"^{_LANGUAGE}$"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_FULL_DATE)]
ReviewDays = Annotated[
    int | Literal["never"], BeforeValidator(_review_days), WithJsonSchema(_INTERVAL)
]
"""Days between reviews, or the word `never` for a closed briefing."""
