"""A draft checked: for each sentence the claims that it touches, and what differs.

Nothing is judged true. A sentence is held against the claims that come near it, and
its numbers, dates, names and its "not" against theirs: whatever is found is said from
their data. What an audience may not see is not in the library that is given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.briefing.drafts.amounts import amounts
from bot.briefing.drafts.attributions import (
    negated_terms,
    other_names,
    other_speaker,
)
from bot.briefing.drafts.comparison import (
    BriefingNumbers,
    Difference,
    compare_amounts,
    compare_dates,
    written,
)
from bot.briefing.drafts.dates import dates_said
from bot.briefing.drafts.sentences import clauses, sentences
from bot.briefing.drafts.synonyms import widened
from bot.briefing.library import SubLibrary
from bot.briefing.models import Claim
from bot.briefing.search.searcher import Hit
from bot.briefing.search.units import rarity_in_english

LONGEST = 4_000
"""Characters of a draft that are read."""
MOST_SENTENCES = 30
_MOST_CLAUSES = 4
_MOST_CLAIMS = 3
_TOUCHED, _TAKEN_BACK = 0.4, 0.5
"""How near the nearest claim has to come, and what the briefing took back."""
_LEAST_WORDS = 2
_COUNTED = 0.3
"""How near a claim has to come for its figures to be looked at."""


class RemarkKind(StrEnum):
    """What beside numbers and dates is not as the claim has it."""

    SPEAKER = "speaker"
    """The draft has somebody else say it."""
    NAMES = "names"
    """The claim says nothing of a name in the draft."""
    NOT_HERE = "not-here"
    """The draft says that it is not so; the claim says that it is."""
    NOT_THERE = "not-there"
    """The claim says that it is not so; the draft says that it is."""
    WITHDRAWN = "withdrawn"
    """The briefing took the claim back."""


@dataclass(frozen=True, slots=True)
class DraftRemark:
    """A remark on one claim, by its id; `words` are the names it is about."""

    kind: RemarkKind
    claim_id: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence, the claims it touches, and how it differs from them."""

    number: int
    """Its place in the draft, from 1."""
    text: str
    briefing_id: str = ""
    claim_ids: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    same: tuple[str, ...] = ()
    """The amounts that the briefing has, too."""
    unknown: tuple[str, ...] = ()
    """The amounts that no claim it touches counts."""
    remarks: tuple[DraftRemark, ...] = ()

    @property
    def is_touched(self) -> bool:
        """Say whether the briefing has anything on it."""
        return bool(self.claim_ids)

    @property
    def differs(self) -> bool:
        """Say whether anything in it is not as the briefing has it."""
        return bool(self.differences or self.remarks)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A draft with its sentences; `is_cut` says that it goes on unread behind them."""

    sentences: tuple[CheckedSentence, ...]
    is_cut: bool = False

    @property
    def by_weight(self) -> tuple[CheckedSentence, ...]:
        """The sentences that are touched: those that differ first, else as written."""
        touched = [each for each in self.sentences if each.is_touched]
        return tuple(sorted(touched, key=lambda each: not each.differs))


def check_draft(text: str, library: SubLibrary, *, briefing_id: str = "") -> DraftCheck:
    """Check each sentence against the briefing that is assumed, else against all.

    Where the briefing that is assumed has nothing on a sentence, the others are asked.
    """
    found = sentences(text[:LONGEST])
    checker = _Checker(library)
    checked = tuple(
        checker.check(number, sentence, briefing_id)
        for number, sentence in enumerate(found[:MOST_SENTENCES], start=1)
    )
    return DraftCheck(checked, len(found) > MOST_SENTENCES or len(text) > LONGEST)


@dataclass(frozen=True, slots=True)
class _Part:
    """A clause with the claims that were found for it, nearest first."""

    text: str
    found: tuple[tuple[Claim, float], ...]
    touched: tuple[Claim, ...]


class _Checker:
    """Checks one draft after another against one library."""

    def __init__(self, library: SubLibrary) -> None:
        self._library = library
        self._numbers: dict[str, BriefingNumbers] = {}

    def check(self, number: int, sentence: str, assumed: str) -> CheckedSentence:
        """Check a sentence, whole and clause by clause."""
        parts = [sentence]
        pieces = clauses(sentence)[:_MOST_CLAUSES]
        if len(pieces) > 1:
            parts += pieces
        asked = [self._ask(part, assumed) for part in parts]
        if assumed and not any(_touched(hits) for hits in asked):
            asked = [self._ask(part, "") for part in parts]
        best = max(
            (hit for hits in asked for hit in _touched(hits)),
            key=lambda hit: hit.coverage,
            default=None,
        )
        id = best.briefing_id if best else assumed
        if not id and len(self._library.briefings) == 1:
            id = self._library.briefings[0].id
        if not id:
            return CheckedSentence(number, sentence)
        read = [
            self._part(part, [hit for hit in hits if hit.briefing_id == id], id)
            for part, hits in zip(parts, asked, strict=True)
        ]
        return replace(self._compare(sentence, read, id), number=number)

    def _ask(self, text: str, briefing_id: str) -> tuple[Hit, ...]:
        """Search for a clause without its numbers and dates, which may be wrong."""
        spans = [(each.start, each.end) for each in amounts(text)]
        spans += [(each.start, each.end) for each in dates_said(text)]
        for start, end in sorted(spans, reverse=True):
            text = f"{text[:start]} {text[end:]}"
        asked = text.rstrip(" ?!")
        return self._library.searcher.ask(asked, briefing_id=briefing_id or None).hits

    def _part(self, text: str, hits: list[Hit], briefing_id: str) -> _Part:
        found = [(h.claim, h.coverage) for h in hits if h.coverage >= _COUNTED]
        touched = [hit.claim for hit in _touched(hits)]
        withdrawn = list(self._withdrawn(text, briefing_id))
        return _Part(
            text, tuple(found + withdrawn), (*touched, *(c for c, _ in withdrawn))
        )

    def _withdrawn(self, text: str, briefing_id: str) -> Iterator[tuple[Claim, float]]:
        """Yield what was taken back: it is no answer any more, and not searched."""
        numbers = self._numbers_of(briefing_id)
        taken_back = [c for c in numbers.briefing.claims if c.is_withdrawn]
        if not taken_back:
            return
        said = numbers.synonyms.of(text)
        whole = sum(map(rarity_in_english, said)) or 1.0
        for claim in taken_back:
            meant = widened(
                numbers.synonyms.of(f"{claim.text} {claim.revisions[-1].was}")
            )
            share = sum(map(rarity_in_english, said & meant)) / whole
            if share >= _TAKEN_BACK and len(said & meant) >= _LEAST_WORDS:
                yield claim, share

    def _numbers_of(self, briefing_id: str) -> BriefingNumbers:
        if briefing_id not in self._numbers:
            briefing = self._library.by_id[briefing_id]
            self._numbers[briefing_id] = BriefingNumbers(briefing)
        return self._numbers[briefing_id]

    def _compare(
        self, sentence: str, read: list[_Part], briefing_id: str
    ) -> CheckedSentence:
        numbers = self._numbers_of(briefing_id)
        whole, pieces = read[0], read[1:] or read
        differences: list[Difference] = []
        same: list[str] = []
        unknown: list[str] = []
        compared_ids: list[str] = []
        touched: list[Claim] = []
        for part in pieces:
            # What was found for the whole sentence stands behind the clause's own.
            ids_found = {claim.id for claim, _ in part.found}
            others = (each for each in whole.found if each[0].id not in ids_found)
            found = [*part.found, *others]
            compared = compare_amounts(part.text, found, numbers, sentence)
            touched += part.touched
            compared_ids += compared.claims
            same += compared.same
            unknown += map(written, compared.left)
            differences += compared.differences
            if part.touched and (dated := compare_dates(part.text, part.touched[0])):
                differences.append(dated)
        ids = list(dict.fromkeys([*compared_ids, *(c.id for c in touched)]))
        if not ids or whole.touched:
            ids = list(dict.fromkeys([*ids, *(c.id for c in whole.touched)]))
        by_id = {claim.id: claim for claim in numbers.briefing.claims}
        shown = [by_id[id] for id in ids[:_MOST_CLAIMS]]
        return CheckedSentence(
            0,
            sentence,
            briefing_id,
            tuple(claim.id for claim in shown),
            tuple(dict.fromkeys(differences)),
            tuple(dict.fromkeys(same)),
            tuple(dict.fromkeys(unknown)),
            tuple(self._remarks(sentence, pieces, shown, numbers)),
        )

    def _remarks(
        self,
        sentence: str,
        pieces: Iterable[_Part],
        shown: list[Claim],
        numbers: BriefingNumbers,
    ) -> Iterator[DraftRemark]:
        """Yield what is not as the nearest claim has it."""
        yield from (
            DraftRemark(RemarkKind.WITHDRAWN, c.id) for c in shown if c.is_withdrawn
        )
        if not shown:
            return
        briefing, synonyms = numbers.briefing, numbers.synonyms
        said = {
            claim.id: other_speaker(sentence, claim, briefing, synonyms)
            for claim in shown
        }
        speaker = said[shown[0].id]
        if speaker and all(said.values()):
            yield DraftRemark(RemarkKind.SPEAKER, shown[0].id, speaker)
        strange = [
            set(other_names(sentence, claim, briefing, synonyms)) for claim in shown
        ]
        names = sorted(set.intersection(*strange) - set(speaker.split(" and ")))
        if names:
            yield DraftRemark(RemarkKind.NAMES, shown[0].id, " and ".join(names[:2]))
        for part in pieces:
            claim = next((c for c in part.touched if c in shown), None)
            if claim is None:
                continue
            denied, denies = negated_terms(part.text), negated_terms(claim.text)
            said_here, said_there = synonyms.of(part.text), synonyms.of(claim.text)
            if denied & widened(said_there) and not denies:
                yield DraftRemark(RemarkKind.NOT_HERE, claim.id)
            elif denies & said_here and not denied:
                yield DraftRemark(RemarkKind.NOT_THERE, claim.id)


def _touched(hits: Iterable[Hit]) -> list[Hit]:
    """Return the hit that a clause touches, if it comes near enough to any."""
    ordered = sorted(hits, key=lambda hit: -hit.coverage)
    met = ((hit, hit.why) for hit in ordered)
    near = [
        hit
        for hit, why in met
        if len(why.words) + len(why.aliases) + len(why.repaired) >= _LEAST_WORDS
    ]
    if not near or near[0].coverage < _TOUCHED:
        return []
    return near[:1]
