"""The kind of answer that a question calls for, and whether a claim has one.

`expected_by` tells it by the question's words, `fits` looks for it in the claim.
"""

import re
from enum import Enum, auto

from bot.briefing.models import Claim
from bot.briefing.search.analysis import MONTHS, term, words_of_claim
from bot.briefing.search.english import FUNCTION_WORDS, english_ranks


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
    PLACE = auto()
    ORIGIN = auto()
    """Where something comes from."""
    REASON = auto()
    PERSON = auto()


_OTHERS = r"(?:what|who|whom|which|whose|how|where|why)\b"
_FIRST = rf"^(?:(?!{_OTHERS})\w+ ){{0,2}}"
_ONLY = rf"(?!.*\b{_OTHERS})"
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
        # A "when" behind another question word only says under which condition.
        rf"{_FIRST}when\b(?! \w+ing\b){_ONLY}|\bsince when\b|"
        r"\b(?:what|which) (?:date|day|month|year|time)\b|"
        r"\bdate of\b|\bhow (?:soon|recently)\b",
    ),
    (Expected.ORIGIN, rf"{_FIRST}where\b{_ONLY}.* from$|^from where\b"),
    (Expected.PLACE, rf"{_FIRST}where\b{_ONLY}"),
    (Expected.REASON, rf"{_FIRST}(?:why|how come)\b"),
    (Expected.PERSON, r"^(?:and |but |so )?who(?:m|se)?\b"),
)
_ASKED_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _ASKED)

_TIME = r"(?:second|minute|hour|day|week|month|year|decade|centurie|century)s?\b"
_THEN = (
    "in|within|after|before|by|until|since|every|last|next|this|coming|past|following|"
    "previous|same|that|during"
)
"""What stands before a time that tells when, and not for how long."""
_DAYS = "Mon|Tues|Wednes|Thurs|Fri|Satur|Sun"
_WHERE = (
    "in|at|near|on|off|from|to|into|across|around|inside|outside|along|through|between|"
    "beneath|under|over|behind|above|below|throughout|within|towards?"
)
_ABSTRACT = (
    "order|fact|addition|total|time|part|response|return|general|particular|case|"
    "morning|evening|night|spring|summer|autumn|winter|which|who|whom|be|have"
)
_HAS = {
    Expected.MONEY: r"[$€£¥₩]|\b(?:dollar|euro|pound|yen|won|rouble|ruble|yuan|franc|"
    r"krone|krona|crown|rupee|peso|lira|cent)s?\b|\b(?:USD|EUR|GBP)\b",
    Expected.AGE: r"\baged?\b|\byears?[ -]old\b|\bborn\b",
    Expected.DURATION: rf"\b{_TIME}|\bsoon\b|\bend\b",
    Expected.EXTENT: r"\b(?:kilomet|met|centimet|milli ?met)(?:re|er)s?\b|"
    r"\b(?:km|miles?|f(?:oo|ee)t|inch(?:es)?|yards?)\b",
    Expected.DATE: rf"\b(?:1\d\d\d|20\d\d)(?:s\b|\b)|\b(?:{'|'.join(MONTHS)}|"
    rf"May)\b|\b(?:{_THEN}) (?:(?!for |than )\w+[ -]){{0,4}}{_TIME}|"
    rf"\b{_TIME} (?:ago|later|earlier|after|before)\b|"
    rf"\b(?:{_DAYS})day|\b\d+(?:[.:]\d\d)? ?[ap]\.?m\b|"
    r"\b(?:soon|today|yesterday|tomorrow|recently|now|night|morning|spring|summer|"
    r"autumn|winter|beginning|end)\b",
    Expected.PLACE: rf"\b(?:{_WHERE}) (?:the |an? |its |their |his |her )?"
    rf"(?!\d|(?:{'|'.join(MONTHS)}|May|{_ABSTRACT})\b|{_TIME})[^\W\d]",
    Expected.ORIGIN: r"\bfrom (?!\d)|\borigin|\bnative to\b|\bby way of\b",
    Expected.REASON: r"\b(?:because|since|due|owing|thanks to|so that|in order|"
    r"reasons?|caus\w+|results?|resulted|le[ad]ds?|motiv\w+|therefore|hence|"
    r"by \w+ing|blam\w+|lack of|over|"
    r"for (?!\d|the\b(?! (?:sake|lack|want|reason))|"
    r"\w+ (?:second|minute|hour|day|week|month|year)s))\b",
}
_HAS_COMPILED = {
    kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _HAS.items()
}


def expected_by(spaced: str) -> Expected:
    """Return what a question calls for, given its words with single spaces."""
    found = (kind for kind, pattern in _ASKED_COMPILED if pattern.search(spaced))
    return next(found, Expected.ANYTHING)


_CALENDAR = frozenset((*MONTHS, "may", *(f"{d}day" for d in _DAYS.lower().split("|"))))
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_CAPITAL = re.compile(r"(?P<starts>^|[.!?:]\s+)?\b(?P<word>[A-Z][\w'’-]*)")


def _is_all_shares(spelled: tuple[str, ...]) -> bool:
    """Say whether all numbers are percentages, but for days and years."""
    numbers = [at for at, word in enumerate(spelled) if word[0].isdigit()]
    shares = [at for at in numbers if "percent" in spelled[at + 1 : at + 2]]
    dates = [
        at
        for at in numbers
        if _YEAR.fullmatch(spelled[at])
        or not _CALENDAR.isdisjoint(spelled[max(0, at - 1) : at + 2])
    ]
    return bool(shares) and len(numbers) == len(shares) + len(dates)


def fits(
    expected: Expected,
    claim: Claim,
    counted: frozenset[str] = frozenset(),
    asked: frozenset[str] = frozenset(),
) -> bool:
    """Say whether the claim has the kind of answer that the question calls for.

    `counted` holds the terms of what is to be counted: a number below ten is an answer
    only where it counts just that, since "the two countries" counts nothing. `asked`
    are the question's own words: the person it names is no answer to "who".
    """
    if expected is Expected.ANYTHING or (expected is Expected.DATE and claim.when):
        return True
    text = f"{claim.text} {claim.short or ''}"
    if expected is Expected.NUMBER:
        # "How many of them" may be told by a share.
        is_counted = "many" in asked and "of" not in asked
        if claim.figures and not is_counted:
            return True
        spelled = words_of_claim(text)
        if is_counted and _is_all_shares(spelled):
            return False
        return bool(claim.figures) or any(
            len(word) > 1 or any(term(near) in counted for near in spelled[at : at + 4])
            for at, word in enumerate(spelled)
            if word[0].isdigit()
        )
    if expected is not Expected.PERSON:
        return bool(_HAS_COMPILED[expected].search(text))
    for match in _CAPITAL.finditer(claim.text):
        found = words_of_claim(match["word"])
        # What opens a sentence is a name only where it is no word of English.
        is_common = any(w in FUNCTION_WORDS or w in english_ranks() for w in found)
        is_name = match["starts"] is None or not is_common
        if is_name and not asked.issuperset(found) and not _CALENDAR.issuperset(found):
            return True
    return False
