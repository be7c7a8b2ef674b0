"""What kind of answer a question asks for, and which words name what is asked."""

import re
from dataclasses import dataclass
from enum import Enum, auto


class Expected(Enum):
    """The kind of answer that the wording of a question calls for."""

    ANYTHING = auto()
    NUMBER = auto()
    MONEY = auto()
    DATE = auto()
    AGE = auto()


_PATTERNS = (
    (Expected.AGE, r"\bhow old\b|\bwhat age\b|\bage of\b"),
    (
        Expected.MONEY,
        r"\bhow much (?:money|(?:does|did|do) .*\b(?:cost|pay|earn|charge)|"
        r"is .*\bworth)|\b(?:cost|price) of\b|\bhow expensive\b|\bwhat .*\bcost\b",
    ),
    (
        Expected.NUMBER,
        r"\bhow (?:many|big|large|tall|high|fast|far|deep|heavy|wide)\b|"
        r"\b(?:number|percentage|share|proportion|total|size|count) of\b|"
        r"\bwhat (?:number|percentage|share|proportion)\b|\bdeath toll\b",
    ),
    (
        Expected.DATE,
        r"\bwhen\b(?! \w+ing\b)|\b(?:what|which) (?:date|day|month|year|time)\b|"
        r"\bsince when\b|\bdate of\b|\bhow (?:soon|recently)\b",
    ),
)
_COMPILED = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_FOCUS = re.compile(
    r"\b(?:how many|how much|which|whose|number of|"
    r"what(?:'?s)?(?: (?:is|are|was|were) (?:the|a|an))?)"
    r"((?: (?:more|other|of|the|these|those|kinds?|types?|sorts?|new|different))*)"
    r" (?P<rest>.*)"
)


_PERSONAL = re.compile(
    r"\b(?:do|can|should|could|may|am|did|would|will|must|shall) i\b|\bmy\b|"
    r"\b(?:are|made|would|call) you\b|\byour\b|\bremind me\b|"
    r"\bdo you (?!know|have|say|mean|cover|think)"
)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question is put: what it expects, and what follows its question word."""

    expected: Expected
    after: str
    """The words from what is asked for onwards ("tanks did they lose"), or empty."""
    is_personal: bool


def read_wording(spaced: str) -> Wording:
    """Read a question given as its words in lower case with single spaces."""
    expected = next(
        (kind for kind, pattern in _COMPILED if pattern.search(spaced)),
        Expected.ANYTHING,
    )
    match = _FOCUS.search(spaced)
    after = match["rest"] if match else ""
    return Wording(expected, after, bool(_PERSONAL.search(spaced)))
