"""Telling which questions ask for the same, by their words alone. No I/O."""

from collections.abc import Sequence

from bot.briefing.search.analysis import term, terms, words
from bot.briefing.search.english import REQUEST_WORDS

ENOUGH = 0.6
"""The share of all their words that two questions alike have in common."""


def group_alike(questions: Sequence[str]) -> list[list[int]]:
    """Return groups of positions; a question joins the first group it is like.

    Groups and positions stay in order, and what a group is like is its first question.
    """
    groups: list[list[int]] = []
    leads: list[frozenset[str]] = []
    holding: dict[str, list[int]] = {}
    for position, question in enumerate(questions):
        asked = content_of(question)
        near = {group for word in asked for group in holding.get(word, ())}
        like = (
            group
            for group in sorted(near)
            if len(asked & leads[group]) / len(asked | leads[group]) >= ENOUGH
        )
        group = next(like, len(groups))
        if group < len(groups):
            groups[group].append(position)
            continue
        groups.append([position])
        leads.append(asked)
        for word in asked:
            holding.setdefault(word, []).append(group)
    return groups


_REQUESTS = frozenset(map(term, REQUEST_WORDS))


def content_of(question: str) -> frozenset[str]:
    """Return what a question is about: its terms without those that only ask.

    A question that only asks is about all of its words, and one without a word, of
    signs or emoji alone, is about its whole text.
    """
    said = frozenset(terms(question))
    whole_text = frozenset({" ".join(question.split())})
    return (said - _REQUESTS) or said or frozenset(words(question)) or whole_text
