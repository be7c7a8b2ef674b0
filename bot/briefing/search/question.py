"""A question taken apart, alone or with the question before it.

`read_wording` tells how it is put: what is asked for, and what is only politeness.
"""

import re
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile

from bot.briefing.numbers import CURRENCY_NAMES, NUMBER_WORDS
from bot.briefing.search.analysis import fold, term, words
from bot.briefing.search.answer_kinds import Expected, expected_by
from bot.briefing.search.english import (
    ARTICLES,
    AS_IN_CHATS,
    FUNCTION_WORDS,
    IRREGULAR,
    REQUEST_WORDS,
    english_ranks,
)
from bot.briefing.search.index import (
    SHORTEST,
    Index,
    repair_english,
    repair_function_word,
)
from bot.briefing.search.roles import Roles, read_roles
from bot.briefing.search.units import REQUEST_TERMS, Unit, UnitReader

LONGEST = 2_000
"""Characters of a question that are read."""
MOST_UNITS = 40
SHORT = 3
"""Words up to which a text is so short that it could lean on the one before."""
BARE = 2
"""Keywords up to which a query is no question but a look-up."""
CARRIED = 0.3
"""The part of its weight that a word of the question before keeps."""
REQUEST = 0.15
"""The part of its weight that a request word keeps beside others."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as one briefing understands it."""

    units: tuple[Unit, ...]
    expected: Expected
    is_bare: bool
    """Whether it is one or two keywords and no sentence."""
    is_of_a_topic: bool
    """Whether it asks of a thing or two, and nothing of them: "what about drones?"."""
    is_personal: bool
    is_definition: bool
    has_content: bool
    """Whether it holds any word but those that every question is made of."""
    owned: tuple[tuple[Unit, Unit], ...]
    """Names with the unit right behind: whose soldiers."""
    speakers: tuple[Unit, ...]
    """Who is asked to have said it; empty where the question does not say."""
    is_negated: bool
    """Whether it asks what is not so."""
    state: str
    """The state that is asked for, as in "is the harbour safe?"; else empty."""
    act: Unit | None
    """What was done, where it is asked when, where, why or by whom it was."""
    is_superlative: bool
    is_advice: bool
    """Whether it asks what somebody should do."""
    credit: str
    """What it asks of a name itself, as in "is the UN reliable?"; else empty."""
    roles: Roles
    compounded: tuple[Unit, ...]
    """Words in capitals before another, as parts of one name: "Cold" of "Cold War"."""
    words: frozenset[str]


def read_question(text: str, index: Index, previous: str | None = None) -> Question:
    """Take a question apart; any text at all is a question.

    One that leans on the `previous` question ("and how many were wounded?") is read
    with that one's words behind its own, at less weight.
    """
    text = text[:LONGEST]
    names = names_in(text)
    wording = read_wording(_as_meant(words(text), names, index))
    asked = set(wording.words)
    reader = UnitReader(index, names, wording.focus)
    read = reader.units(list(wording.words), bool(asked - FUNCTION_WORDS))
    units = _weigh_requests(tuple(islice(read, MOST_UNITS)), wording.kind)
    expected = wording.expected
    is_empty = all(unit.is_request for unit in units)
    if previous is not None and (wording.is_follow_up or is_empty):
        before = read_question(previous, index)
        if not (wording.is_ellipsis and before.is_of_a_topic and len(units) <= BARE):
            units = _carry(units, before.units)
        if expected is Expected.ANYTHING and wording.is_ellipsis:
            expected = before.expected

    speaker = set(wording.speaker)
    is_about_content = not all(unit.is_request for unit in units)
    said_by = [u for u in units if not u.is_request and set(u.typed.split()) <= speaker]
    speakers = tuple(u for u in said_by if u.is_name) or tuple(said_by)
    spaced = " ".join(wording.words)
    roles = read_roles(spaced, units, speakers)
    is_bare = len(units) <= BARE and FUNCTION_WORDS.isdisjoint(asked - ARTICLES)
    weighty = [u for u in units if not (u.is_request or u.typed == wording.credit)]
    return Question(
        units,
        expected,
        is_bare=is_bare,
        is_of_a_topic=(is_bare or (wording.is_ellipsis and len(units) <= BARE))
        and not any(unit.tells_apart for unit in units),
        is_personal=wording.is_personal,
        is_definition=wording.is_definition and len(units) == 1,
        has_content=is_about_content and not asks_for_a_sum(text),
        owned=tuple(
            (owner, thing)
            for owner, thing in pairwise(units)
            if owner.is_owner
            and owner.alternatives
            and thing.alternatives
            and thing is not roles.act
        ),
        speakers=speakers,
        is_negated=asks_what_is_not(text),
        state=wording.state,
        act=next((unit for unit in units if wording.act in unit.typed.split()), None),
        is_superlative=wording.is_superlative,
        is_advice=bool(_ADVICE.search(spaced)),
        credit=wording.credit if weighty and all(u.is_name for u in weighty) else "",
        roles=roles,
        compounded=_compounded(spaced, units, names, index),
        words=frozenset(asked),
    )


def _compounded(
    spaced: str, units: tuple[Unit, ...], names: frozenset[str], index: Index
) -> tuple[Unit, ...]:
    """Return words in capitals right before another, where they are no known name."""
    return tuple(
        one
        for one, other in pairwise(units)
        if {one.typed, other.typed} <= names
        and not any(index.phrases.spot(one.terms))
        and f" {one.typed} {other.typed} " in f" {spaced} "
    )


def _as_meant(typed: list[str], names: frozenset[str], index: Index) -> list[str]:
    """Return the words with the typing errors of plain English set right.

    What the briefing may have meant is left to it: "mnay" is "many" only here.
    """
    vocabulary, english = index.vocabulary, english_ranks()
    meant = []
    for word in typed:
        if term(word) not in vocabulary and word not in names:
            word = AS_IN_CHATS.get(word, word)
        if word not in english and term(word) not in vocabulary:
            near, function_word = vocabulary.repair(word), word
            if word not in names or len(word) >= SHORTEST:
                function_word = repair_function_word(word)
            # Letters are swapped sooner than left out, and the first is hardly wrong.
            is_nearer = bool(near) and (
                sorted(near[0].word) == sorted(word) or function_word[0] != word[0]
            )
            if not is_nearer:
                word = function_word
            if (
                word not in english
                and word not in names
                and not vocabulary.repair(word)
            ):
                word = repair_english(word)
        meant.append(word)
    return meant


def may_lean(text: str) -> bool:
    """Say whether a text could lean on a question before it; no index is asked.

    A few words could be anything: a typing error may hide that they lean.
    """
    wording = read_wording(words(text[:LONGEST]))
    content = [word for word in wording.words if word not in FUNCTION_WORDS]
    is_empty = REQUEST_TERMS.issuperset(map(term, content))
    return wording.is_follow_up or is_empty or len(wording.words) <= SHORT


def _carry(own: tuple[Unit, ...], before: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Add the units of the question before, weighing less beside own content."""
    typed = {unit.terms for unit in own}
    is_empty = all(u.is_request or u.typed in FUNCTION_WORDS for u in own)
    share = 1.0 if is_empty else CARRIED
    kept = () if is_empty else own
    carried = tuple(
        replace(unit, part=unit.part * share, is_focus=False)
        for unit in before
        if unit.terms not in typed
    )
    return kept + carried


_KEYWORD_KINDS = {
    "date": Expected.DATE,
    "time": Expected.DATE,
    "year": Expected.DATE,
    "cost": Expected.MONEY,
    "costs": Expected.MONEY,
    "price": Expected.MONEY,
    "reason": Expected.REASON,
    "reasons": Expected.REASON,
    "cause": Expected.REASON,
    "causes": Expected.REASON,
    "location": Expected.PLACE,
    "place": Expected.PLACE,
    "venue": Expected.PLACE,
    "number": Expected.NUMBER,
    "count": Expected.NUMBER,
    "duration": Expected.DURATION,
}
"""Keywords that say which kind of answer is wanted of those before: "court date"."""
_ANSWER_KINDS = frozenset(
    map(term, ("year", "month", "day", "date", "time", "name", "place", "reason"))
)
"""What questions name to say which kind of answer they want: "in what year"."""


def _weigh_requests(units: tuple[Unit, ...], kind: str) -> tuple[Unit, ...]:
    if all(unit.is_request or unit.is_topic for unit in units):
        units = tuple(replace(unit, is_topic=False) for unit in units)
    if all(unit.is_request for unit in units):
        return units
    return tuple(
        replace(unit, part=REQUEST, is_focus=False)
        if unit.is_request
        or unit.typed == kind
        or (unit.is_focus and _ANSWER_KINDS.issuperset(unit.terms))
        else unit
        for unit in units
    )


_PREAMBLE = re.compile(
    r"^.*\b(?:(?:i|you|we|they|to|me|us|anyone|anybody) know|known|tell (?:me|us)|"
    r"wonder(?:ing)?|explain|find out|ask(?:ing)?|remind me|curious|check|idea|clear) "
    r"(?=(?:how|what|when|where|who|whose|which|why|whether)\b)"
)
_COUNT = r"(?:the|that|this) (?:figure|number|estimate|count|claim|total|report)s?"
_OF = "(?:of|that|about|for)"
_IS_SO = (
    r"(?:certain|sure|clear|established|confirmed|verified|proven|proved|disputed|"
    r"contested|documented|official|credible|reliable|a fact)"
)
_CERTAINTY = re.compile(
    r"^(?:and |but |so )?(?:"
    rf"how (?:sure|certain|confident) (?:is|are) (?:it|we|you|they) {_OF} |"
    rf"how \w+ (?:is|are) {_COUNT} {_OF} |"
    rf"(?:is|are) (?:it|we|you) (?:really |actually |now |already )*{_IS_SO} "
    r"(?:that|if|whether) |"
    r"(?:is|are) there (?:any |some )?(?:proof|evidence|confirmation|doubt) "
    rf"(?:{_OF}|if|whether) |"
    rf"(?:is|are|was|were) {_COUNT} {_OF} (?=.* {_IS_SO}$))"
)
"""Asks how sure something is: the claim itself says of what kind it is, and whose."""
_CERTAIN_BEHIND = re.compile(rf" {_IS_SO}$")
_ASKS_WHETHER = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|"
    r"would|may|might) "
)
_BOUND = re.compile(
    r"\b(?:(?:no |not )?(?:more|fewer|less) than|over|under|above|below|at least|"
    r"at most|up to|as (?:many|few) as|exactly) \d[\d.]*(?= (?!percent\b|of\b|"
    rf"\w*meters?\b|{'|'.join(sorted(CURRENCY_NAMES))}|(?:second|minute|hour|day|week|"
    r"month|year|mile|kilogram|hectare|degree)s?\b)[a-z])"
)
"""A number that a count may lie above or below: what is asked for is the count."""
_FILLER = re.compile(
    r"\b(?:in the first place|for the time being|at the moment|at the end of the day|"
    r"by the way|right now|so far|these days|in the end|as of (?:now|today)|at all)\b"
)
"""Phrases that add nothing, whatever their words mean alone."""
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
_CREDIT = (
    r"(?:reliable|credible|trustworthy|believable|truthful|honest|lying|biased|neutral|"
    r"objective|accurate|right|wrong|correct|true|sure|certain|confident)"
)
_CREDITED = re.compile(
    rf"^(?:and |but |so )?(?:how (?P<how>{_CREDIT}) (?:is|are|was|were) .*|"
    rf"(?:is|are|was|were) .* (?P<whether>{_CREDIT})|"
    r"(?:can|could|should|do|does) .*\b(?P<trust>trust|trusted|believed?)\b.*)$"
)
_CIRCUMSTANCE = re.compile(
    r"\b(?:when|where|why|what year|what date|what month) "
    r"(?:(?P<to_be>was|were|is|are|has|have|had)|did|will|would) (?P<rest>.*)"
)
_PARTICIPLE = re.compile(r"\w{2}ed$")
_OF_EVERYTHING = """
base based begin come do find happen hold house keep live locate occur place situate
start take use
"""
_OF_ALL_THINGS = frozenset(map(term, _OF_EVERYTHING.split()))
"""Verbs that only say that something is, or is somewhere."""
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
_ADVICE = re.compile(r"\b(?:should|ought to)\b(?! (?:i|we|you|one)\b)")
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
    credit: str
    """The word for how far something is to be trusted: "how reliable is it?"."""
    act: str
    """What was done, where it is asked when, where, why or by whom; else empty."""
    kind: str
    """The keyword for the kind of answer, as "date" in "court date"; else empty."""
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
    spaced = " ".join(_FILLER.sub("", spaced).split()) or spaced
    if doubted := _CERTAINTY.match(spaced):
        spaced = _CERTAIN_BEHIND.sub("", spaced[doubted.end() :]) or spaced
    if _ASKS_WHETHER.match(spaced):
        spaced = _BOUND.sub("how many", spaced)
    asked_for = _FOCUS.search(spaced)
    focus = takewhile(
        lambda word: word not in FUNCTION_WORDS,
        asked_for["asked"].split() if asked_for else (),
    )
    state = _STATE.match(spaced)
    if state and state["before"] in FUNCTION_WORDS - _SUBJECTS:
        state = None
    credited = _CREDITED.match(spaced)
    said = _SPEAKER.search(spaced)
    speaker = (said["asked"] or said["told"] or said["stated"]) if said else ""
    read = tuple(spaced.replace("according to ", "").split())
    is_keywords = 1 < len(read) <= SHORT and FUNCTION_WORDS.isdisjoint(read)
    kind = read[-1] if is_keywords and read[-1] in _KEYWORD_KINDS else ""
    return Wording(
        read,
        _KEYWORD_KINDS[kind] if kind else expected_by(spaced),
        frozenset(focus) - REQUEST_WORDS,
        tuple(word for word in speaker.split() if word not in FUNCTION_WORDS),
        state=state["state"] if state else "",
        credit=next(filter(None, credited.groups()), "") if credited else "",
        act=_act(spaced),
        kind=kind,
        is_superlative=has_superlative(spaced),
        is_personal=bool(_PERSONAL.search(spaced)),
        is_definition=bool(_DEFINITION.match(spaced)),
        is_follow_up=bool(_FOLLOW_UP.search(spaced)),
        is_ellipsis=bool(_ELLIPSIS.match(spaced)),
    )


def _act(spaced: str) -> str:
    """Return the verb of a question for circumstances, as far as its form tells it."""
    asked = _CIRCUMSTANCE.search(spaced)
    if not asked:
        return ""
    rest = [word for word in asked["rest"].split() if word not in FUNCTION_WORDS]
    if asked["to_be"]:
        rest = [w for w in rest if _PARTICIPLE.search(w) or w in IRREGULAR]
    last = rest[-1] if rest else ""
    return "" if term(last) in _OF_ALL_THINGS else last


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
