"""Numbers however they were written: 9,500 = 9500 = 9.5k = nine and a half thousand."""

import re

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: n for n, word in enumerate(_ONES.split())} | {
    word: 10 * n for n, word in enumerate(_TENS.split(), start=2)
}
_SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
NUMBER_WORDS = frozenset(_SMALL) | frozenset(_SCALES)
_SUFFIXES = {
    "k": " thousand",
    "m": " million",
    "mn": " million",
    "b": " billion",
    "bn": " billion",
    "tn": " trillion",
}
_SEPARATOR = re.compile(r"(?<=\d)[,'’\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_SUFFIX = re.compile(r"(?<=\d)(k|mn|m|bn|b|tn)\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_LONGEST = 15
"""Digits beyond which a number is kept as it was typed."""


def join_digits(text: str) -> str:
    """Take the separators out of numbers and write their suffixes as words."""
    text = _ORDINAL.sub("", _SEPARATOR.sub("", text))
    return _SUFFIX.sub(lambda m: _SUFFIXES[m[1].lower()], text).replace("%", " percent")


def read_numbers(words: list[str]) -> list[str]:
    """Return the words with each run of digits and number words as plain digits."""
    read: list[str] = []
    at = 0
    while at < len(words):
        number, after = _number_at(words, at)
        read.append(words[at] if number is None else number)
        at = after
    return read


def _number_at(words: list[str], at: int) -> tuple[str | None, int]:
    first = words[at]
    if first[0].isdigit():
        return _scaled(words, at)
    if first in ("a", "an") and words[at + 1 : at + 2] != ["hundred"]:
        starts = at + 1 < len(words) and words[at + 1] in _SCALES
        return _spelled(words, at + 1) if starts else (None, at + 1)
    if first == "one" and not _goes_on(words, at):
        return None, at + 1
    return _spelled(words, at) if first in _SMALL else (None, at + 1)


def _goes_on(words: list[str], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1] in _SCALES


def _scaled(words: list[str], at: int) -> tuple[str, int]:
    digits = words[at]
    if len(digits) > _LONGEST:
        return digits, at + 1
    value = float(digits)
    at += 1
    while at < len(words) and words[at] in _SCALES:
        value *= _SCALES[words[at]]
        at += 1
    return plain(value), at


def _spelled(words: list[str], at: int) -> tuple[str, int]:
    """Read "thirty thousand", "twenty one" or "two hundred and five" from here on."""
    total, current = 0, 0
    start = at
    while at < len(words):
        word = words[at]
        if word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if current >= 1_000:
                total, current = total + current, 0
        elif word in _SMALL and (at == start or _fits(_SMALL[word], current)):
            current += _SMALL[word]
        elif not (word == "and" and at > start and _joins(words, at)):
            break
        at += 1
    return plain(total + current), at


def _fits(small: int, current: int) -> bool:
    return current % 100 == 0 or (current % 10 == 0 and small < 10)


def _joins(words: list[str], at: int) -> bool:
    follows = at + 1 < len(words) and words[at + 1] in _SMALL
    return follows and words[at - 1] in _SCALES


def plain(value: float) -> str:
    """Write a number without separators and without needless decimals."""
    if value == int(value):
        return str(int(value))
    return f"{value:.6f}".rstrip("0")
