"""The one reader of numbers: "9,500", "9 500", "9.5k" and "9.5 thousand" are alike.

"9.500" may be either number, since half of Europe writes thousands so.

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
    text = _MONEY_APART.sub(r"\1\2\3\4", text)
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


FRACTIONS = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4"})
"""Writes the signs so that folding a text to plain letters leaves "9½" a number."""


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
_IN_MONEY = f"(?:{'|'.join(sorted(CURRENCY_NAMES))})"
_MONEY_APART = re.compile(
    rf"\b({_IN_MONEY}\s+\d[\d.,]*) ([mb])\b|(\d) ([mb])(?=\s+{_IN_MONEY}\b)",
    re.IGNORECASE,
)
"""Millions and billions of money with a blank before their letter."""
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
        # In "5 to 7 thousand", and in "5-7k", the scale stands for both ends.
        between = text[this.start + len(this.words) : following.start]
        if _ENDS_IN_SCALE.search(this.words) or not _RANGE.fullmatch(between):
            continue
        if word := _ENDS_IN_SCALE.search(following.words):
            scale = (_SCALES | _LETTERS)[word[1].lower()]
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
_LETTERS = {
    **{"k": 1e3, "m": 1e6, "b": 1e9},
    **dict.fromkeys(("mn", "mln", "mio"), 1e6),
    **{"bn": 1e9, "bln": 1e9, "tn": 1e12},
}
_PARTS = {
    **{"half": 0.5, "1/2": 0.5, "½": 0.5},
    **{"quarter": 0.25, "1/4": 0.25, "¼": 0.25},
    **{"quarters": 0.75, "3/4": 0.75, "¾": 0.75},
}
"""What "half", and "quarters" behind "three", are of the scale that they stand by."""
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
_LARGE = "(?:thousand|million|billion|trillion|dozen)"
_PART = rf"(?:half|quarter|three{_GAP}quarters)"
# "40 and a quarter of them" are 40, and a share of something.
_AND_PART = (
    rf"(?:{_GAP}and{_GAP}(?:(?:an?|one){_GAP}{_PART}\b(?!{_GAP}of\b)|"
    rf"three{_GAP}quarters\b(?!{_GAP}of\b)|half(?={_GAP}{_LARGE}\b)))"
)
_SIGN = rf"(?:{_GAP}?[½¼¾]|(?<!\d\d\d\d){_GAP}(?:1/2|[13]/4)(?![/\d]))"
_POINT = rf"(?:{_GAP}point(?:{_GAP}(?:{'|'.join(_SMALL[:10])})\b)+)"
_PART_OF = (
    rf"(?:(?:an?|one){_GAP})?{_PART}{_GAP}(?:of{_GAP})?(?:an?{_GAP})?"
    rf"(?:{_LARGE}|hundred)"
)
_SPELLED = (
    rf"(?:{_PART_OF}|"
    rf"(?:(?:an?|{_BELOW_1000}(?:{_AND_PART}|{_POINT})?){_GAP})?{_LARGE}"
    rf"(?:{_AND_PART}|{_GAP}(?:and{_GAP})?{_BELOW_1000})?|"
    rf"{_BELOW_1000}(?:{_AND_PART}|{_POINT})?)"
)
_LETTER = "|".join(sorted(_LETTERS, reverse=True))
# An "m" apart is a metre as often as a million.
_APART = "|".join(sorted(_LETTERS.keys() - {"m", "b"}, reverse=True))
_FIGURES = (
    rf"\d{{1,3}}(?:{_THOUSANDS}\d{{3}})+(?!\d)(?:\.\d+)?|"
    r"[1-9]\d{0,2}(?:\.\d{3}){2,}(?![\d.]?\d)|"
    rf"\d+,\d{{1,2}}(?={_GAP}?(?:{_SCALE}|{_LETTER})\b)|\d+(?:\.\d+)?"
)
_SCALED = rf"(?:{_GAP}?(?:{_SCALE}|{_APART})|{_LETTER})\b"
_DIGITS = (
    rf"(?P<digits>{_FIGURES}|[½¼¾]|(?:1/2|[13]/4)(?={_GAP}{_LARGE}\b))"
    rf"(?P<part>{_SIGN}|{_AND_PART})?"
    rf"(?:{_GAP}?(?P<scale>{_SCALE})\b(?P<behind>{_AND_PART})?|"
    rf"(?:{_GAP}?(?P<apart>{_APART})|(?P<letter>{_LETTER}))\b)?"
)
_ENDS_IN_SCALE = re.compile(rf"({_SCALE}|(?<=[\d\s])(?:{_LETTER}))$", re.IGNORECASE)
_IN_DIGITS = re.compile(_DIGITS + "(?P<spelled>(?!))?(?P<loose>(?!))?", re.IGNORECASE)
_NUMBER = re.compile(
    rf"{_DIGITS}|\b(?P<spelled>{_SPELLED})\b|\b(?P<loose>{'|'.join(_LOOSE)})\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(rf"(?:{_FIGURES}|[½¼¾])(?:{_SIGN})?(?:{_SCALED})?", re.IGNORECASE)
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
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
"""Perhaps thousands, perhaps a decimal with three places."""
_OF_A_SHARE = re.compile(r"\s*(?:%|per ?cent\b)", re.IGNORECASE)


def _mention(match: re.Match[str]) -> Mention:
    words, start = match[0], match.start()
    if match["loose"]:
        return Mention(words, start, frozenset(_LOOSE[words.lower()]), is_firm=False)
    if match["spelled"]:
        value = _spelled(words)
        return Mention(words, start, frozenset((value,)), is_firm=value != 1)
    digits = _SEPARATOR.sub("", match["digits"])
    is_alone = not (match["part"] or match["scale"] or match["apart"])
    if is_alone and not match["letter"] and _DOTTED.fullmatch(digits):
        thousands = frozenset((float(digits.replace(".", "")),))
        if digits.count(".") > 1:
            return Mention(words, start, thousands)
        if not _OF_A_SHARE.match(match.string, match.end()):
            return Mention(words, start, thousands | {float(digits)})
    value = _PARTS.get(digits) or float(digits.replace(",", "."))
    value += _part_in(match["part"] or "")
    if match["scale"]:
        value += _part_in(match["behind"] or "")
        value = round(value * _SCALES[match["scale"].lower()], 6)
        return Mention(words, start, frozenset((value,)))
    if letter := match["apart"] or match["letter"]:
        # "5m" is five metres as often as five million.
        scaled = round(value * _LETTERS[letter.lower()], 6)
        return Mention(words, start, frozenset((value, scaled)))
    return Mention(words, start, frozenset((value,)))


_PART_WORD = re.compile(r"[½¼¾]|[13]/[24]|half|quarters?", re.IGNORECASE)
_ADDED = re.compile(rf"{_AND_PART}|{_POINT}", re.IGNORECASE)


def _part_in(words: str) -> float:
    """Return the part of one that words name, 0 where they name none."""
    found = _PART_WORD.search(words)
    return _PARTS[found[0].lower()] if found else 0.0


def _spelled(words: str) -> float:
    """Return what words come to, added up as people do.

    "And a half" and "point five" are of the scale behind them, else of the one before.
    """
    if added := _ADDED.search(words):
        before, behind = words[: added.start()], words[added.end() :]
        part = _part_in(added[0])
        if "point" in added[0].lower():
            decimals = map(_SMALL.index, _words_of(added[0])[1:])
            part = float(f"0.{''.join(map(str, decimals))}")
        scales = [*_words_of(behind), *reversed(_words_of(before))]
        scale = next((_SCALES[word] for word in scales if word in _SCALES), 1.0)
        return round(_spelled(before + behind) + part * scale, 6)
    if part := _part_in(words):
        return part * _spelled(_PART_WORD.sub(" ", words).replace("three", ""))

    value = current = 0.0
    for word in _words_of(words):
        if word in ("a", "an"):
            current = 1.0
        elif word in _UNITS:
            current += _UNITS[word]
        elif word in ("hundred", "dozen"):
            current = (current or 1.0) * _SCALES[word]
        elif word in _SCALES:
            value += (current or 1.0) * _SCALES[word]
            current = 0.0
    return value + current


def _words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())
