"""What changed between two snapshots, in the words a newsroom has for it. No I/O."""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.briefing.fingerprints import TOLD
from bot.briefing.library import Fingerprints, Library
from bot.briefing.models import Briefing, Claim, ClaimRevision, Kind, RevisionKind
from bot.briefing.wording import amount


class ChangeKind(StrEnum):
    """What happened to a claim, what matters most to a reader first."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    ESTIMATE_MOVED = "estimate moved"
    DISPUTED = "disputed"
    NEW = "new"
    UPDATED = "updated"
    REMOVED = "removed"
    REVERIFIED = "re-verified"
    REFILED = "refiled"
    """Worded anew; never part of what is told."""


_ORDER = tuple(ChangeKind)


@dataclass(frozen=True, slots=True)
class FigureMove:
    """What is counted, and how many it was and is, in words ("about 4,000")."""

    label: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Change:
    """One claim, bottom line or summary that says something else than before.

    `was` and `now` are its words; empty where it did not or does not exist. `because`
    and `on` are its revision entry's, empty where the author wrote none. The claims are
    None for the bottom line and for summaries.
    """

    kind: ChangeKind
    claim_id: str
    was: str = ""
    now: str = ""
    because: str = ""
    on: date | None = None
    figures: tuple[FigureMove, ...] = ()
    before: Claim | None = None
    after: Claim | None = None

    @property
    def lacks_entry(self) -> bool:
        """Say whether a claim's facts moved without an entry in its `revisions`."""
        if self.before is None or self.after is None or self.because:
            return False
        return bool(self.figures) or not same_substance(self.was, self.now)


@dataclass(frozen=True, slots=True)
class BriefingChanges:
    """The difference of one briefing; `is_new` when the earlier snapshot had none.

    `refiled` are ids whose wording alone changed: nobody is told, and they keep their
    earlier fingerprint. `unchanged` counts the claims that say what they said.
    """

    briefing_id: str
    changes: tuple[Change, ...] = ()
    refiled: frozenset[str] = frozenset()
    unchanged: int = 0
    is_new: bool = False

    @property
    def news(self) -> tuple[Change, ...]:
        """What a reader is told: not what was only verified again."""
        return tuple(c for c in self.changes if c.kind is not ChangeKind.REVERIFIED)


def changes(
    before: Iterable[Briefing], after: Iterable[Briefing]
) -> tuple[BriefingChanges, ...]:
    """Compare two snapshots, briefing by briefing, in the order of their ids.

    The order of files, keys, sections and claims is no change, nor is a claim's moving
    to another section. Briefings that are gone are left out.
    """
    earlier = {briefing.id: briefing for briefing in before}
    return tuple(
        briefing_changes(earlier.get(later.id), later)
        for later in sorted(after, key=lambda briefing: briefing.id)
    )


def briefing_changes(before: Briefing | None, after: Briefing) -> BriefingChanges:
    """Compare a briefing with what it was; None means that it is new altogether."""
    if before is None:
        return BriefingChanges(after.id, is_new=True)
    compared = [*_claim_changes(before, after)]
    # A bottom line or summary that comes or goes brings its claims, which are told.
    earlier = before.lead_texts
    for id, now in after.lead_texts.items():
        was = earlier.get(id, now)
        if was != now:
            is_refile = same_substance(was, now)
            kind = ChangeKind.REFILED if is_refile else ChangeKind.UPDATED
            compared.append(Change(kind, id, was=was, now=now))

    told = [change for change in compared if change.kind is not ChangeKind.REFILED]
    told.sort(key=lambda change: _ORDER.index(change.kind))
    refiled = {c.claim_id for c in compared if c.kind is ChangeKind.REFILED}

    found = BriefingChanges(after.id, tuple(told), frozenset(refiled))
    news = {change.claim_id for change in found.news}
    same = sum(not c.is_withdrawn and c.id not in news for c in after.claims)
    return replace(found, unchanged=same)


def _claim_changes(before: Briefing, after: Briefing) -> Iterator[Change]:
    earlier = {claim.id: claim for claim in before.claims}
    against = before.contradictions(), after.contradictions()

    for claim in after.claims:
        then = earlier.pop(claim.id, None)
        if then is None:
            if not claim.is_withdrawn:
                yield Change(ChangeKind.NEW, claim.id, now=claim.text, after=claim)
            continue

        disputes = _Disputes(*(all.get(claim.id, frozenset()) for all in against))
        kind = _kind_of_change(then, claim, disputes)
        if kind is None:
            was, now = before.verified_on(then), after.verified_on(claim)
            if now is None or (was is not None and was >= now):
                continue
            kind = ChangeKind.REVERIFIED
        entries = _new_entries(then, claim)
        yield Change(
            kind,
            claim.id,
            was=then.text,
            now=claim.text,
            because=entries[-1].because if entries else "",
            on=entries[-1].date if entries else None,
            figures=_moved_figures(then, claim),
            before=then,
            after=claim,
        )

    for gone in earlier.values():
        if not gone.is_withdrawn:
            yield Change(ChangeKind.REMOVED, gone.id, was=gone.text, before=gone)


@dataclass(frozen=True, slots=True)
class _Disputes:
    """The claims that a claim conflicted with before, and does now."""

    before: Set[str]
    after: Set[str]


def _kind_of_change(
    before: Claim, after: Claim, disputes: _Disputes
) -> ChangeKind | None:
    """Decide what happened: the author's own entry first, then what can be seen."""
    if before == after and disputes.before == disputes.after:
        return None
    if after.is_withdrawn:
        return None if before.is_withdrawn else ChangeKind.WITHDRAWN

    entries = _new_entries(before, after)
    if any(entry.kind is RevisionKind.CORRECTION for entry in entries):
        return ChangeKind.CORRECTED
    if after.kind is Kind.ESTIMATE and _moved_figures(before, after):
        return ChangeKind.ESTIMATE_MOVED
    if entries or before.is_withdrawn:
        return ChangeKind.UPDATED

    # Without an entry of the author's, it is what can be seen.
    if not _is_only_reworded(before, after):
        return ChangeKind.UPDATED
    if disputes.after - disputes.before:
        return ChangeKind.DISPUTED
    if disputes.before - disputes.after:
        return ChangeKind.UPDATED
    is_told_the_same = all(getattr(before, f) == getattr(after, f) for f in TOLD)
    return None if is_told_the_same else ChangeKind.REFILED


def _new_entries(before: Claim, after: Claim) -> tuple[ClaimRevision, ...]:
    return after.revisions[len(before.revisions) :]


_MARKS = ("kind", "figures", "likelihood", "confidence", "when")


def _is_only_reworded(before: Claim, after: Claim) -> bool:
    """Say whether no mark, citation or weighty word moved.

    A short form that comes or goes says nothing that the text does not; a caveat does.
    """
    if any(getattr(before, mark) != getattr(after, mark) for mark in _MARKS):
        return False
    if {c.id for c in before.sources} != {c.id for c in after.sources}:
        return False
    if bool(before.caveat) != bool(after.caveat):
        return False

    pairs = [(before.text, after.text), (before.caveat or "", after.caveat or "")]
    if before.short and after.short:
        pairs.append((before.short, after.short))
    return all(same_substance(*pair) for pair in pairs)


def _moved_figures(before: Claim, after: Claim) -> tuple[FigureMove, ...]:
    """Pair figures by what they count; one that comes or goes has not moved."""
    earlier = {(figure.label, figure.unit): figure for figure in before.figures}
    pairs = ((earlier.get((now.label, now.unit)), now) for now in after.figures)
    return tuple(
        FigureMove(now.label, amount(was), amount(now))
        for was, now in pairs
        if was and was != now
    )


def kept_fingerprints(before: Library, after: Library) -> Fingerprints:
    """Return the earlier fingerprints that the later snapshot's messages are to carry.

    A refiled claim keeps its earlier fingerprint, so no message that showed the old
    wording counts as outdated. What `before` itself kept goes on while it is unchanged.
    """
    kept = {}
    for found in changes(before.briefings, after.briefings):
        id = found.briefing_id
        then, now = before.own_fingerprints.get(id, {}), after.own_fingerprints[id]
        carried = before.fingerprints.get(id, {})
        prints = {
            claim_id: carried[claim_id]
            for claim_id in now
            if claim_id in then
            and (then[claim_id] == now[claim_id] or claim_id in found.refiled)
            and carried[claim_id] != now[claim_id]
        }
        if prints:
            kept[id] = prints
    return kept


# What a sentence stands for: numbers, names, dates, negations, and a closed list of
# words that decide what happened, to how many, and how surely. Everything else is
# wording, of whose change no reader must hear.
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve"
_NEGATION = (
    "no not never none nobody nothing neither nor without cannot lack lacks lacked "
    "deny denies denied refuse refuses refused fail fails failed stop stops stopped"
)
_LIKELIHOOD = (
    "may might could can would will should must likely unlikely probably possibly "
    "possible certain certainly almost nearly perhaps expected planned feared remote"
)
_QUANTITY = (
    "all every most many some few several half twice double least up more less fewer "
    "over under above below about only dozen dozens hundred hundreds thousand "
    "thousands million millions billion billions percent first last"
)
_FATE = (
    "killed dead died deaths wounded injured missing captured arrested executed freed "
    "survived destroyed damaged sunk lost won"
)
_STANDING = (
    "confirmed unconfirmed said says claimed claims alleged reported reportedly "
    "estimated promised announced threatened true false"
)
_DIRECTION = (
    "rise rises rose risen fall falls fell fallen increase increased decrease "
    "decreased grow grew gained began begun ended before after since until against"
)
_OPENERS = (
    "a an and as at but by for from he her his however if in is it its of on or our "
    "she that the their there these they this those to was we were what when where "
    "which while who with"
)

_WEIGHTY = frozenset(
    " ".join((_NEGATION, _LIKELIHOOD, _QUANTITY, _FATE, _STANDING, _DIRECTION)).split()
)
_NO_NAMES = _WEIGHTY | frozenset(_OPENERS.split())
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS.split())}
_ALIKE = {"around": "about", "approximately": "about", "roughly": "about"}
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")


def same_substance(earlier: str, later: str) -> bool:
    """Say whether only the wording differs: nothing weighty changed or moved.

    In doubt it differs: a noun that newly opens a sentence counts as a name.
    """
    if earlier == later:
        return True
    names = _names_in(earlier) | _names_in(later)
    return _weighty_words(earlier, names) == _weighty_words(later, names)


def _names_in(text: str) -> set[str]:
    capitalised = (token for token in _TOKEN.findall(text) if token[0].isupper())
    return {word for token in capitalised for word in _plain_words(token)} - _NO_NAMES


def _weighty_words(text: str, names: set[str]) -> list[str]:
    """Return them in order, so that "Kim met Putin" is not "Putin met Kim"."""
    words = [word for token in _TOKEN.findall(text) for word in _plain_words(token)]
    return [w for w in words if w[0].isdigit() or w in _WEIGHTY or w in names]


def _plain_words(token: str) -> list[str]:
    """Undo spelling: `4,000` and `4000`, `two` and `2`, `didn't` and `did not`."""
    word = token.lower().replace("’", "'")
    if word[0].isdigit():
        return [word.replace(",", "")]
    if word.endswith("n't"):
        return [*filter(None, [word.removesuffix("n't")]), "not"]
    word = word.removesuffix("'s")
    return [_DIGITS.get(word) or _ALIKE.get(word) or word]
