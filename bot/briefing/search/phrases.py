"""Spellings that stand for one thing: entities, curators' synonyms, and countries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.models import Briefing
from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import ARTICLES, FUNCTION_WORDS
from bot.briefing.search.package_data import countries

Spelling = tuple[str, ...]
"""A phrase as the terms of all its words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One spelling found in a text, and the token that all its spellings share."""

    canonical: str
    spelling: Spelling
    is_name: bool

    @property
    def exact(self) -> str:
        """The token of this very spelling; a text that has it matches a bit better."""
        return " ".join(self.spelling)


class Phrases:
    """Every spelling that one briefing, or the English language, gives a thing."""

    def __init__(self, briefing: Briefing) -> None:
        self._by_first: dict[str, list[Phrase]] = {}
        self._canonical: dict[Spelling, str] = {}
        self.titles: dict[str, str] = {}
        """What each canonical token is called, for telling why something matched."""
        self.words: dict[str, set[str]] = {}
        """For each canonical token the words that its spellings consist of."""
        for names in _things(briefing):
            self._add(names, is_name=True)
        for group in briefing.synonyms:
            self._add(group, is_name=False)
        for found in self._by_first.values():
            found.sort(key=lambda phrase: -len(phrase.spelling))

    def _add(self, names: Sequence[str], *, is_name: bool) -> None:
        """Take in spellings of one thing; one that is known already keeps its thing."""
        spellings = list(dict.fromkeys(_spellings(names)))
        known = (self._canonical[s] for s in spellings if s in self._canonical)
        canonical = next(known, f"={names[0]}")
        self.titles.setdefault(canonical, names[0])
        for name in names:
            self.words.setdefault(canonical, set()).update(words(name))

        for spelling in spellings:
            if spelling not in self._canonical:
                self._canonical[spelling] = canonical
                phrase = Phrase(canonical, spelling, is_name)
                self._by_first.setdefault(spelling[0], []).append(phrase)

    def spot(self, terms: Sequence[str]) -> Iterator[tuple[int, Phrase]]:
        """Yield the phrases in a sequence of terms with their places, longest first."""
        by_first = self._by_first
        until = 0
        for at, first in enumerate(terms):
            if at < until or first not in by_first:
                continue
            for phrase in by_first[first]:
                end = at + len(phrase.spelling)
                if tuple(terms[at:end]) == phrase.spelling:
                    yield at, phrase
                    until = end
                    break


def _things(briefing: Briefing) -> Iterator[tuple[str, ...]]:
    for entity in briefing.entities.values():
        yield (entity.name, *entity.aliases)
    yield from countries()


def _spellings(names: Iterable[str]) -> Iterator[Spelling]:
    for name in names:
        spelled = words(name)
        content = [word for word in spelled if word not in FUNCTION_WORDS]
        if not content:
            continue
        yield tuple(term(word) for word in spelled)

        without = tuple(term(word) for word in spelled if word not in ARTICLES)
        if len(without) > 1:
            yield without
