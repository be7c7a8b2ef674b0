"""Coverage, 0 to 1: how much of a question the best claims can be about at all."""

from math import prod

from bot.briefing.search.guards import doubts
from bot.briefing.search.index import Index
from bot.briefing.search.question import Question
from bot.briefing.search.ranking import Ranked

CONSIDERED = 3
"""How many of the best claims are asked; the best coverage among them counts."""


def coverage(question: Question, ranked: list[Ranked], index: Index) -> float:
    """Return the coverage of the best of the top three claims, doubts taken off."""
    top = ranked[:CONSIDERED]
    return max((claim_coverage(question, each, index) for each in top), default=0.0)


def claim_coverage(question: Question, ranked: Ranked, index: Index) -> float:
    """Return how much of the question this claim covers, doubts taken off."""
    claim = index.rows[ranked.row][1]
    satisfied = {match.unit for match in ranked.matches}
    return ranked.share * prod(doubts(question, claim, satisfied))
