"""Spellings that stand for one thing: entities, curators' synonyms, and countries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.models import Briefing
from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import ARTICLES, FUNCTION_WORDS
from bot.briefing.search.word_lists import countries

Spelling = tuple[str, ...]
"""A phrase as the terms of all its words."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One spelling found in a text, and the token that all spellings of it share.

    Where curators gave one spelling to several things it has a token for each.
    """

    canonicals: tuple[str, ...]
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
        self.titles: dict[str, str] = {}
        """What each canonical token is called, for telling why something matched."""
        self.words: dict[str, set[str]] = {}
        """For each canonical token the words that its spellings consist of."""
        phrases: dict[Spelling, Phrase] = {}
        curated = [
            *((True, (e.name, *e.aliases)) for e in briefing.entities.values()),
            *((False, group) for group in briefing.synonyms),
        ]
        for is_name, names in curated:
            self._add(names, f"={names[0]}", phrases, is_name=is_name)
        for names in countries():
            # A country that curators name is that very one, with more spellings.
            known = (phrases[s] for s in _spellings(names) if s in phrases)
            named = next((p.canonicals[0] for p in known if p.is_name), f"={names[0]}")
            self._add(names, named, phrases, is_name=True, only_new=True)
        for phrase in phrases.values():
            self._by_first.setdefault(phrase.spelling[0], []).append(phrase)
        for found in self._by_first.values():
            found.sort(key=lambda phrase: -len(phrase.spelling))

    def _add(
        self,
        names: Sequence[str],
        canonical: str,
        phrases: dict[Spelling, Phrase],
        *,
        is_name: bool,
        only_new: bool = False,
    ) -> None:
        """Take in spellings of one thing; one known already may mean either thing."""
        self.titles.setdefault(canonical, names[0])
        self.words.setdefault(canonical, set()).update(*map(words, names))
        for spelling in dict.fromkeys(_spellings(names)):
            known = phrases.get(spelling)
            if known is None:
                phrases[spelling] = Phrase((canonical,), spelling, is_name)
            elif not only_new and canonical not in known.canonicals:
                both = (*known.canonicals, canonical)
                phrases[spelling] = Phrase(both, spelling, known.is_name or is_name)

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
