"""A text cut into sentences and clauses, and whether it is a draft to be checked."""

import re

from bot.briefing.drafts.amounts import amounts
from bot.briefing.search.english import FUNCTION_WORDS, IRREGULAR

_SHORT_FORM = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Adm|Gov|Sen|Rep|Rev|St|"
    r"Mt|No|vs|ca|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)|"
    r"\b(?:[a-z]\.){1,3}[a-z])\.$"
)
_LONGEST_SHORT_FORM = 12
_END = re.compile(r"[.!?…][\"”’')\]]*\s+(?=[\"“‘'(\[]*[A-Z0-9])")
_BULLET = re.compile(r"^\s*(?:[-*•–—]|\(?\d{1,2}[.)])\s+")
_CLAUSE = re.compile(
    r"\s*[;:]\s+|\s+[–—-]\s+|,?\s+(?:while|whereas|although|but)\s+|"
    r",\s+(?:and|as|which|who|after|with)\s+|\s+and\s+",
    re.IGNORECASE,
)
_LEAST_CLAUSE = 4
"""Words that either side of a conjunction needs to be read by itself."""
_LEAST_SENTENCE = 4
_LEAST_ALONE = 6
"""Words that a lone sentence with a number needs: less is a look-up."""
_LONG = 20
"""Words from which a lone sentence is a draft even without a number."""
_ASKS_TO_CHECK = re.compile(
    r"^\W*(?:(?:hi|hello|hey|please|pls|and|so|ok|can|could|would|will|you|we|i|someone|"
    r"need to|want to|let'?s)\W+)*"
    r"(?:(?:fact|double)[ -]?)?(?:check|verify|proofread|review)(?!\w)"
    r"(?:\W+(?:me|for me|if|whether|that|this|these|my|the|following|a|draft|text|copy|"
    r"paragraphs?|passage|story|sentences?|statements?|lines?|please|is|are|right|"
    r"correct|true|accurate|against|briefing|brief|below|of)\b)*\s*[:.?!–—\n-]*\s*|"
    r"^\W*(?:my |the |a |this |new )*draft(?: text| copy| paragraph)?\s*[:–—\n-]+\s*",
    re.IGNORECASE,
)
_IS_IT_RIGHT = re.compile(
    r"\b(?:is|are|does|do|did|was|were|has|have|any|anything|what(?:'s| is)?|can|"
    r"could)\b.{0,40}\b(?:right|correct|true|accurate|match(?:es)?|agree|errors?|mistakes?|wrong|"
    r"check|verify|ok|okay|fine|hold up|stand up|off)\b",
    re.IGNORECASE,
)
_MOST_OF_SUCH = 14
_ASKS = re.compile(
    r"^\W*(?:and |but |so |then |also )?(?:how|what|when|where|who|whom|whose|which|"
    r"why|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|"
    r"isn|aren|wasn|weren|don|doesn|didn|hasn|haven)\b",
    re.IGNORECASE,
)
_ASKS_INSIDE = re.compile(
    r"\bhow (?:many|much|long|far|old|often)\b|\b(?:in|by|at|to|of|for|,) what\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^\W*(?:please|pls|tell|show|give|list|find|explain|describe|summari[sz]e|look|"
    r"search|send|help|subscribe|unsubscribe|stop|open|use|remind|translate|book|write|"
    r"compare|number of|figures?|sources?|timeline|changes?)\b|"
    r"\b(?:i|we)(?: am|['’]m| are|['’]re| would|['’]d| was| were| have|['’]ve)? "
    r"(?:just )?(?:need|want|like to|looking|wonder(?:ing)?|trying|curious|asking|hope|"
    r"working on|writing|interested|heard|know|remember|think|believe|read|saw)\b|"
    r"\b(?:you|your)\b|\b(?:let me know|tell me|thanks|thank you)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|will|would|may|might|can|could|should|"
    r"must|do|does|did|says?|said)\b|\b\w{3,}ed\b",
    re.IGNORECASE,
)
_PAST = frozenset(form for form, plain in IRREGULAR.items() if form != plain)
_WORD = re.compile(r"[^\W_][\w'’,.-]*")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order; a line ends one, as a bullet does."""
    found = []
    for line in text.splitlines():
        line = " ".join(_BULLET.sub("", line).split())
        start = 0
        for end in _END.finditer(line):
            piece = line[start : end.end()].rstrip()
            if end[0][0] == "." and _SHORT_FORM.search(
                line[max(start, end.start() - _LONGEST_SHORT_FORM) : end.start() + 1]
            ):
                continue
            found.append(piece)
            start = end.end()
        found.append(line[start:].strip())
    return [sentence for sentence in found if _WORD.search(sentence)]


def clauses(sentence: str) -> list[str]:
    """Return the parts of a sentence that may each be said by another claim.

    Where a part would be too short to be understood, it stays with the one before it.
    """
    parts: list[str] = []
    start = 0
    for cut in _CLAUSE.finditer(sentence):
        before, behind = sentence[start : cut.start()], sentence[cut.end() :]
        is_long = len(_words(before)) >= _LEAST_CLAUSE <= len(_words(behind))
        if is_long and not re.search(r"\bbetween\s+\S+$", before):
            parts.append(before)
            start = cut.end()
    return [*parts, sentence[start:]]


def draft_in(text: str) -> str | None:
    """Return the text that is to be checked; None where it is none, but a question.

    A text is a draft where somebody asks to check it, else where it states something:
    in two sentences, in one with a number, or in a long one, and asks nothing at the
    end but whether that is right. "" where nothing follows the wish to check.
    """
    asked = _ASKS_TO_CHECK.match(text)
    if not asked and len(text.split()) < _LEAST_ALONE:
        return None
    if asked:
        rest = text[asked.end() :]
        if not _WORD.search(rest):
            return ""
        is_marked = re.search(r"[:\n–—]\s*$", asked[0]) or _states(sentences(rest)[0])
        if is_marked and not is_question(sentences(rest)[-1]):
            return rest
    said = sentences(text)
    if not said:
        return None
    if any(is_question(sentence) for sentence in said):
        said = [s for s in said if not _asks_whether_right(s)]
        is_asked_to_check = len(said) < len(sentences(text))
        if not said or is_question(said[-1]):
            return None
        if is_asked_to_check and any(map(_states, said)):
            return "\n".join(said)
    stated = [s for s in said if _states(s)]
    wishes = [s for s in said if _REQUEST.search(s)]
    if wishes or not stated:
        return None
    if len(stated) > 1:
        return text
    length = len(_words(stated[0]))
    is_checkable = length >= _LONG or (
        length >= _LEAST_ALONE and bool(amounts(stated[0]))
    )
    return text if is_checkable and len(said) <= 2 else None


def is_question(sentence: str) -> bool:
    """Say whether a sentence ends or begins like a question."""
    return sentence.rstrip("\"”’')] ").endswith("?") or bool(_ASKS.match(sentence))


def _asks_whether_right(sentence: str) -> bool:
    """Say whether a question is only whether the rest is right."""
    is_short = len(_words(sentence)) <= _MOST_OF_SUCH
    is_asked = is_question(sentence) or _ASKS_TO_CHECK.match(sentence)
    return bool(is_short and is_asked and _IS_IT_RIGHT.search(sentence))


def _states(sentence: str) -> bool:
    """Say whether a sentence states something: it has a verb, and asks for nothing."""
    found = _words(sentence)
    if len(found) < _LEAST_SENTENCE or is_question(sentence):
        return False
    asks = _REQUEST.search(sentence) or _ASKS_INSIDE.search(sentence)
    if asks or FUNCTION_WORDS.issuperset(found):
        return False
    return bool(_VERB.search(sentence)) or not _PAST.isdisjoint(found)


def _words(text: str) -> list[str]:
    return [word.lower().strip(".,'’-") for word in _WORD.findall(text)]
