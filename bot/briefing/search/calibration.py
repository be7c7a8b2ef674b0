"""How near chance comes: what the closest claims must exceed, for each briefing.

No labels are needed: questions on anything at all show what a question off the topic
scores here.
"""

from collections import OrderedDict
from dataclasses import replace
from math import ceil

from bot.briefing.fingerprints import content_hash
from bot.briefing.search.english import off_topic_questions
from bot.briefing.search.index import Index
from bot.briefing.search.judgment import CONSIDERED, Limits, judge
from bot.briefing.search.question import read_question
from bot.briefing.search.ranking import rank

PERCENTILE, LEAST, MOST = 95, 0.18, 0.3
"""The share of off-topic questions to be refused, and the bounds of that limit."""
_KEPT = 64
_by_hash: OrderedDict[str, Limits] = OrderedDict()


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
    if own.answered is None:
        return replace(found, closest=closest, answered=max(closest, found.answered))
    # Whoever sets it wants coverage alone to decide.
    return Limits(closest, max(closest, float(own.answered)), lacking=1.0)


def calibrate(index: Index) -> Limits:
    """Score the shipped questions by chance."""
    scores = []
    for text in off_topic_questions():
        question = read_question(text, index)
        ranked = rank(question, index, CONSIDERED)
        judged = (judge(question, each, index).nearness for each in ranked)
        scores.append(max(judged, default=0.0))
    scores.sort()
    found = scores[ceil(len(scores) * PERCENTILE / 100) - 1]
    return Limits(min(MOST, max(LEAST, found)))
