"""Ranking by meaning beside ranking by words. Whoever has vectors brings the numbers.

Vectors order what is found and widen what is called closest. Nothing they say makes an
answer plain: no measure of theirs tells a near-miss from a paraphrase.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Protocol

from bot.briefing.models import Claim, Section
from bot.briefing.search.index import Index

LONGEST_PASSAGE = 1_000
"""Characters of a claim that its vector is made of."""
WORDS_SMOOTHING = 3.0
"""What keeps the best claim by words from counting in full where it has few."""
MEANING, DEVIATIONS = 0.6, 2.5
"""What meaning weighs beside words, for a claim so many deviations above the mean."""
NEAR_BONUS = 0.1
"""What a claim gains in score for each deviation it lies above chance."""
FOREIGN = 0.5
"""By how much less a question in another language must rise above chance: the shipped
questions that tell chance are English, and closer to English claims."""


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close a question comes in meaning to each claim of one index, by row.

    `standing` counts the deviations by which it lies above the shipped off-topic
    questions to the same claim, and `limit` is what hardly any of those reaches
    anywhere in this briefing. Only claims of that index are looked at.
    """

    cosines: Sequence[float]
    standing: Sequence[float]
    limit: float

    @property
    def nearest(self) -> float:
        """The standing of the claim that it comes closest to."""
        return max(self.standing)

    def weights(self) -> list[float]:
        """Return for each row what meaning adds to its share of the words."""
        count = len(self.cosines)
        mean = sum(self.cosines) / count
        spread = sqrt(sum((each - mean) ** 2 for each in self.cosines) / count)
        factor = MEANING / DEVIATIONS / spread if spread else 0.0
        return [(each - mean) * factor for each in self.cosines]

    def bonus(self, row: int) -> float:
        """Return what this claim gains in score, which compares briefings."""
        return NEAR_BONUS * max(0.0, self.standing[row] - self.limit)


class Meaning(Protocol):
    """Knows the vectors of claims and of what is asked, as far as they are at hand."""

    def closeness(self, question: str, index: Index) -> Closeness | None:
        """Compare a question with the claims of one index; None leaves it to words."""
        ...


def passage(section: Section, claim: Claim) -> str:
    """Return the text that stands for a claim: with its section's name, and aliases."""
    aliases = ", ".join((*section.aliases, *claim.aliases))
    behind = f" ({aliases})" if aliases else ""
    return f"{section.title}. {claim.text}{behind}"[:LONGEST_PASSAGE]
