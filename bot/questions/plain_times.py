"""Days and hours in plain words: "since Monday", "every weekday at 7". Pure."""

import calendar
import re
from datetime import date, time, timedelta

from bot.digests.schedules import Every

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}
_DAY = rf"(?:{'|'.join(_DAYS)})s?"
_SHORT_DAY = "mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
_MONTH = rf"(?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)})"
_AGO = re.compile(
    r"(?:(?:the )?(?:last|past|previous) (?P<unit>day|week|month|year)|"
    r"(?P<count>\d{1,3}|an?) (?P<units>day|week|month|year)s? ago)"
)
_WRITTEN = re.compile(
    rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?)?{_MONTH}"
    r"(?: (?P<day_behind>\d{1,2})(?:st|nd|rd|th)?)?(?: (?P<year>\d{4}))?"
)


def day_in(words: str, today: date) -> date | None:
    """Return the day that words such as "last week" or "1 July" mean; None if none.

    A day or a month without its year is the last one before today.
    """
    said = " ".join(re.findall(r"[\w-]+", words.casefold()))
    if said in ("today", "yesterday", "this morning"):
        return today - timedelta(days=said == "yesterday")
    if said in ("this week", "this month", "this year"):
        starts = today - timedelta(days=today.weekday()), today.replace(day=1)
        return {"week": starts[0], "month": starts[1]}.get(
            said[5:], today.replace(month=1, day=1)
        )
    day = said.removeprefix("last ").removeprefix("on ")
    if day in _DAYS:
        return today - timedelta(days=(today.weekday() - _DAYS.index(day) - 1) % 7 + 1)
    if ago := _AGO.fullmatch(said):
        count = ago["count"] or "1"
        number = int(count) if count.isdecimal() else 1
        return today - timedelta(days=number * _LENGTHS[ago["unit"] or ago["units"]])
    try:
        if written := _WRITTEN.fullmatch(said):
            month = [name[:3] for name in _MONTHS].index(written["month"][:3]) + 1
            number = int(written["day"] or written["day_behind"] or 1)
            if written["year"]:
                return date(int(written["year"]), month, number)
            # Not every year has a 29th of February.
            years = range(today.year, today.year - 9, -1)
            days = (
                date(year, month, number)
                for year in years
                if number <= calendar.monthrange(year, month)[1]
            )
            return next((day for day in days if day <= today), None)
        if re.fullmatch(r"\d{4}", said):
            return date(int(said), 1, 1)
        is_iso = re.fullmatch(r"\d{4}[- ]\d\d[- ]\d\d", said)
        return date.fromisoformat(said.replace(" ", "-")) if is_iso else None
    except ValueError:
        return None


_EVERY = re.compile(
    rf"\b(?:(?:(?:on )?(?:every|each) |on )(?P<day>(?:working |work|week)?day|{_DAY}|"
    rf"{_SHORT_DAY}|morning|noon|midday|evening|night|afternoon|week)\b|(?P<often>daily|weekly|"
    rf"(?:on )?weekdays|(?:on )?(?:{'|'.join(_DAYS)})s)\b)",
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:(?:at|around|by) (?:about )?|"
    r"(?=\d{1,2}(?:[:h][0-5]\d\b|(?:[:.][0-5]\d)? ?[ap]\.?m\b| ?o['’]?clock)))"
    r"(?:(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d)|"
    r"(?P<half>[0-5]\d)(?: ?(?:h|hrs|hours)\b)?|h\b)?(?: ?(?P<half_day>[ap])\.?m\b\.?)?"
    r"(?: ?o['’]?clock)?|(?P<named>noon|midday|midnight))(?!\w)"
    r"(?: in the (?P<part>morning|afternoon|evening))?",
    re.IGNORECASE,
)
_HOURS = {
    **{"morning": time(8), "noon": time(12), "midday": time(12), "midnight": time(0)},
    **{"afternoon": time(15), "evening": time(18), "night": time(20)},
}


def says_how_often(words: str) -> bool:
    """Say whether words tell how often something should come: "on Monday" is once."""
    often = _EVERY.search(words)
    is_once = often and often[0].casefold().removeprefix("on ") in _DAYS
    return bool(often) and not is_once


def read_rhythm(words: str) -> tuple[str, Every | None, time | None]:
    """Return the words without their rhythm, the days, and the hour; None if unsaid."""
    every: Every | None = None
    at: time | None = None
    if often := _EVERY.search(words):
        day = (often["day"] or often["often"]).casefold().removeprefix("on ")
        at = _HOURS.get(day)
        if day in ("weekday", "weekdays", "working day", "workday"):
            every = Every.WEEKDAY
        elif day in ("week", "weekly"):
            every = Every.MONDAY
        elif full := next((name for name in _DAYS if name[:3] == day[:3]), ""):
            every = Every(full)
        else:
            every = Every.DAY
    if hour := _AT.search(words):
        at = _clock(hour) or at
    rest = _AT.sub(" ", _EVERY.sub(" ", words))
    return " ".join(rest.split()), every, at


def _clock(said: re.Match[str]) -> time | None:
    if said["named"]:
        return _HOURS[said["named"].casefold()]
    hour, minute = int(said["hour"]), int(said["minute"] or said["half"] or 0)
    half_day = (said["half_day"] or "").casefold()
    is_late = half_day == "p" or (said["part"] or "").casefold() in (
        "afternoon",
        "evening",
    )
    if is_late and hour < 12:
        hour += 12
    elif half_day == "a" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 else None
