"""How much coverage chance gives: what an answer must exceed, for each briefing.

No labels are needed. Questions on anything at all show what a question off the topic
scores here; the same with one of the briefing's own names in them, what one near it
scores.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil

from bot.briefing.canonical import content_hash
from bot.briefing.search.coverage import CONSIDERED, coverage
from bot.briefing.search.english import FUNCTION_WORDS, REQUEST_WORDS
from bot.briefing.search.index import Index
from bot.briefing.search.package_data import off_topic_questions
from bot.briefing.search.question import read_question
from bot.briefing.search.ranking import rank

FLOOR, APART = 0.25, 0.1
LOW_PERCENTILE, HIGH_PERCENTILE = 98, 90
FREQUENT_NAMES = 5
_KEPT = 64
_by_hash: OrderedDict[str, "Limits"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Limits:
    """From which coverage on the closest claims are shown, and the best one answers."""

    closest: float
    answered: float


def limits_for(index: Index) -> Limits:
    """Return the calibrated limits, or the curator's where the briefing has them.

    Calibrating takes longer than loading a small briefing, so what was found is kept
    by the hash of the visible content.
    """
    key = content_hash((index.briefing,))
    found = _by_hash.get(key) or calibrate(index)
    _by_hash[key] = found
    while len(_by_hash) > _KEPT:
        _by_hash.popitem(last=False)

    own = index.briefing.search
    closest = found.closest if own.closest is None else float(own.closest)
    answered = found.answered if own.answered is None else float(own.answered)
    return Limits(closest, max(closest, answered))


def calibrate(index: Index) -> Limits:
    """Score the shipped questions by chance, as they are and with a name put in."""
    questions = off_topic_questions()
    names = frequent_names(index)
    near = [
        _put_in(question, names[at % len(names)]) if names else question
        for at, question in enumerate(questions)
    ]
    closest = max(FLOOR, _percentile(_scores(questions, index), LOW_PERCENTILE))
    answered = _percentile(_scores(near, index), HIGH_PERCENTILE)
    return Limits(closest, max(answered, closest + APART))


def _scores(questions: tuple[str, ...] | list[str], index: Index) -> list[float]:
    scores = []
    for text in questions:
        question = read_question(text, index)
        scores.append(coverage(question, rank(question, index, CONSIDERED), index))
    return scores


def _percentile(scores: list[float], percent: int) -> float:
    ordered = sorted(scores)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def frequent_names(index: Index) -> list[str]:
    """Return the names that most claims hold: entities, else the rarest words."""
    titles = index.phrases.titles
    held = sorted(
        (-len(index.postings[token].rows), title)
        for token, title in titles.items()
        if token in index.postings
    )
    if held:
        return [title for _, title in held[:FREQUENT_NAMES]]
    words = sorted((-len(found.rows), token) for token, found in index.postings.items())
    return [token for _, token in words[:FREQUENT_NAMES]]


def _put_in(question: str, name: str) -> str:
    """Put the name in place of the last word with content, or where few, behind."""
    spoken = question.split()
    content = [w for w in spoken if w.lower() not in FUNCTION_WORDS | REQUEST_WORDS]
    if len(content) < 3:
        return f"{question} in {name}"
    return " ".join(name if word == content[-1] else word for word in spoken)
