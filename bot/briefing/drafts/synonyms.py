"""What words may mean by the light of one briefing: its synonyms and its names."""

from collections.abc import Iterable, Sequence

from bot.briefing.models import Briefing, Claim
from bot.briefing.search.analysis import term, words
from bot.briefing.search.english import FUNCTION_WORDS
from bot.briefing.search.units import related

_PEOPLE = """
people person persons men man women troops troop soldiers soldier servicemen
servicewomen personnel fighters forces recruits guests visitors tourists
holidaymakers residents inhabitants citizens civilians workers staff employees
members passengers patients victims dead casualties
"""
PEOPLE = frozenset(map(term, _PEOPLE.split()))
"""Words for people in whatever part: they may count the same, but not surely."""

_Phrase = tuple[str, ...]


class SynonymsAndNames:
    """The synonyms and names of a briefing, each under a token of its own."""

    def __init__(self, briefing: Briefing) -> None:
        self._phrases: dict[str, list[tuple[_Phrase, str]]] = {}
        self.names: dict[str, str] = {}
        """What the names are called, by token."""
        for number, group in enumerate(briefing.synonyms):
            self._add(group, f"={number}")
        for id, entity in briefing.entities.items():
            self._add((entity.name, *entity.aliases), f"@{id}")
            self.names[f"@{id}"] = entity.name

    def _add(self, spellings: Iterable[str], token: str) -> None:
        for spelling in spellings:
            if phrase := tuple(map(term, words(spelling))):
                self._phrases.setdefault(phrase[0], []).append((phrase, token))

    def of(self, text: str) -> frozenset[str]:
        """Return the terms of a text with the tokens of what they mean."""
        typed = [word for word in words(text) if word not in FUNCTION_WORDS]
        return self.of_terms(tuple(map(term, typed)))

    def of_terms(self, terms: Sequence[str]) -> frozenset[str]:
        """Return these terms with the tokens of what they mean in this order."""
        meant = {term for term in terms if not term[:1].isdigit()}
        for at, first in enumerate(terms):
            for phrase, token in self._phrases.get(first, ()):
                if tuple(terms[at : at + len(phrase)]) == phrase:
                    meant.add(token)
        return frozenset(meant)

    def names_in(self, text: str) -> frozenset[str]:
        """Return the tokens of the names in a text."""
        spelled = tuple(map(term, words(text)))
        return frozenset(t for t in self.of_terms(spelled) if t.startswith("@"))

    def speakers(self, claim: Claim, briefing: Briefing) -> frozenset[str]:
        """Return the names of whoever stands behind a claim, and of its carriers."""
        cited = {citation.id for citation in claim.sources}
        cited |= {carrier for id in cited for carrier in briefing.carriers(id)}
        sources = [briefing.sources[id] for id in cited]
        said = (
            " . ".join(filter(None, (s.publisher, s.short, s.title, s.author, s.party)))
            for s in sources
        )
        return frozenset(name for each in said for name in self.names_in(each))


def widened(meant: frozenset[str]) -> frozenset[str]:
    """Return terms with those that people use for much the same."""
    return meant.union(*map(related, meant)) if meant else meant
