"""The one reader of numbers: "9,500", "9 500", "9.5k" and "9.5 thousand" are alike.

`mentions` finds them in a text, `in_one_form` writes them, and the money, percents and
units beside them, the same way whoever wrote them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mention:
    """A number as it stands in a text, with every value it may mean.

    `is_firm` is False for words that count only sometimes, such as "one" and "both":
    they support a number elsewhere but need no support themselves.
    """

    words: str
    start: int
    values: frozenset[float]
    is_firm: bool = True


class Support:
    """The numbers of some texts, to bear out those of a shorter one."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(texts)

    @cached_property
    def values(self) -> frozenset[float]:
        """Every value that a number in the texts may mean."""
        found = (mention for text in self._texts for mention in mentions(text))
        return frozenset(value for mention in found for value in mention.values)

    @cached_property
    def digits(self) -> frozenset[str]:
        """The numbers in digits as they are written, commas apart: quick to get."""
        return frozenset(token for text in self._texts for token in _digits(text))

    def holds(self, value: float) -> bool:
        """Say whether a number stands in the texts, without its sign."""
        return f"{abs(value):.15g}" in self.digits or abs(value) in self.values

    def missing(self, text: str) -> list[Mention]:
        """Return the numbers of a text that the texts do not bear out."""
        # Nearly every number is written alike in both, and words are slow to read.
        if not _has_number_words(text) and self.digits.issuperset(_digits(text)):
            return []
        found = mentions(text)
        return [m for m in found if m.is_firm and not m.values & self.values]


_LONGEST = 15
"""Digits beyond which a number is left as it was typed."""


def in_one_form(text: str) -> str:
    """Return the text with plain digits, and with words for signs and short units.

    "US$38.5m" and "38.5 million dollars" both become 38500000 and dollars, in whatever
    order; "3 %" and "3 per cent" are "3 percent".
    """
    text = _CURRENCY.sub(lambda match: f" {_CURRENCIES[match[0].lower()]} ", text)
    text = _PERCENT.sub(" percent", text)
    text = _UNIT.sub(lambda match: f" {_UNITS_IN_WORDS[match[1].lower()]}", text)
    text = _ORDINAL.sub("", _PLURAL.sub(r"\1 \2", text))
    for mention in reversed(mentions(text)):
        if mention.is_firm and sum(map(str.isdigit, mention.words)) <= _LONGEST:
            end = mention.start + len(mention.words)
            digits = plain(max(mention.values))
            text = f"{text[: mention.start]}{digits}{text[end:]}"
    return text


_MONTH = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|"
    "december)"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_BEFORE_YEAR = re.compile(
    r"\b(?:in|since|by|until|till|from|before|after|during|of|for|to|and|or|between|"
    rf"early|mid|late|end of|{_MONTH},?|\d)[\s-]$|[-–(]$",
    re.IGNORECASE,
)
_BEHIND_MONTH = re.compile(rf"\b{_MONTH}\s$", re.IGNORECASE)
_BEFORE_MONTH = re.compile(rf"\s{_MONTH}\b", re.IGNORECASE)


def is_dated(text: str, mention: Mention) -> bool:
    """Say whether a number is a year, or a day beside its month."""
    before, behind = text[: mention.start], text[mention.start + len(mention.words) :]
    if _BEHIND_MONTH.search(before) or _BEFORE_MONTH.match(behind):
        return True
    return bool(_YEAR.fullmatch(mention.words) and _BEFORE_YEAR.search(before))


def plain(value: float) -> str:
    """Write a number without separators and without needless decimals."""
    if value == int(value):
        return str(int(value))
    return f"{value:.6f}".rstrip("0")


_CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "us dollar", "us dollars"), "dollars"),
    **dict.fromkeys(("au$", "ca$", "nz$", "a$", "c$"), "dollars"),
    **dict.fromkeys(("€", "eur"), "euros"),
    **dict.fromkeys(("£", "gbp", "pounds sterling", "pound sterling"), "pounds"),
    **dict.fromkeys(("¥", "jpy"), "yen"),
    **dict.fromkeys(("cny", "rmb"), "yuan"),
    **dict.fromkeys(("₹", "inr"), "rupees"),
    **dict.fromkeys(("₽", "rub"), "roubles"),
    **dict.fromkeys(("₩", "krw"), "won"),
    **dict.fromkeys(("₴", "uah"), "hryvnias"),
    "chf": "francs",
}
CURRENCY_NAMES = frozenset(_CURRENCIES.values())
"""What amounts of money are in, as `in_one_form` writes it."""
_CURRENCY = re.compile(
    r"(?<![a-z])(?:(?:us|au|ca|nz|a|c)?\$|[€£¥₹₽₩₴]|"
    r"(?:usd|eur|gbp|jpy|cny|rmb|inr|rub|krw|uah|chf|us dollars?|pounds? sterling)\b)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\s?%|\s(?:per cent|pct|percent(?:age)? points?)\b", re.IGNORECASE
)
_UNITS_IN_WORDS = {
    **{"km": "kilometers", "cm": "centimeters", "mm": "millimeters", "kg": "kilograms"},
    **{"ha": "hectares", "mi": "miles", "ft": "feet", "lb": "pounds", "lbs": "pounds"},
    **{"hr": "hours", "hrs": "hours", "min": "minutes", "mins": "minutes"},
    **{"sec": "seconds", "secs": "seconds", "yr": "years", "yrs": "years"},
    **{"kw": "kilowatts", "mw": "megawatts", "gw": "gigawatts", "kph": "kilometers"},
    **{
        "sqm": "square meters",
        "sq km": "square kilometers",
        "km2": "square kilometers",
    },
    **{"m2": "square meters", "m3": "cubic meters", "km/h": "kilometers"},
}
_SHORT_UNITS = "|".join(sorted(_UNITS_IN_WORDS, reverse=True))
_UNIT = re.compile(rf"(?<=\d)[ \u00a0\u2009\u202f]?({_SHORT_UNITS})\b", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)


def _digits(text: str) -> list[str]:
    return [_SEPARATOR.sub("", token) for token in _PLAIN.findall(text)]


def _has_number_words(text: str) -> bool:
    return not _WORDS.isdisjoint(re.findall("[a-z]+", text.lower()))


def mentions(text: str) -> list[Mention]:
    """Return the numbers of a text in their order."""
    pattern = _NUMBER if _has_number_words(text) else _IN_DIGITS
    found = [_mention(match) for match in pattern.finditer(text)]
    for at, (this, following) in enumerate(pairwise(found)):
        # In "5 to 7 thousand" the scale stands for both ends.
        between = text[this.start + len(this.words) : following.start]
        word = re.search(rf"({_SCALE})$", following.words, re.IGNORECASE)
        has_own = re.search(_SCALE, this.words, re.IGNORECASE)
        if word and not has_own and _RANGE.fullmatch(between):
            scale = _SCALES[word[1].lower()]
            scaled = {round(value * scale, 6) for value in this.values}
            found[at] = replace(this, values=this.values | scaled)
    return found


_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
    *("seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = {word: float(n) for n, word in enumerate(_SMALL)} | {
    word: n * 10.0 for n, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
}
_LETTERS = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12}
_LOOSE = {
    "both": (2.0,),
    "twice": (2.0,),
    "double": (2.0,),
    "doubled": (2.0,),
    "pair": (2.0,),
    "couple": (2.0,),
    "half": (0.5, 50.0),
    "quarter": (0.25, 25.0),
    "single": (1.0,),
}

_GAP = "[ \u00a0\u2009\u202f-]"
_THOUSANDS = "[,'’ \u00a0\u2009\u202f]"
_SEPARATOR = re.compile(rf"(?<=\d){_THOUSANDS}(?=\d{{3}}(?!\d))")
_SCALE = "|".join(_SCALES)
_BELOW_100 = (
    rf"(?:(?:{'|'.join(_TENS)})(?:{_GAP}(?:{'|'.join(_SMALL[1:10])}))?"
    rf"|{'|'.join(reversed(_SMALL))})"
)
_BELOW_1000 = (
    rf"(?:(?:(?:an?|{_BELOW_100}){_GAP})?hundred(?:{_GAP}(?:and{_GAP})?{_BELOW_100})?"
    rf"|{_BELOW_100})"
)
_SPELLED = (
    rf"(?:(?:(?:an?|{_BELOW_1000}){_GAP})?(?:thousand|million|billion|trillion|dozen)"
    rf"(?:{_GAP}(?:and{_GAP})?{_BELOW_1000})?|{_BELOW_1000})"
)
_FIGURES = rf"\d{{1,3}}(?:{_THOUSANDS}\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?"
_DIGITS = (
    rf"(?P<digits>{_FIGURES})"
    rf"(?:{_GAP}?(?P<scale>{_SCALE})\b|(?P<letter>k|mn?|bn?|tn)\b)?"
)
_IN_DIGITS = re.compile(_DIGITS + "(?P<spelled>(?!))?(?P<loose>(?!))?", re.IGNORECASE)
_NUMBER = re.compile(
    rf"{_DIGITS}|\b(?P<spelled>{_SPELLED})\b|\b(?P<loose>{'|'.join(_LOOSE)})\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    rf"(?:{_FIGURES})(?:{_GAP}?(?:{_SCALE}|k|mn?|bn?|tn)\b)?", re.IGNORECASE
)
_AFTER_DIGITS = "|".join(
    sorted((*_SCALES, *_LETTERS, *_UNITS_IN_WORDS, "per cent", "pct", "percent"))
)
IS_VARIED = re.compile(
    rf"\d[.,'’ \u00a0\u2009\u202f]\d|\b0\d|\d\W?(?:{_AFTER_DIGITS}|st|nd|rd|th)\b|"
    rf"{_CURRENCY.pattern}|%| per cent\b",
    re.IGNORECASE,
)
"""What a text in digits holds where `in_one_form` could change it."""
NUMBER_WORDS = frozenset((*_UNITS, *_SCALES, *(f"{word}s" for word in _SMALL)))
"""Words that may be numbers, or the "fives" of "under-fives"."""
_WORDS = frozenset((*_UNITS, *_SCALES, *_LOOSE))
_PLURAL = re.compile(
    rf"\b(under|over)[ -]({'|'.join((*_SMALL, *_TENS))}|\d+)s\b", re.IGNORECASE
)
_RANGE = re.compile(r"\s*(?:to|or|and|-|–)\s*")


def _mention(match: re.Match[str]) -> Mention:
    words, start = match[0], match.start()
    if match["loose"]:
        return Mention(words, start, frozenset(_LOOSE[words.lower()]), is_firm=False)
    if match["spelled"]:
        # "Two thousand five hundred and ten", added up as people do.
        value = current = 0.0
        for word in re.findall(r"[a-z]+", words.lower()):
            if word in ("a", "an"):
                current = 1.0
            elif word in _UNITS:
                current += _UNITS[word]
            elif word in ("hundred", "dozen"):
                current = (current or 1.0) * _SCALES[word]
            elif word in _SCALES:
                value += (current or 1.0) * _SCALES[word]
                current = 0.0
        value += current
        return Mention(words, start, frozenset((value,)), is_firm=value != 1)
    value = float(_SEPARATOR.sub("", match["digits"]))
    if match["scale"]:
        value = round(value * _SCALES[match["scale"].lower()], 6)
        return Mention(words, start, frozenset((value,)))
    if match["letter"]:
        # "5m" is five metres as often as five million.
        scaled = round(value * _LETTERS[match["letter"].lower()], 6)
        return Mention(words, start, frozenset((value, scaled)))
    return Mention(words, start, frozenset((value,)))
