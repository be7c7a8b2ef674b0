"""What kind of answer a question calls for, and whether a claim has such an answer."""

import re
from enum import Enum, auto

from bot.briefing.models import Claim
from bot.briefing.search.analysis import MONTHS, term, words


class Expected(Enum):
    """The kind of answer that the wording of a question calls for."""

    ANYTHING = auto()
    NUMBER = auto()
    MONEY = auto()
    DATE = auto()
    AGE = auto()
    DURATION = auto()
    EXTENT = auto()
    """A length, height, depth or distance."""


_ASKED = (
    (Expected.AGE, r"\bhow old\b|\bwhat age\b|\bage of\b"),
    (
        Expected.MONEY,
        r"\bhow much (?:money|.*\b(?:costs?|pay|pays|paid|paying|earns?|charges?|worth|"
        r"spends?|spent))\b|\b(?:cost|price|salary|wage)s? of\b|\bhow expensive\b|"
        r"\bwhat .*\bcost\b",
    ),
    (Expected.EXTENT, r"\bhow (?:tall|high|deep|far|wide)\b"),
    (Expected.DURATION, r"\bhow long\b|\bfor how many\b"),
    (
        Expected.NUMBER,
        r"\bhow (?:many|much|big|large|fast|heavy)\b|"
        r"\b(?:number|percentage|share|proportion|total|size|count|population) of\b|"
        r"\bwhat (?:number|percentage|share|proportion)\b|\bdeath toll\b",
    ),
    (
        Expected.DATE,
        r"\bwhen\b(?! \w+ing\b)|\b(?:what|which) (?:date|day|month|year|time)\b|"
        r"\bsince when\b|\bdate of\b|\bhow (?:soon|recently)\b",
    ),
)
_ASKED_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED)

_TIME = r"(?:second|minute|hour|day|week|month|year|decade|centurie|century)s?\b"
_HAS = {
    Expected.MONEY: r"[$€£¥₩]|\b(?:dollar|euro|pound|yen|won|rouble|ruble|yuan|franc|"
    r"krone|krona|crown|rupee|peso|lira|cent)s?\b|\b(?:USD|EUR|GBP)\b",
    Expected.AGE: r"\baged?\b|\byears?[ -]old\b|\bborn\b",
    Expected.DURATION: rf"\b{_TIME}|\bsoon\b|\bend\b",
    Expected.EXTENT: r"\b(?:kilomet|met|centimet|milli ?met)(?:re|er)s?\b|"
    r"\b(?:km|miles?|f(?:oo|ee)t|inch(?:es)?|yards?)\b",
    Expected.DATE: rf"\b(?:19|20)\d\d\b|\b{_TIME}|\b(?:{'|'.join(MONTHS)}|May)\b|"
    r"\b(?:soon|today|yesterday|tomorrow|recently|now)\b",
}
_HAS_COMPILED = {
    kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _HAS.items()
}


def expected_by(spaced: str) -> Expected:
    """Return what a question calls for, given its words with single spaces."""
    found = (kind for kind, pattern in _ASKED_COMPILED if pattern.search(spaced))
    return next(found, Expected.ANYTHING)


def fits(expected: Expected, claim: Claim, counted: frozenset[str]) -> bool:
    """Say whether the claim has the kind of answer that the question calls for.

    `counted` holds the terms of what is to be counted: a number below ten is an answer
    only where it counts just that, since "the two countries" counts nothing.
    """
    if expected is Expected.ANYTHING or (expected is Expected.DATE and claim.when):
        return True
    text = f"{claim.text} {claim.short or ''}"
    if expected is Expected.NUMBER:
        return bool(claim.figures) or _counts(words(text), counted)
    return bool(_HAS_COMPILED[expected].search(text))


def _counts(spelled: list[str], counted: frozenset[str]) -> bool:
    for at, word in enumerate(spelled):
        if not word[0].isdigit():
            continue
        if len(word) > 1 or any(term(near) in counted for near in spelled[at : at + 4]):
            return True
    return False
