"""A question taken apart, alone or with the question before it."""

from dataclasses import dataclass, replace
from itertools import islice, pairwise

from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import ARTICLES, FUNCTION_WORDS
from bot.briefing.search.expectation import Expected
from bot.briefing.search.index import Index
from bot.briefing.search.units import REQUEST_TERMS, Unit, UnitReader
from bot.briefing.search.vocabulary import repair_english, repair_function_word
from bot.briefing.search.word_lists import english_ranks
from bot.briefing.search.wording import (
    asks_for_a_sum,
    asks_what_is_not,
    names_in,
    read_wording,
)

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
    is_superlative: bool
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
    units = _weigh_requests(tuple(islice(read, MOST_UNITS)))
    expected = wording.expected
    is_empty = all(unit.is_request for unit in units)
    if previous is not None and (wording.is_follow_up or is_empty):
        before = read_question(previous, index)
        units = _carry(units, before.units)
        if expected is Expected.ANYTHING and wording.is_ellipsis:
            expected = before.expected

    speaker = set(wording.speaker)
    is_about_content = not all(unit.is_request for unit in units)
    said_by = [
        unit
        for unit in units
        if not unit.is_request and set(unit.typed.split()) <= speaker
    ]
    return Question(
        units,
        expected,
        is_bare=len(units) <= BARE and FUNCTION_WORDS.isdisjoint(asked - ARTICLES),
        is_personal=wording.is_personal,
        is_definition=wording.is_definition and len(units) == 1,
        has_content=is_about_content and not asks_for_a_sum(text),
        owned=tuple(
            (owner, thing)
            for owner, thing in pairwise(units)
            if owner.is_owner and owner.alternatives and thing.alternatives
        ),
        speakers=tuple(u for u in said_by if u.is_name) or tuple(said_by),
        is_negated=asks_what_is_not(text),
        state=wording.state,
        is_superlative=wording.is_superlative,
        words=frozenset(asked),
    )


def _as_meant(typed: list[str], names: frozenset[str], index: Index) -> list[str]:
    """Return the words with the typing errors of plain English set right.

    What the briefing may have meant is left to it: "mnay" is "many" only here.
    """
    vocabulary, english = index.vocabulary, english_ranks()
    meant = []
    for word in typed:
        if word not in english and term(word) not in vocabulary:
            word = repair_function_word(word)
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


_ANSWER_KINDS = frozenset(
    map(term, ("year", "month", "day", "date", "time", "name", "place", "reason"))
)
"""What questions name to say which kind of answer they want: "in what year"."""


def _weigh_requests(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    if all(unit.is_request or unit.is_topic for unit in units):
        units = tuple(replace(unit, is_topic=False) for unit in units)
    if all(unit.is_request for unit in units):
        return units
    return tuple(
        replace(unit, part=REQUEST, is_focus=False)
        if unit.is_request or (unit.is_focus and _ANSWER_KINDS.issuperset(unit.terms))
        else unit
        for unit in units
    )
