"""ICD 203's words of likelihood in a text, where they are meant as such."""

import re
from dataclasses import dataclass

from bot.briefing.grades import Likelihood, likelihood_of


@dataclass(frozen=True, slots=True)
class Term:
    """A word of likelihood, or a chance in percent, with its place in the text."""

    words: str
    start: int
    likelihood: Likelihood
    is_word: bool = True
    """False for a percentage, which belongs to neither row of words."""


def terms(text: str) -> list[Term]:
    """Return the terms of a text in their order.

    Comparisons ("more likely"), negations and degrees that ICD 203 does not know
    ("highly unlikely") are left out: they name no range.
    """
    words = [_term(match) for match in _WORD.finditer(text)]
    chances = [_chance(match) for match in _CHANCE.finditer(text)]
    found = [term for term in (*words, *chances) if term is not None]
    return sorted(found, key=lambda term: term.start)


def phrase(likelihood: Likelihood) -> str:
    """Return how the likelihood stands before a verb: "is likely to"."""
    if "chance" in likelihood or "odds" in likelihood:
        article = "" if likelihood is Likelihood.ALMOST_NO_CHANCE else "a "
        return f"has {article}{likelihood} of"
    if likelihood is Likelihood.REMOTE:
        return "has a remote chance of"
    return f"is {likelihood} to"


_TERMS = {
    "almost no chance": Likelihood.ALMOST_NO_CHANCE,
    "very unlikely": Likelihood.VERY_UNLIKELY,
    "unlikely": Likelihood.UNLIKELY,
    "roughly even chance": Likelihood.ROUGHLY_EVEN_CHANCE,
    "very likely": Likelihood.VERY_LIKELY,
    "likely": Likelihood.LIKELY,
    "almost certainly": Likelihood.ALMOST_CERTAIN,
    "almost certain": Likelihood.ALMOST_CERTAIN,
    "remote chance": Likelihood.REMOTE,
    "remote possibility": Likelihood.REMOTE,
    "highly improbable": Likelihood.HIGHLY_IMPROBABLE,
    "improbable": Likelihood.IMPROBABLE,
    "improbably": Likelihood.IMPROBABLE,
    "roughly even odds": Likelihood.ROUGHLY_EVEN_ODDS,
    "highly probable": Likelihood.HIGHLY_PROBABLE,
    "probable": Likelihood.PROBABLE,
    "probably": Likelihood.PROBABLE,
    "nearly certain": Likelihood.NEARLY_CERTAIN,
}
_ELSEWHERE = re.compile(
    r"(?:\b(?:not|never|hardly|more|less|most|as|so|how|highly|too)|n't)\s+(?:very\s+)?$",
    re.IGNORECASE,
)
"""What stands before a word that names no range of its own."""
_WORD = re.compile(rf"\b({'|'.join(_TERMS)})\b", re.IGNORECASE)
_CHANCE = re.compile(
    r"\b(\d{1,2})(?:\s?%| per ?cent)[ -](?:chance|probability|likelihood)\b",
    re.IGNORECASE,
)


def _term(match: re.Match[str]) -> Term | None:
    before = match.string[: match.start()]
    if _ELSEWHERE.search(before[-20:]):
        return None
    return Term(match[0], match.start(), _TERMS[match[0].lower()])


def _chance(match: re.Match[str]) -> Term | None:
    percent = int(match[1])
    if percent < 1:
        return None
    return Term(match[0], match.start(), likelihood_of(percent), is_word=False)
