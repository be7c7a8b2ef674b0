"""How a question is put: what of it is asked for, and what is only politeness."""

import re
from dataclasses import dataclass

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
_ELLIPSIS = re.compile(r"^(?:and|or|but|what about|how about|what of)\b")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question after its preamble, and what their order tells."""

    words: tuple[str, ...]
    expected: Expected
    focus: frozenset[str]
    """The words that name what is asked for, as "tanks" does after "how many"."""
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
    return Wording(
        tuple(spaced.split()),
        expected_by(spaced),
        _focus(spaced),
        is_personal=bool(_PERSONAL.search(spaced)),
        is_definition=bool(_DEFINITION.match(spaced)),
        is_follow_up=bool(_FOLLOW_UP.search(spaced)),
        is_ellipsis=bool(_ELLIPSIS.match(spaced)),
    )


def _focus(spaced: str) -> frozenset[str]:
    """Return the words between the question word and the next function word."""
    match = _FOCUS.search(spaced)
    run: list[str] = []
    for word in match["asked"].split() if match else ():
        if word in FUNCTION_WORDS:
            break
        run.append(word)
    return frozenset(run) - REQUEST_WORDS
