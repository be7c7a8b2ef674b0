"""Coverage, 0 to 1: how much of a question the best claims can be about at all."""

from dataclasses import dataclass
from math import prod

from bot.briefing.search.guards import doubts
from bot.briefing.search.index import Index
from bot.briefing.search.question import Question
from bot.briefing.search.ranking import Ranked

CONSIDERED = 3
"""How many of the best claims are asked; the best coverage among them counts."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What one claim covers of a question, and whether a guard doubts it."""

    share: float
    is_doubtful: bool


def judge(question: Question, ranked: Ranked, index: Index) -> Covered:
    """Return how much of the question this claim covers, doubts taken off."""
    claim = index.rows[ranked.row][1]
    satisfied = {match.unit for match in ranked.matches}
    factors = list(doubts(question, claim, satisfied, index))
    return Covered(ranked.share * prod(factors), bool(factors))


def coverage(question: Question, ranked: list[Ranked], index: Index) -> float:
    """Return the coverage of the best of the top three claims, doubts taken off."""
    judged = (judge(question, each, index) for each in ranked[:CONSIDERED])
    return max((covered.share for covered in judged), default=0.0)
