"""Ask a question of what an audience may see: an answer, the closest lines, or no.

Nothing is written here: every word of an answer is a claim's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from bot.briefing.models import Briefing, Claim
from bot.briefing.search.beside import Beside
from bot.briefing.search.calibration import Limits, limits_for
from bot.briefing.search.coverage import CONSIDERED, Covered, judge
from bot.briefing.search.index import Index
from bot.briefing.search.question import Question, read_question
from bot.briefing.search.ranking import Ranked, best_possible, rank
from bot.briefing.search.units import Via

MOST_HITS, MOST_CLOSEST = 5, 2
MOST_BESIDE = 3
"""How many claims may follow the one that leads an answer."""


class Outcome(StrEnum):
    """What the search can promise."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    """Some claims come close and may not answer."""
    NOT_COVERED = "not-covered"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a claim matched: the words it shares, and what else was read as its words.

    Pairs are what was typed and what it was taken for.
    """

    words: tuple[str, ...] = ()
    repaired: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    related: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A claim that was found, where it stands, and why."""

    briefing_id: str
    section_id: str
    claim: Claim
    score: float
    """0 to 1 of what a claim could score that held all that was asked."""
    coverage: float
    why: Why = Why()


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, up to five hits best first, and those a reader is shown."""

    outcome: Outcome
    coverage: float
    hits: tuple[Hit, ...]
    shown: tuple[Hit, ...]
    """Answered: one claim that leads, then what conflicts with it or counts the same
    thing. Closest: two at most. Not covered: none."""


class Searcher:
    """Searches briefings as one audience may see them; knows of nothing else."""

    def __init__(self, briefings: Iterable[Briefing]) -> None:
        self._rooms = {briefing.id: _Room(briefing) for briefing in briefings}

    def ask(
        self,
        question: str,
        *,
        briefing_id: str | None = None,
        previous: str | None = None,
    ) -> Answer:
        """Answer from one briefing, or from whichever fits best; any text is fine.

        A briefing that is unknown to this audience covers nothing. `previous` is the
        question before this one, by the same person, if it may lean on that.
        """
        asked = [r for id, r in self._rooms.items() if briefing_id in (None, id)]
        answers = [room.ask(question, previous) for room in asked]
        return _best(answers)

    def warm(self) -> None:
        """Index and calibrate everything now, so that no question has to wait."""
        for room in self._rooms.values():
            _ = room.limits, room.beside, room.index.vocabulary


class _Room:
    """One briefing with its index and limits, built when first needed."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing

    @cached_property
    def index(self) -> Index:
        return Index(self._briefing)

    @cached_property
    def limits(self) -> Limits:
        return limits_for(self.index)

    @cached_property
    def beside(self) -> Beside:
        return Beside(self._briefing, self.index.rows)

    def ask(self, text: str, previous: str | None) -> Answer:
        question = read_question(text, self.index, previous)
        ranked = rank(question, self.index, MOST_HITS)
        judged = [judge(question, each, self.index) for each in ranked]
        outcome = self._outcome(question, judged)
        if outcome is Outcome.ANSWERED:
            self._put_answer_first(ranked, judged)

        best = max((covered.share for covered in judged[:CONSIDERED]), default=0.0)
        possible = best_possible(question, self.index)
        hits = tuple(
            self._hit(each, covered, possible)
            for each, covered in zip(ranked, judged, strict=True)
        )
        return Answer(outcome, round(best, 3), hits, self._shown(outcome, hits))

    def _outcome(self, question: Question, judged: list[Covered]) -> Outcome:
        if not judged or all(unit.is_absent for unit in question.units):
            return Outcome.NOT_COVERED
        if _is_all_known(question):
            return Outcome.ANSWERED
        top = judged[:CONSIDERED]
        if any(self._answers(covered) for covered in top):
            return Outcome.ANSWERED
        closest = max(covered.share for covered in top) >= self.limits.closest
        return Outcome.CLOSEST if closest else Outcome.NOT_COVERED

    def _answers(self, covered: Covered) -> bool:
        return not covered.is_doubtful and covered.share >= self.limits.answered

    def _put_answer_first(self, ranked: list[Ranked], judged: list[Covered]) -> None:
        """Let the first of the best that no guard doubts lead instead of a doubtful."""
        if judged[0].is_doubtful:
            sound = (i for i, c in enumerate(judged[:CONSIDERED]) if self._answers(c))
            first = next(sound, 0)
            ranked.insert(0, ranked.pop(first))
            judged.insert(0, judged.pop(first))

    def _hit(self, ranked: Ranked, covered: Covered, possible: float) -> Hit:
        section, claim = self.index.rows[ranked.row]
        return Hit(
            self._briefing.id,
            section.id,
            claim,
            score=round(min(1.0, ranked.score / possible), 4),
            coverage=round(covered.share, 3),
            why=_why(ranked),
        )

    def _shown(self, outcome: Outcome, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        if outcome is Outcome.NOT_COVERED:
            return ()
        if outcome is Outcome.CLOSEST:
            return hits[:MOST_CLOSEST]
        return (hits[0], *self._beside(hits[0], hits))

    def _beside(self, lead: Hit, hits: tuple[Hit, ...]) -> list[Hit]:
        """Return what conflicts with the lead or counts the same, found or not."""
        found = {hit.claim.id: hit for hit in hits}
        return [
            found.get(claim.id) or Hit(self._briefing.id, section.id, claim, 0.0, 0.0)
            for section, claim in self.beside.claims(lead.claim)[:MOST_BESIDE]
        ]


def _is_all_known(question: Question) -> bool:
    """Say whether it is a keyword or two, and the briefing has them all."""
    is_bare = question.is_bare and question.has_content
    return is_bare and not any(unit.is_absent for unit in question.units)


def _why(ranked: Ranked) -> Why:
    pairs: dict[Via, list[tuple[str, str]]] = {via: [] for via in Via}
    for match in ranked.matches:
        option = match.alternative
        pairs[option.via].append((match.unit.typed, option.stands_for))
    return Why(
        words=tuple(typed for typed, _ in pairs[Via.WORD]),
        repaired=tuple(pairs[Via.REPAIR]),
        aliases=tuple(pairs[Via.ALIAS]),
        related=tuple(pairs[Via.RELATED]),
    )


_RANKS = {Outcome.ANSWERED: 0, Outcome.CLOSEST: 1, Outcome.NOT_COVERED: 2}


def _best(answers: list[Answer]) -> Answer:
    """Return the best briefing's answer with the best hits of all briefings."""
    if not answers:
        return Answer(Outcome.NOT_COVERED, 0.0, (), ())
    best = min(answers, key=lambda a: (_RANKS[a.outcome], -_top_score(a)))
    others = sorted(
        (hit for answer in answers if answer is not best for hit in answer.hits),
        key=lambda hit: -hit.score,
    )
    return Answer(
        best.outcome,
        best.coverage,
        (*best.hits, *others)[:MOST_HITS],
        best.shown,
    )


def _top_score(answer: Answer) -> float:
    return answer.hits[0].score if answer.hits else 0.0
