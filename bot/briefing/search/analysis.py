"""From text to words and terms, the same way for claims and for questions.

A word is folded and in lower case, numbers are digits; a term is a word's stem.
"""

import calendar
import re
import unicodedata
from functools import lru_cache

import Stemmer

from bot.briefing.numbers import FRACTIONS, IS_VARIED, NUMBER_WORDS, in_one_form
from bot.briefing.search.english import FUNCTION_WORDS, IRREGULAR, americanize

_STEMMER = Stemmer.Stemmer("english", 0)
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_AMOUNT = re.compile(r"[\d$€£¥₹₽₩₴%]")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_NOT = re.compile(r"n['’]t\b")
_CLITIC = re.compile(r"['’](?:s|re|ve|ll|d|m)?(?![^\W_])|(?<=\w)['’](?=\w)")
_SHOUTED = {
    "US": "usa",
    "USA": "usa",
    "WHO": "worldhealthorganization",
    "IT": "informationtechnology",
}
"""Short forms that only their capitals tell from a function word."""
_SHOUTED_WORD = re.compile(r"\b(?:" + "|".join(_SHOUTED) + r")\b(?!\$| dollars?\b)")
MONTHS = (
    *("january", "february", "march", "april", "mayo", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
"""The months as words; May gets one of its own, since "may" says nothing."""
_MAY = re.compile(
    r"\bMay(?=,? \d)|(?<=\d )May\b|\b(?<=[Ii]n )[Mm]ay\b|(?<=[Ss]ince )May\b"
)
_ISO_DATE = re.compile(r"\b(\d{4})-(0\d|1[0-2])(?:-(\d\d))?\b")
_DATE = re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
_SHORT_MONTHS = {m[:3]: m for m in MONTHS if m not in ("mayo", "march")} | {
    "sept": "september"
}


def fold(text: str) -> str:
    """Return the text in lower case without accents, one form for each letter."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.casefold()


def words(text: str) -> list[str]:
    """Return all words in order, function words included."""
    is_one = text.isascii() and text.isalpha() and text.islower()
    if is_one and text not in NUMBER_WORDS:
        return [text]
    prepared = _prepare(text)
    found = _WORD.findall(prepared)
    is_varied = _AMOUNT.search(prepared) and IS_VARIED.search(prepared)
    if is_varied or not NUMBER_WORDS.isdisjoint(found):
        return _WORD.findall(in_one_form(prepared))
    return found


@lru_cache(maxsize=4096)
def words_of_claim(text: str) -> tuple[str, ...]:
    """Return the words of a claim's text: each question looks at the same few."""
    return tuple(words(text))


def _prepare(text: str) -> str:
    if "May" in text or "n may" in text:
        text = _MAY.sub("mayo", text)
    if "." in text:
        text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text)
    if _SHOUTED_WORD.search(text) and (
        text.count(" ") < 2 or any(map(str.islower, text))
    ):
        text = _SHOUTED_WORD.sub(lambda m: _SHOUTED[m[0]], text)
    if _DIGIT.search(text):
        text = _DATE.sub(_spell_day, _ISO_DATE.sub(_spell_date, text))
    text = text.lower() if text.isascii() else fold(text.translate(FRACTIONS))
    if "'" in text or "’" in text:
        text = _CLITIC.sub("", _NOT.sub("", text))
    return text


def _spell_date(match: re.Match[str]) -> str:
    month = MONTHS[int(match[2]) - 1] if match[2] != "00" else ""
    return f"{match[3] or ''} {month} {match[1]}"


def _spell_day(match: re.Match[str]) -> str:
    day, month = _day_and_month(match)
    return f"{day} {MONTHS[month - 1]} {match[3]}" if month <= 12 else match[0]


def _day_and_month(match: re.Match[str]) -> tuple[int, int]:
    """Read the day first, as most of the world writes it, unless it cannot be."""
    first, second = int(match[1]), int(match[2])
    return (second, first) if second > 12 >= first else (first, second)


def words_of_dates(text: str) -> dict[str, str]:
    """Return for each word of the dates in digits how its date is typed."""
    found = [m[0] for pattern in (_ISO_DATE, _DATE) for m in pattern.finditer(text)]
    return {word: typed for typed in found for word in words(typed)}


def assumed_dates(text: str) -> list[tuple[str, str]]:
    """Return the dates of a text that could be read in two ways, and how they are."""
    found = []
    for match in _DATE.finditer(text):
        day, month = _day_and_month(match)
        if day <= 12 and month <= 12 and day != month:
            name = calendar.month_name[month]
            found.append((match[0], f"{day} {name} {match[3]}"))
    return found


def term(word: str) -> str:
    """Return the stem under which all forms of a word are found."""
    # There is no end of numbers: they would fill what is kept.
    return _stem(word) if word.isascii() and word.isalpha() else word


@lru_cache(maxsize=30_000)
def _stem(word: str) -> str:
    word = _SHORT_MONTHS.get(word, word)
    plain = IRREGULAR.get(word) or americanize(word)
    stem: str = _STEMMER.stemWord(IRREGULAR.get(plain, plain))
    return stem


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, without function words."""
    return [term(word) for word in words(text) if word not in FUNCTION_WORDS]
