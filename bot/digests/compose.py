"""What a digest says on one occasion: a selection, not yet a message. No I/O."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.briefing.changes import Change, ChangeKind, briefing_changes
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim, Section
from bot.digests.models import Digest, NothingNew, Show, cover, shown_title
from bot.digests.occurrences import Occurrence


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

    if digest.show is not Show.CHANGES or earlier is None:
        is_short = digest.show is Show.HEADLINES
        kind = DocumentKind.HEADLINES if is_short else DocumentKind.FULL
        return _document(digest, kind, map(_full_part, covered), occasion)

    before = {briefing.id: briefing for briefing in cover(digest, earlier)}
    parts = []
    for briefing in covered:
        if briefing.id not in before:
            # It is new to this recipient, who is shown the whole.
            parts.append(_full_part(briefing))
            continue
        found = briefing_changes(before[briefing.id], briefing)
        part = BriefingPart(briefing, changes=found.news, unchanged=found.unchanged)
        parts.append(part)

    news = [part for part in parts if part.changes or part.highlights]
    if news:
        return _document(digest, DocumentKind.CHANGES, news, occasion)
    if digest.nothing_new is NothingNew.SKIP:
        return Silence.NOTHING_NEW
    return _document(digest, DocumentKind.NOTHING_NEW, parts, occasion)


def _full_part(briefing: Briefing) -> BriefingPart:
    """Show what stands: that a claim was withdrawn is told as a change, once."""
    shown = []
    for section in briefing.sections:
        claims = tuple(claim for claim in section.claims if not claim.is_withdrawn)
        if claims:
            shown.append(section.model_copy(update={"claims": claims}))
    return BriefingPart(
        briefing.model_copy(update={"sections": tuple(shown)}),
        highlights=tuple(Highlight(section, section.claims[0]) for section in shown),
    )


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
    introduction = None
    if occasion.is_first:
        introduction = Introduction(digest.title, set_up_by=occasion.set_up_by)
    return DigestDocument(
        digest.id,
        kind,
        tuple(parts),
        due=due,
        checked=checked,
        late=None if because is None else Late(due, checked, because),
        introduction=introduction,
        unchanged_since=occasion.unchanged_since,
    )


def tally(changes: Iterable[Change]) -> str:
    """Count changes in words, what matters most first; empty for none."""
    counts = Counter(change.kind for change in changes)
    said = []
    for kind in ChangeKind:
        count = counts[kind]
        if count and kind is ChangeKind.ESTIMATE_MOVED:
            said.append(f"{count:,} estimate{'' if count == 1 else 's'} moved")
        elif count:
            said.append(f"{count:,} {kind.value}")
    return ", ".join(said)
