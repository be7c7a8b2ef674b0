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
            group for group in sorted(near) if _share(asked, leads[group]) >= ENOUGH
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

    A question that only asks is about all of its words.
    """
    said = frozenset(terms(question))
    return (
        (said - _REQUESTS) or said or frozenset(words(question)) or _letters(question)
    )


def _letters(question: str) -> frozenset[str]:
    """Return the text itself where it holds no word: signs, or emoji alone."""
    return frozenset({" ".join(question.split())})


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)
