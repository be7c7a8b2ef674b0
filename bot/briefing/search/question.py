"""A question taken apart into units: each a word or phrase that a claim may hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from math import log

from bot.briefing.folding import fold
from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import ARTICLES, FUNCTION_WORDS, REQUEST_WORDS
from bot.briefing.search.expectation import Expected, read_wording
from bot.briefing.search.index import Index
from bot.briefing.search.package_data import MOST_COMMON, english_ranks
from bot.briefing.search.phrases import Phrase
from bot.briefing.search.related import related

LONGEST = 2_000
"""Characters of a question that are read."""
MOST_UNITS = 40
ALIAS, RELATED, RELATED_BESIDE, PART = 0.9, 0.5, 0.3, 0.4
REQUEST = 0.15
"""The share of its weight that a request word keeps beside others."""


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
    weight: float
    """How much it says: its rarity in English at large, from 0.1 to 1."""
    is_name: bool = False
    is_focus: bool = False
    """Whether it names what is asked for, as "tanks" does after "how many"."""

    @property
    def is_absent(self) -> bool:
        """Say whether the briefing holds nothing that satisfies it."""
        return not self.alternatives

    @property
    def is_number(self) -> bool:
        """Say whether it is a number in digits."""
        return self.typed[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as one briefing understands it."""

    units: tuple[Unit, ...]
    expected: Expected
    length: int
    """How many words were typed, articles aside."""
    is_personal: bool
    """Whether it is about the asker or the bot, as briefings never are."""


def read_question(text: str, index: Index) -> Question:
    """Take a question apart; any text at all is a question."""
    text = text[:LONGEST]
    typed = words(text)
    wording = read_wording(" ".join(typed))
    has_content = not FUNCTION_WORDS.issuperset(typed)
    reader = _Reader(index, _names(text), _focus(wording.after))
    units = tuple(reader.units(typed, has_content))[:MOST_UNITS]
    return Question(
        _weigh_requests(units),
        wording.expected,
        length=sum(word not in ARTICLES for word in typed),
        is_personal=wording.is_personal,
    )


def _names(text: str) -> frozenset[str]:
    """Return the words that are written like names, and not to start a sentence."""
    found = re.findall(r"[^\W\d_][\w'’-]*", text)
    capital = [word for word in found if word[0].isupper()]
    if len(capital) > max(2, len(found) // 2):
        return frozenset()
    inner = re.findall(r"(?<![.!?])\s[\"“(]*([^\W\d_][\w-]*)", text)
    names = [word for word in inner if word[0].isupper() and word != "I"]
    return frozenset(part for name in names for part in re.split(r"[\W_]", fold(name)))


def _focus(after: str) -> frozenset[str]:
    """Return the words up to the next function word."""
    run: list[str] = []
    for word in after.split():
        if word in FUNCTION_WORDS:
            break
        run.append(word)
    return frozenset(run) - REQUEST_WORDS


def _weigh_requests(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    if all(unit.typed in REQUEST_WORDS for unit in units):
        return units
    return tuple(
        replace(unit, weight=unit.weight * REQUEST)
        if unit.typed in REQUEST_WORDS
        else unit
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
        read = [self._best_term(word) for word in typed]
        phrases = dict(self._index.phrases.spot(read))
        seen: set[tuple[str, ...]] = set()
        skip_to = 0
        for at, word in enumerate(typed):
            if at < skip_to:
                continue
            if at in phrases:
                skip_to = at + len(phrases[at].spelling)
                unit = self._phrase(typed[at:skip_to], phrases[at])
            elif word in FUNCTION_WORDS and has_content:
                continue
            else:
                unit = self._word(word)
            if unit.terms not in seen:
                seen.add(unit.terms)
                yield unit

    def _best_term(self, word: str) -> str:
        plain = term(word)
        if plain in self._index.postings or word in FUNCTION_WORDS:
            return plain
        repairs = self._index.vocabulary.repair(word)
        return repairs[0].term if repairs else plain

    def _phrase(self, typed: list[str], phrase: Phrase) -> Unit:
        postings = self._index.postings
        title = self._index.phrases.titles[phrase.canonical]
        options = [Alternative(phrase.exact, 1.0, Via.WORD, " ".join(typed))]
        options.append(Alternative(phrase.canonical, ALIAS, Via.ALIAS, title))
        if not phrase.is_name and len(phrase.spelling) > 1:
            options += [
                Alternative(part, PART, Via.WORD, part) for part in phrase.spelling
            ]
        return Unit(
            typed=" ".join(typed),
            terms=phrase.spelling,
            alternatives=tuple(o for o in options if o.token in postings),
            weight=max(rarity_in_english(word) for word in typed),
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
            weight=rarity_in_english(word),
            is_name=word in self._names,
            is_focus=word in self._focus,
        )


def rarity_in_english(word: str) -> float:
    """Return how much a word says, from 0.1 for "people" to 1 for a rare one."""
    if word[:1].isdigit():
        return 1.0 if len(word) > 2 else 0.5
    rank = english_ranks().get(word, MOST_COMMON)
    return max(0.1, log(rank / 40) / log(MOST_COMMON / 40))
