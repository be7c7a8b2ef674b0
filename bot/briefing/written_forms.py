"""What to write instead: advice that passes when it is followed to the letter. Pure."""

import json
import re
import unicodedata
from datetime import date

from bot.briefing.numbers import mentions, plain

_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)})\.?"
_YEAR = r"(?P<year>\d{4})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}[-/. ](?P<month>\d{{1,2}})[-/. ]{_DAY}(?:[t ]\d.*)?",
        rf"{_YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})",
        rf"{_YEAR}[-/.](?P<month>\d{{1,2}})",
        rf"(?:{_DAY} (?:of )?)?{_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        rf"(?P<day>1[3-9]|2\d|3[01])[/-](?P<month>\d{{1,2}})[/-]{_YEAR}",
        rf"(?P<month>\d{{1,2}})[/-](?P<day>1[3-9]|2\d|3[01])[/-]{_YEAR}",
        _YEAR,
    )
)
_ABOUT = re.compile(r"(?:about|around|circa|approximately|ca?\.?)\s|~")


def in_yaml(text: str) -> str:
    """Return a text as it may stand between [ ] or { }: in quotes where it has to."""
    is_plain = re.fullmatch(r"\w[^,\[\]{}\"'`\n]*", text) and not re.search(
        r":(?:\s|$)|\s#|\s$", text
    )
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def slug_of(text: str, *, words: int = 0) -> str:
    """Return a text as an id, empty where nothing of it can be one.

    `words` is how many of its first words go into the id; 0 means all.
    """
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").casefold())
    bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    parts = re.findall(r"[a-z0-9]+", bare)
    return "-".join(parts[: words or None])[:60].rstrip("-")


def likely_date(text: str) -> str:
    """Return a date as a briefing has it, empty where it may mean several or none.

    "19/10/2026" is 2026-10-19, "about May 2026" 2026-05~; "1/2/2026" may be either.
    """
    bare = " ".join(text.lower().split())
    is_about = bool(_ABOUT.search(bare))
    bare = _ABOUT.sub("", bare).strip()
    found = next(filter(None, (form.fullmatch(bare) for form in _DATES)), None)
    if not found:
        return ""
    parts = found.groupdict()
    month, day = parts.get("month"), parts.get("day")
    if month and not month.isdigit():
        starts = [name[:3] for name in _MONTHS]
        month = str(starts.index(month[:3]) + 1)
    numbers = [int(part) for part in (parts["year"], month, day) if part]
    try:
        date(*[*numbers, 1, 1][:3])
    except ValueError:
        return ""
    said = "-".join([f"{numbers[0]:04}", *(f"{part:02}" for part in numbers[1:])])
    return f"{said}~" if is_about else said


def number_advice(text: str) -> str:
    """Say how a figure's number is written that stands there in words or with signs."""
    found = [mention for mention in mentions(text) if mention.is_firm]
    values = [plain(max(mention.values)) for mention in found]
    marks = ["approximate: true"] if _ABOUT.search(text.lower()) else []
    marks += ["unit: percent"] if re.search(r"%|per ?cent", text.lower()) else []
    is_range = re.search(r"\d\s*(?:-|–|to|and)\s*\d", text)
    if is_range and len(values) == 2 and float(values[0]) < float(values[1]):
        marks = [f"low: {values[0]}", f"high: {values[1]}", *marks]
        return f"Write {_joined([f'`{mark}`' for mark in marks])}."
    if len(values) != 1:
        return "Write a number in digits, such as 40."
    return f"Write {_joined([values[0], *(f'`{mark}`' for mark in marks)])}."


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
