"""Dates as far as they are known: EDTF level 0 with `~` (about) and `?` (uncertain)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import total_ordering
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

PATTERN = r"^\d{4}(-\d{2}(-\d{2})?)?[~?]?$"
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
        if not re.match(PATTERN, text):
            raise ValueError(
                f'"{text}" is not a date. Write 2025-07-12, 2025-07 or 2025, '
                "with ~ behind it for about and ? for uncertain."
            )
        numbers = [int(part) for part in text.rstrip("~?").split("-")]
        _refuse_impossible(text, numbers)
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
        return core_schema.no_info_plain_validator_function(
            _from_text_or_date,
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, return_schema=core_schema.str_schema()
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        # A year alone is a number to editors, which know YAML's own types.
        return {"type": ["string", "integer"], "pattern": PATTERN}


def _refuse_impossible(text: str, numbers: list[int]) -> None:
    try:
        date(*[*numbers, 1, 1][:3])
    except ValueError as exc:
        raise ValueError(
            f'"{text}" names a day that does not exist. Leave out what is not known, '
            "as in 2025-07."
        ) from exc


def _from_text_or_date(value: object) -> EdtfDate:
    if isinstance(value, EdtfDate):
        return value
    if isinstance(value, str):
        return EdtfDate.parse(value)
    raise ValueError("A date is written as text, such as 2025-07-12 or 2025-07~.")
