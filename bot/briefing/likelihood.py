"""How likely and how sure: the words and ranges of ICD 203 (2 January 2015).

Likelihood is about the event, confidence about the basis of the judgment. The two never
stand in one sentence, and confidence has no percentages: ICD 203 defines none.
"""

from enum import StrEnum


class Likelihood(StrEnum):
    """ICD 203's two rows of seven words; a product keeps to one row."""

    ALMOST_NO_CHANCE = "almost no chance"
    VERY_UNLIKELY = "very unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN_CHANCE = "roughly even chance"
    LIKELY = "likely"
    VERY_LIKELY = "very likely"
    ALMOST_CERTAIN = "almost certain"
    REMOTE = "remote"
    HIGHLY_IMPROBABLE = "highly improbable"
    IMPROBABLE = "improbable"
    ROUGHLY_EVEN_ODDS = "roughly even odds"
    PROBABLE = "probable"
    HIGHLY_PROBABLE = "highly probable"
    NEARLY_CERTAIN = "nearly certain"

    @property
    def row(self) -> int:
        """0 for the preferred row of words, 1 for the alternative one."""
        return _WORDS.index(self) // len(_RANGES)

    @property
    def rank(self) -> int:
        """0 for the least likely of a row, 6 for the most."""
        return _WORDS.index(self) % len(_RANGES)

    @property
    def percent(self) -> tuple[int, int]:
        """Low and high in percent; half open, so 55 belongs to "likely"."""
        return _RANGES[self.rank]

    @property
    def meaning(self) -> str:
        """The range in plain words, for the legend."""
        low, high = self.percent
        return f"{low} to {high} percent"


_WORDS = tuple(Likelihood)
_RANGES = ((1, 5), (5, 20), (20, 45), (45, 55), (55, 80), (80, 95), (95, 99))


def likelihood_of(percent: float) -> Likelihood:
    """Return the preferred row's word for a probability in percent.

    Raise ValueError below 1 and above 99: what is certain is no estimate.
    """
    if not 1 <= percent <= 99:
        raise ValueError(f"{percent:g} percent is not an estimate: use 1 to 99.")
    ranks = [rank for rank, (low, _) in enumerate(_RANGES) if percent >= low]
    return _WORDS[ranks[-1]]


class Confidence(StrEnum):
    """How well founded a judgment is, by its sources and reasoning."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def meaning(self) -> str:
        """The level in plain words, for the legend."""
        return _CONFIDENCE[self]


_CONFIDENCE = {
    Confidence.LOW: "Sources are few or doubtful, and much is assumed.",
    Confidence.MODERATE: "Good sources agree in part; some is assumed.",
    Confidence.HIGH: "Proven sources agree; little is assumed.",
}
