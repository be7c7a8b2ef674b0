"""A question's words as units: each a word or phrase that a claim may satisfy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from math import log

from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import (
    FUNCTION_WORDS,
    IRREGULAR,
    MOST_COMMON,
    REQUEST_WORDS,
    ROLES,
    english_ranks,
    related_words,
)
from bot.briefing.search.index import NEAR, Index, Phrase, Repair

ALIAS, RELATED, RELATED_BESIDE, PART = 0.9, 0.5, 0.2, 0.4
"""What it is worth that another spelling is found, a related word, one beside the
word itself, or one word of a phrase."""
COMMON = 0.4
"""The least that a word counts for coverage, unless it is a request word."""
TOPIC = 0.1
"""The part of its pull that a word of the briefing's own names keeps: for ties."""
REQUEST_TERMS = frozenset(term(word) for word in REQUEST_WORDS)


OFFICE_TERMS = frozenset(map(term, (*ROLES, "second", "third", "last")))


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


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A word or phrase of the question, as typed, with all that would satisfy it.

    Each is itself alone: comparing all that it holds would cost more than the search.
    """

    typed: str
    terms: tuple[str, ...]
    alternatives: tuple[Alternative, ...]
    rarity: float
    """Its rarity in English at large, from 0.1 to 1."""
    part: float = 1.0
    """The part of its weight that it keeps beside words that say more."""
    is_name: bool = False
    is_topic: bool = False
    """Whether the briefing's own title or names hold it: it tells no claim apart."""
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
        pull = min(1.0, 2 * self.rarity) * self.part
        return pull * TOPIC if self.is_topic else pull

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

    @property
    def tells_apart(self) -> bool:
        """Say whether no other word can stand for it: a name, number, rank, office."""
        is_office = len(self.terms) == 1 and self.terms[0] in OFFICE_TERMS
        return self.is_name or self.is_number or is_office


class UnitReader:
    """Reads the words of one question by the light of one index."""

    def __init__(
        self, index: Index, names: frozenset[str], focus: frozenset[str]
    ) -> None:
        self._index = index
        self._names = names
        self._focus = focus

    def units(self, typed: list[str], has_content: bool) -> Iterator[Unit]:
        """Yield the units in order: phrases as one, words one by one, each once."""
        vocabulary = self._index.vocabulary
        meant = []
        for word in typed:
            own = Repair(word, term(word), 1.0)
            if word not in FUNCTION_WORDS and own.term not in vocabulary:
                own = next(iter(vocabulary.repair(word)), own)
            meant.append(own)

        spelled = [each.term for each in meant]
        for at, name in self._index.phrases.misspelt(spelled):
            meant[at], spelled[at] = Repair(name, name, NEAR), name
        phrases = dict(self._index.phrases.spot(spelled))
        seen: set[tuple[str, ...]] = set()
        skip_to = 0
        for at, word in enumerate(typed):
            if at < skip_to:
                continue
            if at in phrases:
                skip_to = at + len(phrases[at].spelling)
                unit = self.phrase(typed[at:skip_to], meant[at:skip_to], phrases[at])
                follows = typed[skip_to : skip_to + 1]
                is_owner = unit.is_name and not FUNCTION_WORDS.issuperset(follows)
                unit = replace(unit, is_owner=is_owner)
            elif word in FUNCTION_WORDS and has_content:
                continue
            else:
                unit = self.word(word)
            if unit.terms not in seen:
                seen.add(unit.terms)
                yield unit

    def phrase(self, typed: list[str], meant: Sequence[Repair], phrase: Phrase) -> Unit:
        """Return the unit of a phrase, given its words as typed and as meant."""
        titles = self._index.phrases.titles
        sure = min(each.weight for each in meant)
        via = Via.WORD if sure == 1.0 else Via.REPAIR
        spelled = " ".join(each.word for each in meant)
        options = [Alternative(phrase.exact, sure, via, spelled)]
        options += [
            Alternative(token, ALIAS * sure, Via.ALIAS, titles[token])
            for token in phrase.canonicals
        ]
        if not phrase.is_name and len(phrase.spelling) > 1:
            options += [Alternative(p, PART, Via.WORD, p) for p in phrase.spelling]
        return Unit(
            typed=" ".join(typed),
            terms=phrase.spelling,
            alternatives=tuple(o for o in options if o.token in self._index.postings),
            rarity=max(rarity_in_english(each.word) for each in meant),
            is_name=phrase.is_name,
            is_topic=self._is_topic(options),
            is_focus=not self._focus.isdisjoint(typed),
        )

    def word(self, word: str) -> Unit:
        """Return the unit of a single word; a repaired one is as rare as meant."""
        own = term(word)
        is_known = own in self._index.postings
        repairs = () if is_known else self._index.vocabulary.repair(word)
        options = [Alternative(own, 1.0, Via.WORD, word)]
        options += [
            Alternative(repair.term, repair.weight, Via.REPAIR, repair.word)
            for repair in repairs
        ]
        options += [
            Alternative(
                near, RELATED_BESIDE if is_known else RELATED, Via.RELATED, near
            )
            for near in sorted(related(own))
        ]
        return Unit(
            typed=word,
            terms=(own,),
            alternatives=tuple(o for o in options if o.token in self._index.postings),
            rarity=rarity_in_english(repairs[0].word if repairs else word),
            is_name=word in self._names,
            is_topic=self._is_topic(options),
            is_focus=word in self._focus,
        )

    def _is_topic(self, options: list[Alternative]) -> bool:
        """Say whether the briefing's names mean just this, not a part or relation."""
        return any(o.token in self._index.topic for o in options if o.weight > RELATED)


def rarity_in_english(word: str) -> float:
    """Return how much a word says, from 0.1 for "people" to 1 for a rare one."""
    if word[:1].isdigit():
        return 1.0 if len(word) > 2 else 0.5
    ranks = english_ranks()
    rank = max(
        ranks.get(form, MOST_COMMON) for form in (word, IRREGULAR.get(word, word))
    )
    return max(0.1, log(rank / 40) / log(MOST_COMMON / 40))


@lru_cache(maxsize=1)
def thesaurus() -> dict[str, frozenset[str]]:
    """Return for each term those that people use for much the same."""
    related: dict[str, set[str]] = {}
    for group in related_words():
        members = {term(part) for word in group for part in words(word)}
        for member in members:
            related.setdefault(member, set()).update(members - {member})
    return {member: frozenset(others) for member, others in related.items()}


def related(to: str) -> frozenset[str]:
    """Return the terms that people use for much the same as this one."""
    return thesaurus().get(to, frozenset())
