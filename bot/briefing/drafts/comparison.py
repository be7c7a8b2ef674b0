"""What a clause of a draft says otherwise than the claims that it touches.

Only what counts the same is compared: in the same unit, and by the label of the figure
or by the words behind the number. Numbers that nothing counts here are left alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.briefing.drafts.amounts import Amount, Interval, amounts, interval_of
from bot.briefing.drafts.dates import SaidDate, dates_said, said_of
from bot.briefing.drafts.synonyms import PEOPLE, SynonymsAndNames, widened
from bot.briefing.models import Briefing, Claim
from bot.briefing.numbers import CURRENCY_NAMES
from bot.briefing.search.analysis import words
from bot.briefing.wording import amount as say

_CLOSE, _LEAST_SHARED = 0.5, 2
"""The share of a label that a clause has to have; without it, how many words besides
that the clause has to share with the claim."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of a claim: what it says, what it may be, and what it counts."""

    claim: Claim
    said: str
    interval: Interval
    unit: str
    label: str
    noun: frozenset[str]
    """The tokens of the unit and of the words behind the number."""
    about: frozenset[str]
    """The tokens of the label that say more than the unit."""
    group: tuple[str, str | None] | None = None
    """Figures of one group count the same thing; None where it is only in the text."""

    @property
    def ends(self) -> tuple[float, float]:
        return self.interval.low, self.interval.high


class BriefingNumbers:
    """The numbers of one briefing, read once for a whole draft."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.synonyms = SynonymsAndNames(briefing)
        names = (briefing.title, briefing.short or "", *briefing.aliases)
        self._topic = self.synonyms.of(" . ".join(names))
        self._read: dict[str, tuple[Counted, ...]] = {}

    @cached_property
    def _groups(self) -> dict[tuple[str, str | None], list[Claim]]:
        groups: dict[tuple[str, str | None], list[Claim]] = {}
        for claim in self.briefing.claims:
            for figure in claim.figures:
                groups.setdefault((figure.label, figure.unit), []).append(claim)
        return groups

    def of(self, claim: Claim) -> tuple[Counted, ...]:
        """Return the claim's figures, and what else its text counts."""
        if claim.id not in self._read:
            self._read[claim.id] = tuple(self._counted(claim))
        return self._read[claim.id]

    def _counted(self, claim: Claim) -> Iterator[Counted]:
        in_text = amounts(claim.text)
        known: set[float] = set()
        for figure in claim.figures:
            values = {figure.value, figure.low, figure.high} - {None}
            known |= {float(value) for value in values if value is not None}
            beside = [
                a
                for a in in_text
                if not a.bare.isdisjoint(v for v in values if v is not None)
            ]
            behind = frozenset(
                token
                for each in beside
                for token in self.synonyms.of_terms(each.counted)
            )
            unit = self.synonyms.of(figure.unit or "")
            label = self.synonyms.of(figure.label)
            yield Counted(
                claim,
                say(figure),
                interval_of(figure),
                _unit_of(f"{figure.unit or ''} {figure.label}")
                or next((each.unit for each in beside), ""),
                figure.label,
                unit | behind,
                label - unit - PEOPLE,
                (figure.label, figure.unit),
            )
        for each in in_text:
            interval = each.told
            if known.isdisjoint((interval.low, interval.high)):
                noun = self.synonyms.of_terms(each.counted)
                yield Counted(
                    claim, each.words, interval, each.unit, "", noun, frozenset()
                )

    def shared(self, clause: str, claim: Claim, noun: frozenset[str]) -> int:
        """Return how many words a clause shares with a claim beside what it counts.

        Words of the briefing's own names are every claim's.
        """
        told = " . ".join((claim.text, claim.short or "", *claim.aliases))
        held = widened(self.synonyms.of(told)) - self._topic - PEOPLE - noun
        return sum(
            not token.startswith("=") for token in held & self.synonyms.of(clause)
        )

    def same_count(self, counted: Counted) -> tuple[Counted, ...]:
        """Return what counts the same thing, in the order of the file.

        What was taken back counts nothing any more, unless it is all that there is.
        """
        against = self.briefing.contradictions().get(counted.claim.id, set())
        others = [c for c in self.briefing.claims if c.id in against]
        if counted.group:
            others += self._groups[counted.group]
        ids = {claim.id for claim in others if not claim.is_withdrawn}
        found = [
            each
            for claim in self.briefing.claims
            if claim.id in ids | {counted.claim.id}
            for each in self.of(claim)
            if each is counted
            or (
                each.unit == counted.unit
                and each.group is not None
                and (each.group == counted.group or claim.id in against)
            )
        ]
        return tuple(found)


def _unit_of(text: str) -> str:
    return next((w for w in words(text) if w == "percent" or w in CURRENCY_NAMES), "")


@dataclass(frozen=True, slots=True)
class Told:
    """What the briefing has instead, what that counts, and the claim's id."""

    said: str
    label: str
    claim_id: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft has, and what the briefing has instead: all that counts the same.

    `corrected_on` is the day on which the claim gave up what the draft has, if it did.
    """

    yours: str
    theirs: tuple[Told, ...]
    is_date: bool = False
    corrected_on: date | None = None


@dataclass(slots=True)
class Compared:
    """What came of one clause."""

    same: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    """The claims whose numbers were compared, by id."""
    left: list[Amount] = field(default_factory=list)
    """Amounts that nothing here counts."""


def compare_amounts(
    clause: str,
    found: Sequence[tuple[Claim, float]],
    numbers: BriefingNumbers,
    context: str = "",
) -> Compared:
    """Compare the amounts of a clause with the claims found for it, nearest first.

    `found` has for each claim how near the clause comes to it, from 0 to 1. `context`
    are the words around the clause, which may say what it counts.
    """
    compared = Compared()
    said = widened(numbers.synonyms.of(f"{clause} {context}"))
    taken: set[int] = set()
    for each in amounts(clause):
        noun = numbers.synonyms.of_terms(each.counted)
        best: Counted | None = None
        best_score = 0.0
        for claim, nearness in found:
            own = [
                (c, _fits(each, c, said, numbers.synonyms)) for c in numbers.of(claim)
            ]
            fitting = [(counted, score) for counted, score in own if score > 0]
            for counted, score in fitting:
                is_sure = score >= 1 + _CLOSE or not each.bare.isdisjoint(counted.ends)
                if not is_sure:
                    # Without its label it has to be the only number that it could be.
                    least = _LEAST_SHARED if counted.label else 1
                    if len(fitting) > 1 or numbers.shared(clause, claim, noun) < least:
                        continue
                score += nearness / 10 + (id(counted) not in taken) / 100
                score += each.is_borne_out(counted.interval) / 2
                if score > best_score:
                    best, best_score = counted, score
        if best is None:
            compared.left.append(each)
            continue
        taken.add(id(best))
        compared.claims.append(best.claim.id)
        same = numbers.same_count(best)
        if any(each.is_borne_out(counted.interval) for counted in same):
            compared.same.append(written(each))
            continue
        # What is counted needs no name where nothing else is counted there.
        is_alone = len(numbers.of(best.claim)) == 1 == len(same)
        theirs = dict.fromkeys(
            Told(c.said, "" if is_alone else c.label, c.claim.id) for c in same
        )
        gone_since = _corrected_on(each, best.claim)
        compared.differences.append(
            Difference(written(each), tuple(theirs), corrected_on=gone_since)
        )
    return compared


def _fits(
    amount: Amount, counted: Counted, said: frozenset[str], synonyms: SynonymsAndNames
) -> float:
    """Return how surely both count the same: 0 for no, up to 3."""
    if amount.unit != counted.unit:
        return 0.0
    noun = synonyms.of_terms(amount.counted)
    own = widened(noun)
    is_same_noun = not own.isdisjoint(counted.noun | counted.about)
    are_people = not noun.isdisjoint(PEOPLE) and not counted.noun.isdisjoint(PEOPLE)
    if noun and not amount.unit and not is_same_noun and not are_people:
        return 0.0
    has_label = len(counted.about & said) / len(counted.about) if counted.about else 0.0
    is_named = not own.isdisjoint(counted.about)
    if not is_same_noun and noun and not amount.unit:
        return 0.5 + has_label
    return 1.0 + has_label + is_named


def written(amount: Amount) -> str:
    """Return an amount as the draft has it, with a unit that stands behind it."""
    said = amount.words
    if said[:1].isupper() and said[1:2].islower():
        said = said[:1].lower() + said[1:]
    has_sign = re.match(
        r"\D*[$€£¥₹₽₩₴]|\D*(?:usd|eur|gbp)", amount.words, re.IGNORECASE
    )
    return f"{said} {amount.unit}" if amount.unit and not has_sign else said


def _corrected_on(amount: Amount, claim: Claim) -> date | None:
    """Return the day on which the claim gave up this very number, if it did."""
    for revision in reversed(claim.revisions):
        before = amounts(revision.was)
        if any(not amount.bare.isdisjoint(each.bare) for each in before):
            return revision.date
    return None


def compare_dates(clause: str, claim: Claim) -> Difference | None:
    """Return how the one date of a clause differs from all that the claim has.

    Where a clause has several, which of them is meant is not known.
    """
    yours = dates_said(clause)
    theirs = _dates_of(claim)
    comparable = [d for d in theirs if len(yours) == 1 and yours[0].is_comparable(d)]
    if not comparable or not all(map(yours[0].differs, comparable)):
        return None
    # A day says more than a year.
    fullest = min(comparable, key=lambda d: (d.year, d.month, d.day).count(None))
    told = Told(fullest.words, "", claim.id)
    return Difference(yours[0].words, (told,), is_date=True)


def _dates_of(claim: Claim) -> list[SaidDate]:
    return [*dates_said(claim.text), *([said_of(claim.when)] if claim.when else [])]


def moved_numbers(before: Claim, after: Claim) -> dict[str, str]:
    """Return what each number and date of a claim became, as it is named in a check.

    Empty where that is not known: the text has more of them by now, or fewer, or one
    that stood twice became two others.
    """
    numbers = [[a.words for a in amounts(claim.text)] for claim in (before, after)]
    dates = [[d.words for d in _dates_of(claim)] for claim in (before, after)]
    became: dict[str, set[str]] = {}
    for was, now in (numbers, dates):
        known = now if len(was) == len(now) else [""] * len(was)
        for said, moved in zip(was, known, strict=True):
            became.setdefault(said, set()).add(moved)
    return {was: now.pop() if len(now) == 1 else "" for was, now in became.items()}
