"""How a question is put: what of it is asked for, and what is only politeness."""

import re
from dataclasses import dataclass
from itertools import takewhile

from bot.briefing.numbers import NUMBER_WORDS
from bot.briefing.search.analysis import fold
from bot.briefing.search.english import FUNCTION_WORDS, REQUEST_WORDS
from bot.briefing.search.expectation import Expected, expected_by

_PREAMBLE = re.compile(
    r"^.*\b(?:(?:i|you|we|they|to|anyone|anybody) know|tell (?:me|us)|wonder(?:ing)?|"
    r"explain|find out|ask(?:ing)?|remind me|curious|check|idea|clear) "
    r"(?=(?:how|what|when|where|who|whose|which|why|whether)\b)"
)
_FOCUS = re.compile(
    r"\b(?:how many|how much|which|whose|number of|"
    r"how (?:is|are|was|were) (?:the|a|an)|"
    r"(?:what|who)(?: (?:is|are|was|were|will be) (?:the|a|an)| s the)?)"
    r"(?: (?:more|other|of|the|these|those|kinds?|types?|sorts?|new|different))*"
    r" (?P<asked>.*)"
)
_PERSONAL = re.compile(
    r"\b(?:do|can|should|could|may|am|did|would|will|must|shall) i\b|\bmy\b|"
    r"\b(?:are|made|would|call) you\b|\byour\b|\bremind me to\b|"
    r"\bdo you (?!know|have|say|mean|cover|think)|\bhow are you\b"
)
_DEFINITION = re.compile(
    r"^(?:and )?(?:who|what)(?: exactly)?(?: is| are| was| were| s)? "
)
_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|so|also|then|what about|how about|what of)\b|"
    r"\b(?:they|them|their|it|its|he|him|his|she|her|that|those|these|there|then)\b"
)
_SHORT_NOT = (
    r"(?:is|are|was|were|do|does|did|has|have|had|wo|would|could|should|ca)n['’]?t"
)
_NEGATED = re.compile(
    r"\b(?:not(?! only)|no|never|none|nobody|nothing|without|neither|nor|cannot|unable|"
    rf"lacks?|fail(?:s|ed)?|{_SHORT_NOT})\b",
    re.IGNORECASE,
)
_NEGATIVE_OPENING = re.compile(rf"^\W*(?:\w+,? )?{_SHORT_NOT}\b", re.IGNORECASE)
_SAYS = (
    r"(?:say|claim|admit|confirm|den[yi]|announc|report|estimat|predict|expect|think|"
    r"believe|warn|state|promis|describ|accus|blam|insist|suggest|acknowledg|conclud|"
    r"react|respond|answer|propos|comment|assess|put)(?:e|es|s|ed|d|ing)?|said|thought"
)
_WHO = r"(?P<{}>(?:\w+ ){{1,4}}?)"
_SPEAKER = re.compile(
    rf"\b(?:do|does|did|has|have|had|will|would|could|can) {_WHO.format('asked')}"
    rf"(?:ever |also |already |really |officially |publicly )*(?:{_SAYS})\b|"
    rf"\b(?:{_SAYS}|according) (?:by|to) (?P<told>(?:the )?(?:\w+ ?){{1,3}})|"
    rf"\bwhat {_WHO.format('stated')}(?:says|said|thinks|claims)\b"
)
_STATE = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|were) (?:\w+ )*?(?P<before>\w+) "
    r"(?P<state>(?!\w+(?:ed|en|ing)$)\w+)$"
)
_SUBJECTS = frozenset(
    (
        "he",
        "she",
        "it",
        "they",
        "we",
        "you",
        "that",
        "this",
        "these",
        "those",
        "anybody",
    )
)
_SUPERLATIVE = re.compile(
    r"\b(?:most|\w{2,}est|first|last|only|best|worst|main|top|record|chief)\b"
)
_LIKE_SUPERLATIVES = """
arrest contest digest east forest guest harvest honest interest invest latest manifest
midwest modest nearest northeast northwest pest priest protest quest request rest
southeast southwest suggest test west
"""
_NO_SUPERLATIVE = frozenset(_LIKE_SUPERLATIVES.split())
_ELLIPSIS = re.compile(r"^(?:and|or|but|what about|how about|what of)\b")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question after its preamble, and what their order tells."""

    words: tuple[str, ...]
    expected: Expected
    focus: frozenset[str]
    """The words that name what is asked for, as "tanks" does after "how many": those
    between the question word and the next function word."""
    speaker: tuple[str, ...]
    """The words for whoever is asked to have said it: "the UN" in "did the UN say"."""
    state: str
    """The state that is asked for, as in "is the harbour safe?"; else empty."""
    is_superlative: bool
    is_personal: bool
    """Whether it is about the asker or the bot, as briefings never are."""
    is_definition: bool
    """Whether it asks who or what something is."""
    is_follow_up: bool
    """Whether it leans on the question before it."""
    is_ellipsis: bool
    """Whether it leaves its question word to the question before it."""


def read_wording(typed: list[str]) -> Wording:
    """Read a question given as its words in lower case."""
    spaced = _PREAMBLE.sub("", " ".join(typed))
    asked_for = _FOCUS.search(spaced)
    focus = takewhile(
        lambda word: word not in FUNCTION_WORDS,
        asked_for["asked"].split() if asked_for else (),
    )
    state = _STATE.match(spaced)
    if state and state["before"] in FUNCTION_WORDS - _SUBJECTS:
        state = None
    said = _SPEAKER.search(spaced)
    speaker = (said["asked"] or said["told"] or said["stated"]) if said else ""
    return Wording(
        tuple(spaced.split()),
        expected_by(spaced),
        frozenset(focus) - REQUEST_WORDS,
        tuple(word for word in speaker.split() if word not in FUNCTION_WORDS),
        state=state["state"] if state else "",
        is_superlative=has_superlative(spaced),
        is_personal=bool(_PERSONAL.search(spaced)),
        is_definition=bool(_DEFINITION.match(spaced)),
        is_follow_up=bool(_FOLLOW_UP.search(spaced)),
        is_ellipsis=bool(_ELLIPSIS.match(spaced)),
    )


def asks_what_is_not(text: str) -> bool:
    """Say whether a question asks what is not so: "which towns have no water?".

    "Didn't they meet?" asks whether they did.
    """
    return negates(_NEGATIVE_OPENING.sub("", text))


_SUM_PARTS = re.compile(r"\d[\d.,]*|[^\W\d_]+|[-+*/×÷^=%]")
_SUM_ASKED = frozenset(
    ("what", "s", "is", "how", "much", "calculate", "compute", "solve")
)
_SIGNS = frozenset("+*×÷^=") | {"plus", "minus", "times", "divided", "multiplied", "x"}
_SUM_WORDS = _SIGNS | {
    "-",
    "/",
    "%",
    "percent",
    "of",
    "by",
    "the",
    "and",
    "power",
    "to",
}


def asks_for_a_sum(text: str) -> bool:
    """Say whether a text is arithmetic, which no briefing is for: "what is 1+1?"."""
    parts = _SUM_PARTS.findall(text.lower())
    sum_of = [part for part in parts if part not in _SUM_ASKED]
    is_asked = len(sum_of) < len(parts)
    numbers = [p for p in sum_of if p[0].isdigit() or p in NUMBER_WORDS]
    signs = [part for part in sum_of if part in (_SUM_WORDS if is_asked else _SIGNS)]
    is_all = all(part in _SUM_WORDS for part in sum_of if part not in numbers)
    return len(numbers) > 1 and bool(signs) and is_all


def negates(text: str) -> bool:
    """Say whether a text says of anything that it is not so."""
    return bool(_NEGATED.search(text))


def has_superlative(spaced: str) -> bool:
    """Say whether a text in lower case has a "largest", a "first" or an "only"."""
    return not _NO_SUPERLATIVE.issuperset(_SUPERLATIVE.findall(spaced))


def names_in(text: str) -> frozenset[str]:
    """Return the words that are written like names, and not to start a sentence."""
    found = re.findall(r"[^\W\d_][\w'’-]*", text)
    small = {word for word in found if word[0].islower()}
    inner = re.findall(r"(?<![.!?])\s[\"“(]*([^\W\d_][\w-]*)", text)
    names = [word for word in inner if word[0].isupper() and word != "I"]
    if len(names) > 1 and small <= FUNCTION_WORDS:
        return frozenset()  # Everything is in capitals, as in a title.
    return frozenset(part for name in names for part in re.split(r"[\W_]", fold(name)))
