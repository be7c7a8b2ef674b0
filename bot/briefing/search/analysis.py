"""From text to words and terms, the same way for claims and for questions.

A word is folded and in lower case, numbers are digits; a term is a word's stem.
"""

import re
from functools import lru_cache

import Stemmer

from bot.briefing.folding import fold
from bot.briefing.search.english import FUNCTION_WORDS, IRREGULAR, americanize
from bot.briefing.search.numbers import NUMBER_WORDS, join_digits, read_numbers

_STEMMER = Stemmer.Stemmer("english", 0)
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_DIGIT = re.compile(r"\d")
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
_SHOUTED_WORD = re.compile(r"\b(?:" + "|".join(_SHOUTED) + r")\b")
MONTHS = (
    *("january", "february", "march", "april", "mayo", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
"""The months as words; May gets one of its own, since "may" says nothing."""
_MAY = re.compile(
    r"\bMay(?=,? \d)|(?<=\d )May\b|\b(?<=[Ii]n )[Mm]ay\b|(?<=[Ss]ince )May\b"
)
_ISO_DATE = re.compile(r"\b(\d{4})-(0\d|1[0-2])(?:-(\d\d))?\b")
_SHORT_MONTHS = {m[:3]: m for m in MONTHS if m not in ("mayo", "march")} | {
    "sept": "september"
}


def words(text: str) -> list[str]:
    """Return all words in order, function words included."""
    found = _WORD.findall(_prepare(text))
    if _DIGIT.search(text) or not NUMBER_WORDS.isdisjoint(found):
        return read_numbers(found)
    return found


def _prepare(text: str) -> str:
    if "May" in text or "n may" in text:
        text = _MAY.sub("mayo", text)
    if "." in text:
        text = _DOTTED.sub(lambda m: m[0].replace(".", ""), text)
    if _SHOUTED_WORD.search(text) and _is_in_sentence_case(text):
        text = _SHOUTED_WORD.sub(lambda m: _SHOUTED[m[0]], text)
    if _DIGIT.search(text):
        text = join_digits(_ISO_DATE.sub(_spell_date, text))
    text = text.lower() if text.isascii() else fold(text)
    if "'" in text or "’" in text:
        text = _CLITIC.sub("", _NOT.sub("", text))
    return text


def _is_in_sentence_case(text: str) -> bool:
    return text.count(" ") < 2 or any(char.islower() for char in text)


def _spell_date(match: re.Match[str]) -> str:
    month = MONTHS[int(match[2]) - 1] if match[2] != "00" else ""
    return f"{match[3] or ''} {month} {match[1]}"


@lru_cache(maxsize=30_000)
def term(word: str) -> str:
    """Return the stem under which all forms of a word are found."""
    if not word.isascii() or not word.isalpha():
        return word
    word = _SHORT_MONTHS.get(word, word)
    plain = IRREGULAR.get(word) or americanize(word)
    stem: str = _STEMMER.stemWord(IRREGULAR.get(plain, plain))
    return stem


def terms(text: str) -> list[str]:
    """Return the terms of a text in order, without function words."""
    return [term(word) for word in words(text) if word not in FUNCTION_WORDS]
