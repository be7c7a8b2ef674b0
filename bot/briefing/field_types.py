"""The small types of a briefing's fields: each reads text and gives it its type.

They are ids, numbers, flags, days, and `EdtfDate`: a date as far as it is known.

The loader hands every scalar over as text, so YAML 1.1's traps (`no`, `12:30`, `0123`)
never reach a model.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import total_ordering
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from bot.briefing.written_forms import likely_date, number_advice

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
        raise ValueError(f'"{value}" is not a number. {number_advice(value)}') from exc
    if not number.is_finite():
        raise ValueError(f'"{value}" is not a number. {number_advice(value)}')
    return int(number) if number == number.to_integral_value() else float(number)


def _flag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value not in ("true", "false"):
        meant = _FLAGS.get(value.lower(), "true or false")
        raise ValueError(f'"{value}" is not allowed here. Write {meant}.')
    return value == "true"


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as exc:
        meant = likely_date(value)
        meant = meant if len(meant) == _DAYS_LENGTH else "2026-11-23"
        raise ValueError(f'"{value}" is not a full date. Write it as {meant}.') from exc


def _language(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(_LANGUAGE, value):
        code = value[:2].lower() if re.match("[A-Za-z]{2}([-_]|$)", value) else ""
        advice = f"Write {code}." if code else "Write two letters: en, de, fr."
        raise ValueError(f'"{value}" is not the code of a language. {advice}')
    return value


def _review_days(value: object) -> object:
    if not isinstance(value, str) or value == "never":
        return value
    match = re.fullmatch(r"(\d{1,4}) days?", value)
    if not match or match[1] == "0":
        meant = re.fullmatch(r"(\d{1,2}) ?(week|month|year)s?|([1-9]\d{0,3})", value)
        days = _REGULARLY.get(value.lower(), 30)
        if meant:
            days = int(meant[3] or int(meant[1]) * _DAYS_IN[meant[2]])
        raise ValueError(f'"{value}" is not an interval. Write {days} days, or never.')
    return int(match[1])


_DAYS_LENGTH = len("2026-11-23")
_REGULARLY = {"daily": 1, "weekly": 7, "monthly": 30, "quarterly": 91, "yearly": 365}
_DAYS_IN = {"week": 7, "month": 30, "year": 365}
_FLAGS = {
    **dict.fromkeys(("yes", "y", "on", "true", "1"), "true"),
    **dict.fromkeys(("no", "n", "off", "false", "0"), "false"),
}
"""What other dialects of YAML, and people, write for either."""
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


_DATE_ADVICE = (
    "Write 2025-07-12, 2025-07 or 2025, with ~ behind it for about and ? for uncertain."
)
DATE_PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?[~?]?$"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@total_ordering
@dataclass(frozen=True, slots=True)
class EdtfDate:
    """A year, a month or a day; what is not known is None and never invented.

    The grammar is the Library of Congress's Extended Date/Time Format, level 0, with
    the two qualifiers of level 1. Dates order by the first day they may mean, then by
    the last, so a year sorts before the days inside it.
    """

    year: int
    month: int | None = None
    day: int | None = None
    approximate: bool = False
    uncertain: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2025-07-12`, `2025-07` or `2025`, each with `~` or `?` behind it.

        Raise ValueError, in words for a curator, for anything else.
        """
        if not re.match(DATE_PATTERN, text):
            meant = likely_date(text)
            advice = f"Write {meant}." if meant else _DATE_ADVICE
            raise ValueError(f'"{text}" is not a date. {advice}')
        numbers = [int(part) for part in text.rstrip("~?").split("-")]
        try:
            date(*[*numbers, 1, 1][:3])
        except ValueError as exc:
            known = [f"{numbers[0] or 2025:04}", *(f"{n:02}" for n in numbers[1:2])]
            known = known if len(numbers) == 3 and 1 <= numbers[1] <= 12 else known[:1]
            raise ValueError(
                f'"{text}" names a day that does not exist. Leave out what is not '
                f"known, as in {'-'.join(known)}."
            ) from exc
        month, day = (*numbers[1:], None, None)[:2]
        return cls(
            numbers[0],
            month,
            day,
            approximate=text.endswith("~"),
            uncertain=text.endswith("?"),
        )

    @property
    def earliest(self) -> date:
        """The first day this date may mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day this date may mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def format(self) -> str:
        """Say it in words: "12 July 2025", "about July 2025", "2025 (uncertain)"."""
        month = _MONTHS[self.month - 1] if self.month else None
        words = " ".join(str(part) for part in (self.day, month, self.year) if part)
        if self.approximate:
            return f"about {words}"
        return f"{words} (uncertain)" if self.uncertain else words

    def __str__(self) -> str:
        numbers = [f"{self.year:04}"]
        numbers += [f"{part:02}" for part in (self.month, self.day) if part]
        mark = "~" if self.approximate else "?" if self.uncertain else ""
        return "-".join(numbers) + mark

    def __lt__(self, other: "EdtfDate") -> bool:
        return self._key < other._key

    @property
    def _key(self) -> tuple[date, date, bool, bool]:
        return self.earliest, self.latest, self.approximate, self.uncertain

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def read(value: object) -> EdtfDate:
            if isinstance(value, EdtfDate):
                return value
            if isinstance(value, str):
                return EdtfDate.parse(value)
            raise ValueError(
                "A date is written as text, such as 2025-07-12 or 2025-07~."
            )

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        # A year alone is a number to editors, which know YAML's own types.
        return {"type": ["string", "integer"], "pattern": DATE_PATTERN}
