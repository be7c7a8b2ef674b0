"""Ask a question of what an audience may see: an answer, the closest lines, or no.

Nothing is written here: every word of an answer is a claim's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from bot.briefing.language import has_other_letters, is_in_one_of, language_of
from bot.briefing.models import Briefing, Claim
from bot.briefing.reading import words_that_ask
from bot.briefing.search.analysis import assumed_dates, words, words_of_dates
from bot.briefing.search.calibration import limits_for
from bot.briefing.search.english import english_ranks
from bot.briefing.search.index import Index, Row
from bot.briefing.search.judgment import CONSIDERED, Doubt, Judgment, Limits, judge
from bot.briefing.search.meaning import FOREIGN, Closeness, Meaning
from bot.briefing.search.question import Question, read_question
from bot.briefing.search.ranking import Ranked, best_possible, rank
from bot.briefing.search.units import Unit, Via

MOST_HITS, MOST_CLOSEST = 5, 3
MOST_RELATED = 3
"""How many claims may follow the one that leads an answer."""


class Outcome(StrEnum):
    """What the search can promise."""

    ANSWERED = "answered"
    CLOSEST = "closest"
    """Some claims come close and may not answer."""
    NOT_COVERED = "not-covered"
    OTHER_LANGUAGE = "other-language"
    """Nothing is found, and the question is not in a language of the briefings."""


class Rule(StrEnum):
    """Which rule decided the outcome, in words for curators."""

    ACCOUNTS = "the claim accounts for what was asked"
    KEYWORDS = "it is a keyword or two, and the claim has them"
    DOUBTED = "the claim has the words, but there is a doubt"
    LACKS = "no claim has enough of what was asked"
    NEAR = "a claim is near in meaning, though not in its words"
    FAR = "nothing comes near what was asked"
    UNKNOWN = "no word of it stands in the briefing"
    LANGUAGE = "it is asked in another language than the briefing's"
    NOTHING = "there is no briefing to ask"


@dataclass(frozen=True, slots=True)
class MissingWord:
    """A word of the question that none of the claims shown has."""

    word: str
    is_elsewhere: bool
    """Whether some other claim that this audience may see has it."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a claim matched: the words it shares, and what else was read as its words.

    Pairs are what was typed and what it was taken for. `missed` are the words that the
    claim does not have, `doubts` what else speaks against it as an answer. `cosine` is
    how close the claim's vector is to the question's; None where words alone ranked.
    """

    words: tuple[str, ...] = ()
    repaired: tuple[tuple[str, str], ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    missed: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    cosine: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A claim that was found, where it stands, and why."""

    briefing_id: str
    section_id: str
    claim: Claim
    score: float
    """0 to 1 of what a claim could score that held all that was asked; meaning adds."""
    coverage: float
    why: Why = Why()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The outcome, up to five hits best first, and those a reader is shown."""

    outcome: Outcome
    coverage: float
    hits: tuple[Hit, ...]
    shown: tuple[Hit, ...]
    """Answered: one claim that leads, and what conflicts with it or counts the same
    thing, in the order of the file where they conflict. Closest: three at most. Not
    covered: none."""
    missing: tuple[MissingWord, ...] = ()
    """Closest: what none of the claims shown speaks of."""
    rule: Rule = Rule.NOTHING
    languages: tuple[str, ...] = ()
    """Where it is asked in another: those of the briefings, by code."""
    dates: tuple[tuple[str, str], ...] = ()
    """Dates of the question that can be read in two ways, and how they were read."""
    standing: float | None = None
    """How far above chance the closest claim in meaning is; None by words alone."""
    standing_limit: float = 0.0
    """What that standing must reach for a claim to be near in meaning."""


class Searcher:
    """Searches briefings as one audience may see them; knows of nothing else."""

    def __init__(self, briefings: Iterable[Briefing]) -> None:
        self._indexes = {briefing.id: BriefingIndex(briefing) for briefing in briefings}

    def ask(
        self,
        question: str,
        *,
        briefing_id: str | None = None,
        previous: str | None = None,
        meaning: Meaning | None = None,
    ) -> SearchResult:
        """Answer from one briefing, or from whichever fits best; any text is fine.

        A briefing that is unknown to this audience covers nothing. `previous` is the
        question before this one, by the same person, if it may lean on that. `meaning`
        is asked only where words alone give no plain answer.
        """
        question = words_that_ask(question)
        asked = [x for id, x in self._indexes.items() if briefing_id in (None, id)]
        answers = [index.ask(question, previous) for index in asked]
        if not answers:
            return SearchResult(Outcome.NOT_COVERED, 0.0, (), ())
        is_plain = any(found.outcome is Outcome.ANSWERED for found in answers)
        if meaning and not is_plain:
            whole = f"{question} {previous}" if previous else question
            answers = [
                index.widen(found, question, previous, closeness)
                if (closeness := meaning.closeness(whole, index.index))
                else found
                for index, found in zip(asked, answers, strict=True)
            ]
        best = min(
            answers,
            key=lambda a: (
                _RANKS[a.outcome],
                -max((h.score for h in a.hits[:1]), default=0),
            ),
        )
        others = sorted(
            (hit for answer in answers if answer is not best for hit in answer.hits),
            key=lambda hit: -hit.score,
        )
        best = replace(
            best,
            hits=(*best.hits, *others)[:MOST_HITS],
            missing=self._missing(best, question),
            dates=tuple(assumed_dates(question)),
        )
        spoken = dict.fromkeys(each.language for each in asked)
        if best.outcome is Outcome.ANSWERED or is_in_one_of(spoken, question):
            # A name in letters that nothing here is written in finds nothing.
            is_flat = best.outcome is Outcome.NOT_COVERED
            if not (is_flat and has_other_letters(question, spoken)):
                return best
        if best.outcome is Outcome.CLOSEST:
            # That a word of another language is missing tells nobody anything.
            return replace(best, missing=(), languages=tuple(spoken))
        outcome, rule = Outcome.OTHER_LANGUAGE, Rule.LANGUAGE
        return replace(best, outcome=outcome, rule=rule, languages=tuple(spoken))

    @property
    def indexes(self) -> tuple[Index, ...]:
        """The index of each briefing, for whoever has vectors of its claims."""
        return tuple(briefing.index for briefing in self._indexes.values())

    def warm(self) -> None:
        """Index and calibrate everything now, so that no question has to wait."""
        for briefing in self._indexes.values():
            _ = briefing.limits, briefing.related_claims, briefing.index.vocabulary

    def _missing(self, found: SearchResult, text: str) -> tuple[MissingWord, ...]:
        """Return the missing words as written, looked up in every briefing.

        Of a date in digits the whole is missing where a part is.
        """
        indexes, dates = self.indexes, words_of_dates(text)
        elsewhere: dict[str, bool] = {}
        for missing in found.missing:
            typed = dates.get(missing.word) or _as_written(missing.word, text)
            is_elsewhere = missing.is_elsewhere or (
                len(indexes) > 1 and any(i.has(missing.word) for i in indexes)
            )
            elsewhere[typed] = elsewhere.get(typed, True) and is_elsewhere
        return tuple(
            MissingWord(typed, is_here) for typed, is_here in elsewhere.items()
        )


def _as_written(word: str, text: str) -> str:
    """Return a word, read in lower case and set right, as the question spells it."""
    typed = text.split()
    for size in range(1, len(word.split()) + 2):
        for at in range(len(typed) - size + 1):
            piece = re.sub(r"^\W+|['’]s?\W*$|\W+$", "", " ".join(typed[at : at + size]))
            if " ".join(words(piece)) == word:
                return piece
    return _SPELLED.get(word, word)


_SPELLED = {"mayo": "May"}
"""Words that the search has a form of its own for."""


_RANKS = {Outcome.ANSWERED: 0, Outcome.CLOSEST: 1, Outcome.NOT_COVERED: 2}


class BriefingIndex:
    """One briefing with its index and limits, built when first needed."""

    def __init__(self, briefing: Briefing) -> None:
        self._briefing = briefing

    @property
    def language(self) -> str:
        """The code of the language it is written in."""
        return self._briefing.language

    @cached_property
    def index(self) -> Index:
        """Which claims hold which words."""
        return Index(self._briefing)

    @cached_property
    def limits(self) -> Limits:
        """What it takes to be shown, and to answer."""
        return limits_for(self.index)

    @cached_property
    def related_claims(self) -> "RelatedClaims":
        """Which claims conflict or count the same thing."""
        return RelatedClaims(self._briefing, self.index.rows)

    def ask(self, text: str, previous: str | None) -> SearchResult:
        """Answer a question from this briefing alone."""
        question = read_question(text, self.index, previous)
        ranked = rank(question, self.index, MOST_HITS)
        judged = [judge(question, each, self.index) for each in ranked]
        outcome, rule, lead = self._decide(question, judged)
        if lead:
            ranked.insert(0, ranked.pop(lead))
            judged.insert(0, judged.pop(lead))

        hits = self._hits(question, ranked, judged)
        nearness = max((j.nearness for j in judged[:CONSIDERED]), default=0.0)
        shown: tuple[Hit, ...] = ()
        missing: tuple[MissingWord, ...] = ()
        if outcome is Outcome.ANSWERED:
            found = {hit.claim.id: hit for hit in hits}
            shown = tuple(
                found.get(claim.id)
                or Hit(self._briefing.id, section.id, claim, 0.0, 0.0)
                for section, claim in self.related_claims.around(hits[0].claim)
            )[: 1 + MOST_RELATED]
        elif outcome is Outcome.CLOSEST:
            shown = hits[:MOST_CLOSEST]
            missing = _missing(judged[:MOST_CLOSEST])
        return SearchResult(outcome, round(nearness, 3), hits, shown, missing, rule)

    def widen(
        self,
        found: SearchResult,
        text: str,
        previous: str | None,
        closeness: Closeness,
    ) -> SearchResult:
        """Order what was found by words alone, and was no answer, by meaning, too.

        Where words came near nothing, what is near in meaning is shown as closest.
        """
        question = read_question(text, self.index, previous)
        outcome, rule = found.outcome, found.rule
        is_foreign = language_of(text) not in (None, self.language)
        limit = closeness.limit - (FOREIGN if is_foreign else 0.0)
        is_near = closeness.nearest >= limit and question.has_content
        if outcome is Outcome.NOT_COVERED and is_near:
            outcome, rule = Outcome.CLOSEST, Rule.NEAR
        ranked = rank(question, self.index, MOST_HITS, closeness)
        judged = [judge(question, each, self.index) for each in ranked]
        hits = self._hits(question, ranked, judged, closeness)
        is_shown = outcome is Outcome.CLOSEST
        missing = _missing(judged[:MOST_CLOSEST]) if is_shown else ()
        if len(missing) > 1 and not any(m.word in english_ranks() for m in missing):
            # They are of a language that was not told from English.
            missing = ()
        return replace(
            found,
            outcome=outcome,
            rule=rule,
            hits=hits,
            shown=hits[:MOST_CLOSEST] if is_shown else (),
            missing=missing,
            standing=round(closeness.nearest, 2),
            standing_limit=round(limit, 2),
        )

    def _decide(
        self, question: Question, judged: list[Judgment]
    ) -> tuple[Outcome, Rule, int]:
        """Return the outcome, the rule behind it, and the place of the hit to lead."""
        if not judged or all(unit.is_absent for unit in question.units):
            return Outcome.NOT_COVERED, Rule.UNKNOWN, 0
        top = judged[:CONSIDERED]
        if question.is_bare and question.has_content:
            for place, judgment in enumerate(top):
                if not judgment.unmet:
                    return Outcome.ANSWERED, Rule.KEYWORDS, place
        for place, judgment in enumerate(top):
            if judgment.answers(self.limits):
                return Outcome.ANSWERED, Rule.ACCOUNTS, place
            if Doubt.OTHER_ROLES in judgment.doubts:
                break  # The very thing is told, but not so: no other claim tells it.
        if max(judgment.nearness for judgment in top) < self.limits.closest:
            return Outcome.NOT_COVERED, Rule.FAR, 0
        has_enough = top[0].lacking <= self.limits.lacking and top[0].doubts
        return Outcome.CLOSEST, Rule.DOUBTED if has_enough else Rule.LACKS, 0

    def _hits(
        self,
        question: Question,
        ranked: list[Ranked],
        judged: list[Judgment],
        closeness: Closeness | None = None,
    ) -> tuple[Hit, ...]:
        possible = best_possible(question, self.index)
        hits = []
        for each, judgment in zip(ranked, judged, strict=True):
            pairs: dict[Via, list[tuple[str, str]]] = {via: [] for via in Via}
            for match in each.matches:
                option = match.alternative
                pairs[option.via].append((match.unit.typed, option.stands_for))
            why = Why(
                words=tuple(typed for typed, _ in pairs[Via.WORD]),
                repaired=tuple(pairs[Via.REPAIR]),
                aliases=tuple(pairs[Via.ALIAS]),
                related=tuple(pairs[Via.RELATED]),
                missed=tuple(unit.typed for unit in judgment.unmet),
                doubts=judgment.doubts,
                cosine=round(closeness.cosines[each.row], 3) if closeness else None,
            )
            bonus = closeness.bonus(each.row) if closeness else 0.0
            section, claim = self.index.rows[each.row]
            hit = Hit(
                self._briefing.id,
                section.id,
                claim,
                score=round(min(1.0, each.score / possible + bonus), 4),
                coverage=round(judgment.coverage, 3),
                why=why,
            )
            hits.append(hit)
        return tuple(hits)


def _missing(judged: list[Judgment]) -> tuple[MissingWord, ...]:
    """Return the words that none of these claims has."""
    unmet: list[Unit] = [
        unit
        for unit in judged[0].unmet
        if not unit.is_request and all(unit in other.unmet for other in judged[1:])
    ]
    return tuple(MissingWord(u.typed, not u.is_absent) for u in unmet)


class RelatedClaims:
    """Knows for each claim of a briefing which others belong beside it."""

    def __init__(self, briefing: Briefing, rows: Iterable[Row]) -> None:
        self._rows = list(rows)
        self._place = {row[1].id: place for place, row in enumerate(self._rows)}
        self._against = briefing.contradictions()
        self._counting: dict[tuple[str, str | None], set[str]] = {}
        for _, claim in self._rows:
            for figure in claim.figures:
                counted = (figure.label, figure.unit)
                self._counting.setdefault(counted, set()).add(claim.id)

    def around(self, lead: Claim) -> list[Row]:
        """Return the claim with those, each with its section.

        Claims that conflict come in the order of the file, whichever was asked for;
        what only counts the same follows the lead.
        """
        disputed = {lead.id, *self._against.get(lead.id, ())}
        counting = {id for f in lead.figures for id in self._counting[f.label, f.unit]}
        places = [
            *sorted(self._place[id] for id in disputed if id in self._place),
            *sorted(self._place[id] for id in counting - disputed),
        ]
        return [self._rows[place] for place in places]
