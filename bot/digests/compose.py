"""What a digest says on one occasion: a selection, not yet a message. No I/O."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.briefing.changes import Change, ChangeKind, briefing_changes
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim, Section
from bot.digests.models import Digest, NothingNew, Show
from bot.digests.occurrences import Occurrence
from bot.digests.topics import shown_title


class DocumentKind(StrEnum):
    """The forms of a digest."""

    FULL = "full"
    HEADLINES = "headlines"
    CHANGES = "changes"
    NOTHING_NEW = "nothing new"


class Silence(StrEnum):
    """Why a digest is not sent on an occasion: its recorded reason."""

    NOTHING_NEW = "nothing new"
    NOTHING_VISIBLE = "nothing that this audience may see"


@dataclass(frozen=True, slots=True)
class Late:
    """An occurrence that is sent late says so; `because` may be empty."""

    due: datetime
    sent: datetime
    because: str = ""


@dataclass(frozen=True, slots=True)
class Introduction:
    """What the first post in a channel says of itself.

    `set_up_by` is the id of who asked for it, empty for one from `digests.yaml`.
    """

    digest_title: str
    set_up_by: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is particular to one sending to one recipient.

    `late_because` is None for one that is on time. `unchanged_since` is when this
    recipient was last told something new, None if that is not known.
    """

    occurrence: Occurrence
    now: datetime
    late_because: str | None = None
    unchanged_since: datetime | None = None
    is_first: bool = False
    set_up_by: str = ""


@dataclass(frozen=True, slots=True)
class Highlight:
    """The first claim of a section, for the lead."""

    section: Section
    claim: Claim


@dataclass(frozen=True)
class BriefingPart:
    """What the digest says of one briefing, of which it holds only what it covers.

    The lead is made of `highlights` and `changes`, the thread of the briefing's
    sections. `unchanged` counts the claims of which there is nothing to tell.
    """

    briefing: Briefing
    highlights: tuple[Highlight, ...] = ()
    changes: tuple[Change, ...] = ()
    unchanged: int = 0

    @property
    def tally(self) -> str:
        """Count the changes in words, corrections first: "1 corrected, 2 new"."""
        return tally(self.changes)


@dataclass(frozen=True)
class DigestDocument:
    """A digest ready to be rendered. Times are in the schedule's zone."""

    digest_id: str
    kind: DocumentKind
    parts: tuple[BriefingPart, ...]
    due: datetime
    checked: datetime
    late: Late | None = None
    introduction: Introduction | None = None
    unchanged_since: datetime | None = None


def compose(
    digest: Digest,
    library: SubLibrary,
    occasion: Occasion,
    *,
    earlier: SubLibrary | None,
) -> DigestDocument | Silence:
    """Select what the digest says to an audience that may see `library`.

    `earlier` is what the same audience could see of the revision this recipient last
    received; None for its first digest, which is the full briefing and sets the base
    line whatever `show` says.
    """
    covered = cover(digest, library)
    if not covered:
        return Silence.NOTHING_VISIBLE
    digest = digest.model_copy(update={"title": shown_title(digest, library)})

    if digest.show is Show.CHANGES and earlier is not None:
        before = cover(digest, earlier)
        return _compose_changes(digest, covered, occasion, before=before)

    is_short = digest.show is Show.HEADLINES
    kind = DocumentKind.HEADLINES if is_short else DocumentKind.FULL
    return _document(digest, kind, map(_full_part, covered), occasion)


def cover(digest: Digest, library: SubLibrary) -> tuple[Briefing, ...]:
    """Return the briefings, or parts of briefings, that the digest is about."""
    wanted = digest.sections or digest.briefings
    ids = dict.fromkeys(path.partition("/")[0] for path in wanted)
    found = (library.by_id.get(briefing_id) for briefing_id in ids)
    covered = (_covered(digest, briefing) for briefing in found if briefing)
    return tuple(briefing for briefing in covered if briefing.sections)


def _covered(digest: Digest, briefing: Briefing) -> Briefing:
    """Cut the briefing down to the digest's sections, in the digest's order.

    The bottom line goes with what is cut away: it speaks of the whole.
    """
    if not digest.sections:
        return briefing
    by_path = {f"{briefing.id}/{section.id}": section for section in briefing.sections}
    sections = tuple(by_path[path] for path in digest.sections if path in by_path)
    return briefing.model_copy(update={"sections": sections, "bottom_line": None})


def _full_part(briefing: Briefing) -> BriefingPart:
    """Show what stands: that a claim was withdrawn is told as a change, once."""
    sections = (_standing(section) for section in briefing.sections)
    shown = tuple(section for section in sections if section.claims)
    return BriefingPart(
        briefing.model_copy(update={"sections": shown}),
        highlights=tuple(Highlight(section, section.claims[0]) for section in shown),
    )


def _standing(section: Section) -> Section:
    claims = tuple(claim for claim in section.claims if not claim.is_withdrawn)
    return section.model_copy(update={"claims": claims})


def _compose_changes(
    digest: Digest,
    covered: tuple[Briefing, ...],
    occasion: Occasion,
    *,
    before: tuple[Briefing, ...],
) -> DigestDocument | Silence:
    earlier = {briefing.id: briefing for briefing in before}
    parts = [_changed_part(earlier.get(now.id), now) for now in covered]
    news = [part for part in parts if part.changes or part.highlights]
    if news:
        return _document(digest, DocumentKind.CHANGES, news, occasion)

    if digest.nothing_new is NothingNew.SKIP:
        return Silence.NOTHING_NEW
    return _document(digest, DocumentKind.NOTHING_NEW, parts, occasion)


def _changed_part(before: Briefing | None, now: Briefing) -> BriefingPart:
    """Show the changes, or the whole of a briefing that is new to the recipient."""
    if before is None:
        return _full_part(now)
    found = briefing_changes(before, now)
    return BriefingPart(now, changes=found.news, unchanged=found.unchanged)


def _document(
    digest: Digest,
    kind: DocumentKind,
    parts: Iterable[BriefingPart],
    occasion: Occasion,
) -> DigestDocument:
    zone = digest.when.zone
    due = occasion.occurrence.scheduled_for.astimezone(zone)
    checked = occasion.now.astimezone(zone)
    because = occasion.late_because
    return DigestDocument(
        digest.id,
        kind,
        tuple(parts),
        due=due,
        checked=checked,
        late=None if because is None else Late(due, checked, because),
        introduction=_introduction(digest, occasion),
        unchanged_since=occasion.unchanged_since,
    )


def _introduction(digest: Digest, occasion: Occasion) -> Introduction | None:
    if not occasion.is_first:
        return None
    return Introduction(digest.title, set_up_by=occasion.set_up_by)


def tally(changes: Iterable[Change]) -> str:
    """Count changes in words, what matters most first; empty for none."""
    counts = Counter(change.kind for change in changes)
    return ", ".join(_count(kind, counts[kind]) for kind in ChangeKind if counts[kind])


def _count(kind: ChangeKind, count: int) -> str:
    if kind is ChangeKind.ESTIMATE_MOVED:
        return f"{count:,} estimate{'' if count == 1 else 's'} moved"
    return f"{count:,} {kind.value}"
