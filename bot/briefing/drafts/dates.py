"""The dates that a text says: a day, a month or a year, and no more than it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.briefing.field_types import EdtfDate

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|"
    r"November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)(?!\d|,\d)"
_PATTERNS = tuple(
    map(
        re.compile,
        (
            rf"\b{_YEAR}-(?P<number>\d\d)(?:-(?P<day>\d\d))?\b",
            rf"(?<![\d/.])(?P<day>\d{{1,2}})[/.](?P<number>\d{{1,2}})[/.]{_YEAR}",
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?",
            rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|,\d{{3}})"
            rf"(?:,? {_YEAR})?",
            rf"\b{_MONTH},? (?:of )?{_YEAR}",
            rf"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Ll]ast|[Tt]his|[Nn]ext|"
            rf"[Ee]arly|[Ll]ate|[Mm]id-?|[Oo]f|[Ff]rom|[Bb]efore|[Aa]fter) {_MONTH}\b",
            rf"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Dd]uring|[Ff]rom|[Bb]efore|[Aa]fter|"
            rf"[Ee]arly|[Ll]ate|[Oo]f) {_YEAR}\b",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class SaidDate:
    """A date as far as it is said; what is not said is None."""

    words: str
    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None

    def differs(self, other: "SaidDate") -> bool:
        """Say whether both cannot be the same day; not where they share no part."""
        return any(
            mine != theirs
            for mine, theirs in zip(self._parts, other._parts, strict=True)
            if mine is not None and theirs is not None
        )

    def is_comparable(self, other: "SaidDate") -> bool:
        """Say whether both name a year, a month or a day."""
        return any(
            mine is not None and theirs is not None
            for mine, theirs in zip(self._parts, other._parts, strict=True)
        )

    @property
    def _parts(self) -> tuple[int | None, ...]:
        return self.year, self.month, self.day


def dates_said(text: str) -> list[SaidDate]:
    """Return the dates of a text in their order."""
    taken: list[tuple[int, int]] = []
    found: list[SaidDate] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(begin < end and start < stop for begin, stop in taken):
                taken.append((start, end))
                found += _read(match)
    return sorted(found, key=lambda date: date.start)


def _read(match: re.Match[str]) -> Iterator[SaidDate]:
    """Yield the date, unless there is no such month or day."""
    parts = match.groupdict()
    number = parts.get("number")
    if number:
        month: int | None = int(number)
        if not 1 <= int(number) <= 12:
            return
    else:
        name = (parts.get("month") or "").lower()[:3]
        month = [m[:3] for m in _MONTHS].index(name) + 1 if name else None
    year, day = parts.get("year"), parts.get("day")
    if day and not 1 <= int(day) <= 31:
        return
    words = re.sub(r"^(?:[a-z]+ )+(?=[A-Z\d])|^[A-Z][a-z]+ (?=[A-Z])", "", match[0])
    if month is None:
        words = words[-4:]
    yield SaidDate(
        words,
        match.start(),
        match.end(),
        int(year) if year else None,
        month,
        int(day) if day else None,
    )


def said_of(date: EdtfDate) -> SaidDate:
    """Return a claim's date as if it were said."""
    return SaidDate(date.format(), 0, 0, date.year, date.month, date.day)
