"""Words related in everyday English, by term: a loose thesaurus for questions."""

from functools import lru_cache

from bot.briefing.search.analysis import term, words
from bot.briefing.search.word_lists import related_words


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
