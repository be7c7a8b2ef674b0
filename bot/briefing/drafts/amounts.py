"""How many a text says of what: "nearly 9,500 soldiers", "5 to 7 percent". No I/O.

Years, days and clock times count nothing, and a number inside a name ("T-72",
"Resolution 1718") is part of that name: none of these is an amount.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.briefing.models import Figure
from bot.briefing.numbers import CURRENCY_NAMES, NUMBER_WORDS, Mention, mentions
from bot.briefing.search.analysis import MONTHS, term, words
from bot.briefing.search.english import FUNCTION_WORDS

_LONGEST = 2_000
_MOST = 40
"""Numbers of a sentence that are read: in a table there is nothing to compare."""
_MOST_COUNTED = 5
"""Words behind a number that may say what it counts."""
_WELL_ABOVE, _WELL_BELOW = 1.25, 0.8
"""How far a number may be from "more than" or "up to" another that stands for it."""
_TOLERANCE = 0.05
"""How far "about" reaches, at most: what is written more precisely reaches less."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that an amount may be. `is_open` leaves one end out.

    That is the high end, unless there is none.
    """

    low: float = -math.inf
    high: float = math.inf
    is_open: bool = False

    @property
    def is_one_sided(self) -> bool:
        """Say whether it has one end alone: "at least 3", "up to 20,000"."""
        return math.isinf(self.low) != math.isinf(self.high)

    def holds(self, other: "Interval") -> bool:
        """Say whether whatever the other may be is within this one, too."""
        is_below = other.high < self.high or (
            other.high == self.high and (other.is_open or not self.is_open)
        )
        return self.low <= other.low and is_below


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a text, as it is said there.

    `meant` are the intervals that it may stand for: "5m" is five or five million.
    `counted` are the terms of the words behind it, and `unit` is "percent" or a
    currency, empty for whatever can be counted.
    """

    words: str
    start: int
    end: int
    meant: tuple[Interval, ...]
    bare: frozenset[float]
    """The numbers themselves, whatever stands before them."""
    counted: tuple[str, ...] = ()
    unit: str = ""

    @property
    def told(self) -> Interval:
        """What a claim tells that has it in its text: "about" makes it no wider."""
        meant = self.meant[-1]
        if meant.is_one_sided or not self.bare:
            return meant
        return Interval(max(self.bare), max(self.bare))

    def is_borne_out(self, by: Interval) -> bool:
        """Say whether a number that is known to be in that interval bears it out.

        "Nearly 10,000" and "more than 9,000" are borne out by 9,500, and 20,000 by "up
        to 20,000"; "more than 5,000" is another number than 9,500.
        """
        return any(self._is_meant(meant, by) for meant in self.meant)

    def _is_meant(self, meant: Interval, by: Interval) -> bool:
        if by.is_one_sided:
            # "Up to 22,000" says no more of "up to 20,000" than another number does.
            end = by.high if math.isinf(by.low) else by.low
            if not meant.is_one_sided:
                return end in self.bare
            same_side = math.isinf(meant.low) == math.isinf(by.low)
            is_as_strict = by.is_open or not meant.is_open
            return same_side and is_as_strict and end in (meant.low, meant.high)
        if math.isinf(meant.high):
            is_above = by.low > meant.low or (by.low == meant.low and not meant.is_open)
            return is_above and by.low <= meant.low * _WELL_ABOVE
        if math.isinf(meant.low):
            is_below = by.high < meant.high or (
                by.high == meant.high and not meant.is_open
            )
            return is_below and by.high >= meant.high * _WELL_BELOW
        return meant.holds(by)


def interval_of(figure: Figure) -> Interval:
    """Return what a figure may be, by what it says; "about" makes it no wider."""
    if figure.value is not None:
        return Interval(figure.value, figure.value)
    low = -math.inf if figure.low is None else float(figure.low)
    high = math.inf if figure.high is None else float(figure.high)
    return Interval(low, high)


_ABOUT = r"about|around|approximately|approx\.?|roughly|circa|ca?\.|some|an estimated|~"
_NEARLY = r"nearly|almost|close to|just under|just below|just short of|not quite"
_OVER = (
    r"(?:well |just |slightly )?(?:more than|over|above)|in excess of|exceeding|"
    r"upwards? of"
)
_AT_LEAST = (
    r"at least|no (?:fewer|less) than|not (?:fewer|less) than|a minimum of|minimum"
)
_UP_TO = (
    r"up to|at most|as many as|as much as|no more than|not more than|a maximum of|"
    r"maximum|at the most"
)
_UNDER = r"(?:well |just |slightly )?(?:less than|fewer than|under|below)"
_BEFORE = re.compile(
    rf"(?:\b|(?<=\s)|^)(?:(?P<nearly>{_NEARLY})|(?P<over>{_OVER})|(?P<least>{_AT_LEAST})|"
    rf"(?P<most>{_UP_TO})|(?P<under>{_UNDER})|(?P<about>{_ABOUT}))"
    r"(?: (?:a |the |an estimated |about |around ))?\s*"
    r"(?:[$€£¥₹₽₩₴]|us\$|usd |eur |gbp )?\s*$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(
    r"\+|\s(?:or|and) (?:more|above|over)\b|\sat least\b", re.IGNORECASE
)
_OR_LESS = re.compile(r"\s(?:or|and) (?:fewer|less|under|below)\b|\sat most\b", re.I)
_CURRENCY_BEFORE = re.compile(
    r"(?:(?:us|au|ca|nz|a|c)?\$|[€£¥₹₽₩₴]|\b(?:usd|eur|gbp|jpy|cny|rmb|inr|rub|krw|uah|"
    r"chf))\s?$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:to|-|–|—)\s*(?:[$€£¥₹₽₩₴]|us\$)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:[$€£¥₹₽₩₴]|us\$)?\s*$", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:about |some |[$€£¥₹₽₩₴]|us\$)*\s*$", re.IGNORECASE)
_AND = re.compile(r"\s*and\s*(?:[$€£¥₹₽₩₴]|us\$)?", re.IGNORECASE)
_A_FEW = re.compile(r"\b(?:several|a few|many)\s+$", re.IGNORECASE)
_SCALES = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6}
_PLURAL_SCALE = re.compile(
    r"\b(?:(?P<tens>tens|hundreds) of )?(?P<scale>dozen|hundred|thousand|million)s\b",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|"
    r"april|august|september|october|november|december)\b\.?"
)
_BEFORE_A_YEAR = re.compile(
    rf"\b(?:in|since|between|until|till|by|of|from|during|before|after|early|late|mid|year|to|and|"
    rf"spring|summer|autumn|winter|{_MONTH}|\d{{1,2}}|[12]\d{{3}}),?[\s–/-]*$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(r"\b[12]\d{3}[–/-]$")
"""Stands before the end of a span of years: "1654–57"."""
_DAY_BEFORE = re.compile(rf"{_MONTH}\s*$", re.IGNORECASE)
_DAY_BEHIND = re.compile(rf"(?:st|nd|rd|th)?(?: of)?\s+{_MONTH}", re.IGNORECASE)
_NUMERIC_DATE = re.compile(
    r"\b\d{4}-\d\d(?:-\d\d)?\b|(?<![\d/.])\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|"
    r"\b\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\b|hours\b|h\b)|\b\d{1,2}:\d\d\b"
)
_CLOCK_BEHIND = re.compile(r"\s?(?:[ap]\.?m\b|o['’]clock)", re.IGNORECASE)
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_PART_OF_A_NAME = re.compile(r"(?:[^\W\d_]-?|#|№|\bno\.? ?|/)$", re.IGNORECASE)
_NAMED = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][^\W\d_]+\s$")
_OF_A_WHOLE = re.compile(
    r"(?:^|\s)(\w+) (?:out )?of (?:the |its |their |these )?$", re.IGNORECASE
)
"""Stands before the whole in "three of the four boats": the part is what counts."""
_ONE_IN = re.compile(r"\b(?:one|\d+) (?:in|out of)(?: every)? $", re.IGNORECASE)
_IN_SO_MANY = re.compile(r" (?:in|out of)(?: every)? (?:\d+|two|three|four|five|ten)\b")
_ITEM = re.compile(r"(?:^|\n)\s*[(\[]?$")
_ITEM_END = re.compile(r"[.)\]]\s")
_END = re.compile(r"[.,;:()!?—–\n\"“”](?=\s|$)|[;()\n]")
_BEFORE_COUNTED = frozenset(
    ("or", "so", "of", "the", "these", "those", "more", "other", "its", "their")
)
_EVERY_MONTH = frozenset((*MONTHS, "may"))


def amounts(text: str) -> list[Amount]:
    """Return the amounts of a text in their order; ends of one range are one amount."""
    text = text[:_LONGEST]
    dates = [match.span() for match in _NUMERIC_DATE.finditer(text)]
    firm = [mention for mention in mentions(text) if mention.is_firm][:_MOST]
    found = [mention for mention in firm if _counts(mention, text, dates)]
    read: list[Amount] = []
    at = 0
    while at < len(found):
        this = found[at]
        if at + 1 < len(found) and _is_range(this, found[at + 1], text):
            read.append(_range(this, found[at + 1], text))
            at += 2
            continue
        read.append(_single(this, text))
        at += 1
    read += _in_plural(text)
    read.sort(key=lambda amount: amount.start)
    ends = [amount.start for amount in read[1:]] + [len(text)]
    return [_with_counted(*each, text) for each in zip(read, ends, strict=False)]


def _counts(mention: Mention, text: str, dates: list[tuple[int, int]]) -> bool:
    """Say whether a number counts something, and is no date, time, place or name."""
    start, end = mention.start, mention.start + len(mention.words)
    before, behind = text[max(0, start - 30) : start], text[end : end + 20]
    if any(begin <= start < stop for begin, stop in dates):
        return False
    of_whole = _OF_A_WHOLE.search(before)
    if of_whole and (of_whole[1].lower() in NUMBER_WORDS or of_whole[1][0].isdigit()):
        return False
    if _ONE_IN.search(before) or _IN_SO_MANY.match(behind):
        return False
    if not mention.words[0].isdigit():
        # In the "Thirty Years' War" nothing is counted.
        is_first = not re.search(r"\w\W*$", before) or bool(
            re.search(r"[.!?:]\W*$", before)
        )
        return mention.words[0].islower() or is_first
    if _ORDINAL.match(behind) or _CLOCK_BEHIND.match(behind):
        return False
    is_whole = mention.words.isdecimal()
    if _PART_OF_A_NAME.search(before) and not _CURRENCY_BEFORE.search(before):
        return False
    if _NAMED.search(before) and is_whole:
        # In "About 9" and "With 200" the word before only opens.
        opens = before.split()[-1].lower() in FUNCTION_WORDS or _BEFORE.search(before)
        if not opens:
            return False
    if _ITEM.search(before) and _ITEM_END.match(behind) and len(mention.words) < 3:
        return False
    if is_whole and len(mention.words) == 4 and 1000 <= int(mention.words) <= 2100:
        follows = re.match(r"\s+([a-z]+)", behind)
        has_noun = follows and follows[1] not in FUNCTION_WORDS
        if _BEFORE_A_YEAR.search(before) or (
            int(mention.words) >= 1800 and not has_noun
        ):
            return False
    if is_whole and _YEAR_BEFORE.search(before):
        return False
    is_day = is_whole and len(mention.words) <= 2
    return not (is_day and (_DAY_BEFORE.search(before) or _DAY_BEHIND.match(behind)))


def _is_range(low: Mention, high: Mention, text: str) -> bool:
    between = text[low.start + len(low.words) : high.start]
    if _AND.fullmatch(between):
        return bool(_BETWEEN.search(text[: low.start]))
    # "From 4,000 to 4,700" tells of a change as often as of a range.
    return bool(_RANGE.fullmatch(between)) and not _FROM.search(text[: low.start])


def _range(low: Mention, high: Mention, text: str) -> Amount:
    between = _BETWEEN.search(text[: low.start])
    start = between.start() if between else low.start
    end = high.start + len(high.words)
    ends = [
        Interval(min(a, b), max(a, b))
        for a in low.values
        for b in high.values
        if a != b
    ]
    return Amount(
        " ".join(text[start:end].split()),
        start,
        end,
        tuple(ends) or (Interval(max(low.values), max(low.values)),),
        frozenset(),
    )


def _single(mention: Mention, text: str) -> Amount:
    start, end = mention.start, mention.start + len(mention.words)
    before = text[max(0, start - 40) : start]
    said = _BEFORE.search(before)
    how = said.lastgroup if said else ""
    for bound, pattern in (("least", _OR_MORE), ("most", _OR_LESS)):
        if bounded := pattern.match(text, end):
            how, end = bound, bounded.end()
    is_few = _A_FEW.search(before) and mention.words.lower() in _SCALES
    # "Several hundred" may be from two hundred to below a thousand.
    meant = tuple(
        Interval(2 * value, 10 * value, is_open=True)
        if is_few
        else _meant(value, how or "", mention.words)
        for value in sorted(mention.values)
    )
    opens = said or _A_FEW.search(before) or _CURRENCY_BEFORE.search(before)
    start -= len(before) - opens.start() if opens else 0
    bare = frozenset() if is_few else mention.values
    return Amount(" ".join(text[start:end].split()), start, end, meant, bare)


def _meant(value: float, how: str, written: str) -> Interval:
    match how:
        case "about":
            reach = min(_TOLERANCE * abs(value), _last_place(value, written) / 2)
            return Interval(value - reach, value + reach, is_open=reach > 0)
        case "nearly":
            return Interval(0.9 * value, value)
        case "over":
            return Interval(value, is_open=True)
        case "least":
            return Interval(value)
        case "most":
            return Interval(high=value)
        case "under":
            return Interval(high=value, is_open=True)
    return Interval(value, value)


def _last_place(value: float, written: str) -> float:
    """Return the place of the last digit that is not a needless nought."""
    digits = f"{value:.6f}".rstrip("0")
    if not digits.endswith("."):
        return 10.0 ** -len(digits.partition(".")[2])
    whole = digits[:-1]
    return 10.0 ** (len(whole) - len(whole.rstrip("0") or "0"))


def _in_plural(text: str) -> Iterator[Amount]:
    """Yield what is only said by its size: "thousands", "tens of thousands"."""
    for match in _PLURAL_SCALE.finditer(text):
        scale = _SCALES[match["scale"].lower()]
        low = {"tens": 10, "hundreds": 100}.get(
            (match["tens"] or "").lower(), 1
        ) * scale
        size = 10 if match["scale"].lower() != "dozen" else 9
        top = 1_000 if match["scale"].lower() == "million" else size
        meant = Interval(low if match["tens"] else 2 * low, low * top, is_open=True)
        yield Amount(match[0], match.start(), match.end(), (meant,), frozenset())


def _with_counted(amount: Amount, until: int, text: str) -> Amount:
    """Return the amount with its unit, and what by the words behind it it counts."""
    behind = text[amount.end : min(until, amount.end + 80)]
    stop = _END.search(behind)
    said = words(f"7{behind[: stop.start()] if stop else behind}")[1:]
    while said and (said[0][0].isdigit() or said[0] in _BEFORE_COUNTED):
        said.pop(0)
    counted = []
    for word in said[:_MOST_COUNTED]:
        if word in FUNCTION_WORDS or word in _EVERY_MONTH:
            break
        counted.append(word)
    digit = re.search(r"\d", text[amount.start : amount.end])
    number_at = amount.start + (digit.start() if digit else 0)
    before = _CURRENCY_BEFORE.search(text[max(0, amount.end - 40) : number_at])
    paid = (
        [word for word in words(f"{before[0].strip()} 7") if word in CURRENCY_NAMES]
        if before
        else []
    )
    unit = next(
        (w for w in (*paid, *counted[:2]) if w == "percent" or w in CURRENCY_NAMES), ""
    )
    return replace(amount, counted=tuple(map(term, counted)), unit=unit)
