"""The grades a curator gives: ICD 203's likelihood and confidence, the Admiralty code.

ICD 203 (2 January 2015): likelihood is about the event, confidence about the basis of
the judgment. The two never stand in one sentence, and confidence has no percentages:
ICD 203 defines none.

The Admiralty code (STANAG 2511) keeps the source's record and the item's truth apart.
Codes are for curators; a reader gets the words. `F` and `6` mean "cannot be judged" and
have no place on the scale, so nothing computes with them.
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


class Reliability(StrEnum):
    """The record of a source, judged without looking at the item at hand."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"

    @property
    def meaning(self) -> str:
        """The standard wording, for the legend."""
        return _RELIABILITY[self]


class Credibility(StrEnum):
    """How far an item agrees with what else is known, whoever brought it."""

    CONFIRMED = "1"
    PROBABLY_TRUE = "2"
    POSSIBLY_TRUE = "3"
    DOUBTFUL = "4"
    IMPROBABLE = "5"
    CANNOT_BE_JUDGED = "6"

    @property
    def meaning(self) -> str:
        """The standard wording, for the legend."""
        return _CREDIBILITY[self]


_RELIABILITY = {
    Reliability.A: "completely reliable",
    Reliability.B: "usually reliable",
    Reliability.C: "fairly reliable",
    Reliability.D: "not usually reliable",
    Reliability.E: "unreliable",
    Reliability.F: "reliability cannot be judged",
}
_CREDIBILITY = {
    Credibility.CONFIRMED: "confirmed by other sources",
    Credibility.PROBABLY_TRUE: "probably true",
    Credibility.POSSIBLY_TRUE: "possibly true",
    Credibility.DOUBTFUL: "doubtful",
    Credibility.IMPROBABLE: "improbable",
    Credibility.CANNOT_BE_JUDGED: "truth cannot be judged",
}
