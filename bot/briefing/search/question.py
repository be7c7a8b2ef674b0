"""A question taken apart into units: each a word or phrase that a claim may hold."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice, pairwise
from math import log

from bot.briefing.folding import fold
from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import ARTICLES, FUNCTION_WORDS, REQUEST_WORDS
from bot.briefing.search.expectation import Expected
from bot.briefing.search.index import Index
from bot.briefing.search.package_data import MOST_COMMON, english_ranks
from bot.briefing.search.phrases import Phrase
from bot.briefing.search.related import related
from bot.briefing.search.vocabulary import Repair, repair_function_word
from bot.briefing.search.wording import Wording, read_wording

LONGEST = 2_000
"""Characters of a question that are read."""
MOST_UNITS = 40
ALIAS, RELATED, RELATED_BESIDE, PART = 0.9, 0.5, 0.2, 0.4
BARE = 2
COMMON = 0.4
"""The least that a word counts for coverage, unless it is a request word."""
CARRIED = 0.3
"""The share of its weight that a word of the question before keeps."""
REQUEST = 0.15
"""The share of its weight that a request word keeps beside others."""


REQUEST_TERMS = frozenset(term(word) for word in REQUEST_WORDS)


class Via(Enum):
    """How a claim's words can stand for the asker's."""

    WORD = "word"
    REPAIR = "repair"
    ALIAS = "alias"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class Alternative:
    """One token that satisfies a unit, what that is worth, and what it stands for."""

    token: str
    weight: float
    via: Via
    stands_for: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or phrase of the question, as typed, with all that would satisfy it."""

    typed: str
    terms: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    rarity: float
    """Its rarity in English at large, from 0.1 to 1."""
    part: float = 1.0
    """The part of its weight that it keeps beside words that say more."""
    is_name: bool = False
    is_focus: bool = False
    """Whether it names what is asked for, as "tanks" does after "how many"."""
    is_owner: bool = False
    """Whether it is a known name with a word right behind it: "Ukrainian soldiers"."""

    @property
    def weight(self) -> float:
        """How much it counts for coverage; a common word missed is missed, too."""
        return max(COMMON, self.rarity) * self.part

    @property
    def pull(self) -> float:
        """How much it counts in ranking, where common words would only mislead."""
        return min(1.0, 2 * self.rarity) * self.part

    @property
    def is_absent(self) -> bool:
        """Say whether the briefing holds nothing that satisfies it."""
        return not self.alternatives

    @property
    def is_request(self) -> bool:
        """Say whether it is a word that questions are made of, in any form."""
        return len(self.terms) == 1 and self.terms[0] in REQUEST_TERMS

    @property
    def is_number(self) -> bool:
        """Say whether it is a number in digits."""
        return self.typed[:1].isdigit()


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
    owned: tuple[tuple[str, Unit], ...]
    """Names, as canonical tokens, with the unit right behind: whose soldiers."""


def read_question(text: str, index: Index, previous: str | None = None) -> Question:
    """Take a question apart; any text at all is a question.

    One that leans on the `previous` question ("and how many were wounded?") is read
    with that one's words behind its own, at less weight.
    """
    text = text[:LONGEST]
    wording = read_wording(_question_words(words(text), index))
    units = _read_units(text, wording, index)
    expected = wording.expected
    if previous is not None and _leans(wording, units):
        before = read_question(previous, index)
        units = _carry(units, before.units)
        if expected is Expected.ANYTHING and wording.is_ellipsis:
            expected = before.expected

    return Question(
        units,
        expected,
        is_bare=len(units) <= BARE and _are_keywords(wording),
        is_personal=wording.is_personal,
        is_definition=wording.is_definition and len(units) == 1,
        has_content=not all(unit.is_request for unit in units),
        owned=_owned(units),
    )


def _question_words(typed: list[str], index: Index) -> list[str]:
    """Return the words with mistyped question words set right: "mnay" for "many"."""
    return [
        word
        if word in english_ranks() or term(word) in index.vocabulary
        else repair_function_word(word)
        for word in typed
    ]


def _read_units(text: str, wording: Wording, index: Index) -> tuple[Unit, ...]:
    reader = _Reader(index, _names(text), wording.focus)
    has_content = not FUNCTION_WORDS.issuperset(wording.words)
    units = reader.units(list(wording.words), has_content)
    return _weigh_requests(tuple(islice(units, MOST_UNITS)))


def _are_keywords(wording: Wording) -> bool:
    return FUNCTION_WORDS.isdisjoint(set(wording.words) - ARTICLES)


def _owned(units: tuple[Unit, ...]) -> tuple[tuple[str, Unit], ...]:
    return tuple(
        (owner.alternatives[-1].token, thing)
        for owner, thing in pairwise(units)
        if owner.is_owner and owner.alternatives and thing.alternatives
    )


def _leans(wording: Wording, units: tuple[Unit, ...]) -> bool:
    return wording.is_follow_up or all(unit.is_request for unit in units)


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


def _names(text: str) -> frozenset[str]:
    """Return the words that are written like names, and not to start a sentence."""
    found = re.findall(r"[^\W\d_][\w'’-]*", text)
    small = {word for word in found if word[0].islower()}
    if len(found) > 2 and small <= FUNCTION_WORDS:
        return frozenset()  # Everything is in capitals, as in a title.
    inner = re.findall(r"(?<![.!?])\s[\"“(]*([^\W\d_][\w-]*)", text)
    names = [word for word in inner if word[0].isupper() and word != "I"]
    return frozenset(part for name in names for part in re.split(r"[\W_]", fold(name)))


def _weigh_requests(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    if all(unit.is_request for unit in units):
        return units
    return tuple(
        replace(unit, part=REQUEST) if unit.typed in REQUEST_WORDS else unit
        for unit in units
    )


class _Reader:
    """Reads the words of one question by the light of one index."""

    def __init__(
        self, index: Index, names: frozenset[str], focus: frozenset[str]
    ) -> None:
        self._index = index
        self._names = names
        self._focus = focus

    def units(self, typed: list[str], has_content: bool) -> Iterator[Unit]:
        """Yield the units in order: phrases as one, words one by one, each once."""
        read = [self._meant(word) for word in typed]
        phrases = dict(self._index.phrases.spot([meant.term for meant in read]))
        seen: set[tuple[str, ...]] = set()
        skip_to = 0
        for at, word in enumerate(typed):
            if at < skip_to:
                continue
            if at in phrases:
                skip_to = at + len(phrases[at].spelling)
                unit = self._phrase(typed[at:skip_to], read[at:skip_to], phrases[at])
                follows = typed[skip_to : skip_to + 1]
                is_owner = unit.is_name and not FUNCTION_WORDS.issuperset(follows)
                unit = replace(unit, is_owner=is_owner)
            elif word in FUNCTION_WORDS and has_content:
                continue
            else:
                unit = self._word(word)
            if unit.terms not in seen:
                seen.add(unit.terms)
                yield unit

    def _meant(self, word: str) -> Repair:
        """Return the word as it was probably meant: itself, unless nobody knows it."""
        own = Repair(word, term(word), 1.0)
        if word in FUNCTION_WORDS or own.term in self._index.vocabulary:
            return own
        return next(iter(self._index.vocabulary.repair(word)), own)

    def _phrase(
        self, typed: list[str], meant: Sequence[Repair], phrase: Phrase
    ) -> Unit:
        title = self._index.phrases.titles[phrase.canonical]
        spelled = " ".join(each.word for each in meant)
        sure = min(each.weight for each in meant)
        via = Via.WORD if sure == 1.0 else Via.REPAIR
        options = [
            Alternative(phrase.exact, sure, via, spelled),
            Alternative(phrase.canonical, ALIAS * sure, Via.ALIAS, title),
        ]
        if not phrase.is_name and len(phrase.spelling) > 1:
            options += [Alternative(p, PART, Via.WORD, p) for p in phrase.spelling]
        return Unit(
            typed=" ".join(typed),
            terms=phrase.spelling,
            alternatives=tuple(o for o in options if o.token in self._index.postings),
            rarity=max(rarity_in_english(each.word) for each in meant),
            is_name=phrase.is_name,
            is_focus=not self._focus.isdisjoint(typed),
        )

    def _word(self, word: str) -> Unit:
        own = term(word)
        options = [Alternative(own, 1.0, Via.WORD, word)]
        known = own in self._index.postings
        if not known:
            options += [
                Alternative(repair.term, repair.weight, Via.REPAIR, repair.word)
                for repair in self._index.vocabulary.repair(word)
            ]
        beside = RELATED_BESIDE if known else RELATED
        options += [
            Alternative(near, beside, Via.RELATED, near)
            for near in sorted(related(own))
        ]
        return Unit(
            typed=word,
            terms=(own,),
            alternatives=tuple(o for o in options if o.token in self._index.postings),
            rarity=rarity_in_english(_as_meant(word, options)),
            is_name=word in self._names,
            is_focus=word in self._focus,
        )


def _as_meant(word: str, options: list[Alternative]) -> str:
    """Return the word a typing error was repaired to, so that it is as rare as that."""
    repaired = (o.stands_for for o in options if o.via is Via.REPAIR)
    return next(repaired, word)


def rarity_in_english(word: str) -> float:
    """Return how much a word says, from 0.1 for "people" to 1 for a rare one."""
    if word[:1].isdigit():
        return 1.0 if len(word) > 2 else 0.5
    rank = english_ranks().get(word, MOST_COMMON)
    return max(0.1, log(rank / 40) / log(MOST_COMMON / 40))
