"""Claims ordered by how well they fit a question. Ties stay in the order of the file.

`rank` is the seam where a second ranker could be blended in.
"""

from bisect import bisect_left
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise

from bot.briefing.models import Claim, Kind
from bot.briefing.search.expectation import Expected, fits
from bot.briefing.search.index import Index, Postings
from bot.briefing.search.question import Question
from bot.briefing.search.units import Alternative, Unit

CANDIDATES = 40
"""Claims that are looked at closely, by their words alone."""
AROUND = 0.6
"""What a word is worth that stands around a claim, in its section's title say."""
SMOOTHING = 0.1
"""Weight of a word nobody typed: one short word proves little."""
ADJACENT, NEIGHBOUR, UNFIT = 0.15, 0.02, 0.8
OPENS, PLAIN = 1.2, 1.15


LOOSE = frozenset({Expected.PLACE, Expected.REASON, Expected.PERSON})
"""Kinds of answer that are too loosely told by words to order claims by."""


@dataclass(frozen=True, slots=True)
class Match:
    """How one unit of a question is satisfied by one claim."""

    unit: Unit
    alternative: Alternative
    share: float
    """From 0 to 1: how much of the unit the claim has."""
    is_own: bool
    """Whether it stands in the claim itself, not only around it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A claim by its row in the index, with its score and what matched."""

    row: int
    score: float
    share: float
    """The share of the question, weighed by rarity, that it covers: 0 to 1."""
    matches: tuple[Match, ...]


def rank(question: Question, index: Index, most: int) -> list[Ranked]:
    """Return the claims that fit best, best first."""
    scores = _word_scores(question, index)
    found = nlargest(CANDIDATES, ((score, -row) for row, score in scores.items()))
    ranked = [_look_closely(-row, scores, question, index) for _, row in found]
    ranked.sort(key=lambda r: (-r.score, r.row))
    return ranked[:most]


def _word_scores(question: Question, index: Index) -> dict[int, float]:
    """Return BM25 of every claim that holds any unit; a unit counts once."""
    scores: dict[int, float] = {}
    for unit in question.units:
        for row, worth in _unit_scores(unit, index).items():
            scores[row] = scores.get(row, 0.0) + worth
    return scores


def _unit_scores(unit: Unit, index: Index) -> dict[int, float]:
    best: dict[int, float] = {}
    if not unit.pull:
        return best
    for option in unit.alternatives:
        found = index.postings[option.token]
        worth = index.rarity(option.token) * option.weight * unit.pull
        if not best:
            best = {
                r: w * worth for r, w in zip(found.rows, found.weights, strict=True)
            }
            continue
        for row, weight in zip(found.rows, found.weights, strict=True):
            if best.get(row, 0.0) < weight * worth:
                best[row] = weight * worth
    return best


def _look_closely(
    row: int, scores: dict[int, float], question: Question, index: Index
) -> Ranked:
    matches = tuple(_matches(row, question, index))
    share = covered(matches, question)
    score = scores[row] * (1 + share)
    score += ADJACENT * scores[row] * _adjacent(row, question, index)
    score += NEIGHBOUR * _neighbours(row, scores, index)

    claim = index.rows[row][1]
    if question.expected not in LOOSE and not fits(question.expected, claim):
        score *= UNFIT
    if question.is_definition:
        score *= _introduction(claim, question.units[0], index.sequences[row])
    return Ranked(row, score, share, matches)


def _matches(row: int, question: Question, index: Index) -> list[Match]:
    matches = []
    for unit in question.units:
        best = max(
            (_match(row, unit, option, index) for option in unit.alternatives),
            key=lambda match: match.share,
            default=None,
        )
        if best and best.share:
            matches.append(best)
    return matches


def _match(row: int, unit: Unit, option: Alternative, index: Index) -> Match:
    found = index.postings[option.token]
    at = bisect_left(found.rows, row)
    if at == len(found.rows) or found.rows[at] != row:
        return Match(unit, option, 0.0, is_own=False)
    is_own = bool(found.own[at])
    return Match(unit, option, option.weight * (1.0 if is_own else AROUND), is_own)


def covered(matches: tuple[Match, ...], question: Question) -> float:
    """Return the share of the question that these matches satisfy, rare words first."""
    asked = [unit for unit in question.units if not unit.is_topic]
    whole = SMOOTHING + sum(unit.weight for unit in asked)
    met = sum(m.share * m.unit.weight for m in matches if not m.unit.is_topic)
    return met / whole


def _adjacent(row: int, question: Question, index: Index) -> float:
    """Return the share of neighbouring words in the question kept together."""
    asked = [part for unit in question.units for part in _held(unit)]
    pairs = set(pairwise(asked))
    if not pairs:
        return 0.0
    sequence = index.sequences[row]
    return len(pairs & set(pairwise(sequence))) / len(pairs)


def _held(unit: Unit) -> tuple[str, ...]:
    """Return the terms by which a claim would hold it: as typed, else as repaired."""
    if len(unit.terms) > 1 or unit.is_absent:
        return unit.terms
    return (unit.alternatives[0].token,)


def _neighbours(row: int, scores: dict[int, float], index: Index) -> float:
    section = index.rows[row][0]
    beside = (near for near in (row - 1, row + 1) if 0 <= near < len(index))
    return sum(scores.get(n, 0.0) for n in beside if index.rows[n][0] is section)


def _introduction(claim: Claim, unit: Unit, sequence: tuple[str, ...]) -> float:
    """Prefer claims that open with the name asked about, facts most of all."""
    opens = set(unit.terms) <= set(sequence[: len(unit.terms) + 1])
    return (OPENS if opens else 1.0) * (PLAIN if claim.kind is Kind.FACT else 1.0)


def best_possible(question: Question, index: Index) -> float:
    """Return what a claim would score that held every unit: scores compare by it."""
    top = max((max(p.weights) for p in _first_postings(question, index)), default=1.0)
    total = sum(_most_rarity(unit, index) for unit in question.units)
    return total * top * 2 or 1.0


def _most_rarity(unit: Unit, index: Index) -> float:
    absent = index.rarity("")
    return max((index.rarity(o.token) for o in unit.alternatives), default=absent)


def _first_postings(question: Question, index: Index) -> list[Postings]:
    return [
        index.postings[unit.alternatives[0].token]
        for unit in question.units
        if unit.alternatives
    ]
