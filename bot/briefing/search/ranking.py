"""Claims ordered by how well they fit a question. Ties stay in the order of the file.

`rank` is the seam where words meet a second ranker, by meaning.
"""

from bisect import bisect_left
from dataclasses import dataclass
from heapq import nlargest
from itertools import pairwise

from bot.briefing.models import Kind
from bot.briefing.search.answer_kinds import Expected, fits
from bot.briefing.search.index import Index
from bot.briefing.search.meaning import WORDS_SMOOTHING, Closeness
from bot.briefing.search.question import Question
from bot.briefing.search.units import Alternative, Unit

CANDIDATES = 40
"""Claims that are looked at closely, by their words alone."""
AROUND = 0.6
"""What a word is worth that stands around a claim, in its section's title say."""
SMOOTHING = 0.1
"""Weight of a word nobody typed: one short word proves little."""
ADJACENT, NEIGHBOUR, UNFIT = 0.5, 0.05, 0.8
OPENS, PLAIN = 1.2, 1.15


LOOSE = frozenset({Expected.PLACE, Expected.ORIGIN, Expected.REASON, Expected.PERSON})
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
    """A claim by its row in the index, with its score by words and what matched."""

    row: int
    score: float
    share: float
    """The share of the question, weighed by rarity, that it covers: 0 to 1."""
    matches: tuple[Match, ...]


def rank(
    question: Question, index: Index, most: int, closeness: Closeness | None = None
) -> list[Ranked]:
    """Return the claims that fit best, best first.

    1. BM25 of every claim that holds any unit, each unit by the best of its spellings.
    2. The best of those are looked at closely: what they cover, which words stay side
       by side, what stands next to them, whether they have the kind of answer asked.
    3. With `closeness` those closest in meaning are looked at, too, and what meaning
       says of each is added to its share of the best claim's words.
    """
    scores: dict[int, float] = {}
    for unit in question.units:
        best: dict[int, float] = {}
        for option in unit.alternatives if unit.pull else ():
            found = index.postings[option.token]
            worth = index.rarity(option.token) * option.weight * unit.pull
            for row, weight in zip(found.rows, found.weights, strict=True):
                if best.get(row, 0.0) < weight * worth:
                    best[row] = weight * worth
        for row, score in best.items():
            scores[row] = scores.get(row, 0.0) + score

    # The terms by which a claim would hold the units: as typed, else as repaired.
    held = [
        term
        for unit in question.units
        for term in (
            unit.terms
            if len(unit.terms) > 1 or unit.is_absent
            else (unit.alternatives[0].token,)
        )
    ]
    pairs = set(pairwise(held))
    best_rows = nlargest(CANDIDATES, ((score, -row) for row, score in scores.items()))
    rows = [-row for _, row in best_rows]
    meant = closeness.weights() if closeness else []
    closest = nlargest(CANDIDATES, ((weight, -row) for row, weight in enumerate(meant)))
    rows = list(dict.fromkeys((*rows, *(-row for _, row in closest))))
    ranked = [_look_closely(row, scores, pairs, question, index) for row in rows]
    if not meant:
        ranked.sort(key=lambda r: (-r.score, r.row))
        return ranked[:most]
    whole = WORDS_SMOOTHING + max((each.score for each in ranked), default=0.0)
    ranked.sort(key=lambda r: (-r.score / whole - meant[r.row], r.row))
    return ranked[:most]


def _look_closely(
    row: int,
    scores: dict[int, float],
    pairs: set[tuple[str, str]],
    question: Question,
    index: Index,
) -> Ranked:
    """Return one claim with its final score; `pairs` are the question's neighbours."""
    (section, claim), sequence = index.rows[row], index.sequences[row]
    matches = match_units(row, question, index)
    share = covered(matches, question)
    by_words = scores.get(row, 0.0)
    score = by_words * (1 + share)
    if pairs:
        kept = len(pairs.intersection(pairwise(sequence))) / len(pairs)
        score += ADJACENT * by_words * kept
    for near in (row - 1, row + 1):
        if near in scores and index.rows[near][0] is section:
            score += NEIGHBOUR * scores[near]

    if question.expected not in LOOSE and not fits(question.expected, claim):
        score *= UNFIT
    if question.is_definition:
        # Claims that open with the name asked about introduce it, facts most of all.
        terms = question.units[0].terms
        score *= OPENS if set(terms) <= set(sequence[: len(terms) + 1]) else 1.0
        score *= PLAIN if claim.kind is Kind.FACT else 1.0
    return Ranked(row, score, share, matches)


def match_units(row: int, question: Question, index: Index) -> tuple[Match, ...]:
    """Return how the claim satisfies each unit that it has anything of."""
    matches = []
    for unit in question.units:
        best: Match | None = None
        for option in unit.alternatives:
            found = index.postings[option.token]
            at = bisect_left(found.rows, row)
            if at == len(found.rows) or found.rows[at] != row:
                continue
            is_own = bool(found.own[at])
            share = option.weight if is_own else option.weight * AROUND
            if best is None or share > best.share:
                best = Match(unit, option, share, is_own)
        if best:
            matches.append(best)
    return tuple(matches)


def covered(matches: tuple[Match, ...], question: Question) -> float:
    """Return the share of the question that these matches satisfy, rare words first."""
    asked = [unit for unit in question.units if not unit.is_topic]
    whole = SMOOTHING + sum(unit.weight for unit in asked)
    met = sum(m.share * m.unit.weight for m in matches if not m.unit.is_topic)
    return met / whole


def best_possible(question: Question, index: Index) -> float:
    """Return what a claim would score that held every unit: scores compare by it."""
    heaviest, total = 1.0, 0.0
    firsts = [
        unit.alternatives[0].token for unit in question.units if unit.alternatives
    ]
    if firsts:
        heaviest = max(max(index.postings[token].weights) for token in firsts)
    for unit in question.units:
        tokens = [option.token for option in unit.alternatives] or [""]
        total += max(map(index.rarity, tokens))
    return total * heaviest * 2 or 1.0
