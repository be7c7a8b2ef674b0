"""The lead of a full digest: the news of each briefing in a few lines. No I/O."""

from dataclasses import dataclass, field

from bot.block_kit.part import ClaimMark
from bot.briefing.handling import Label
from bot.briefing.kinds import Kind
from bot.briefing.models import BOTTOM_LINE, Briefing
from bot.briefing.wording import attribution, headline
from bot.digests.compose import BriefingPart, DigestDocument, DocumentKind, Highlight
from bot.slack.views.claim import marks_of
from bot.slack.views.digest_notes import notes
from bot.slack.views.footer import strictest
from bot.slack.views.message import (
    LEAD_LINES,
    Piece,
    count_lines,
    fit_lines,
    fit_sentences,
)
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.render_context import RenderContext
from bot.slack.views.times import say_weekday

_BOTTOM_LINES = 5
"""The most a single briefing's bottom line may take of the lead."""
_CONTROLS = 1
_NUMBERS = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six"),
    *("Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
)


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands in the channel, and what of it was left for the thread."""

    lines: list[str]
    foot: str
    claims: list[ClaimMark] = field(default_factory=list)
    left: list[Piece] = field(default_factory=list)


def full_lead(context: RenderContext, document: DigestDocument) -> Lead:
    """Say what stands, within 14 lines: bottom line first, then a line per topic."""
    title = _title(document)
    foot = _foot(document)
    room = LEAD_LINES - _CONTROLS - count_lines(title) - count_lines(foot)
    room -= sum(map(count_lines, notes(document)))

    lines, claims = [title], list[ClaimMark]()
    for number, part in enumerate(document.parts):
        share = room // (len(document.parts) - number)
        if share < 1:
            break
        said, shown = _said_of(part, share, is_sole=len(document.parts) == 1)
        lines += said
        room -= sum(map(count_lines, said))
        claims += _marks(context, part, shown)
    return Lead(lines, foot, claims)


def _title(document: DigestDocument) -> str:
    names = [part.briefing.name for part in document.parts]
    name = names[0] if len(names) == 1 else f"{len(names):,} briefings"
    return bold(f"{escape(name)} · {say_weekday(document.due)}")


def _foot(document: DigestDocument) -> str:
    """Count the topics of the thread, and name the handling unless it is CLEAR."""
    topics = sum(len(part.briefing.sections) for part in document.parts)
    where = "" if document.kind is DocumentKind.HEADLINES else " in the thread"
    counted = f"{_number(topics)} topic{'' if topics == 1 else 's'} with sources{where}"
    return " · ".join(filter(None, (label_of(document), counted)))


def label_of(document: DigestDocument) -> str:
    """Return the narrowest label of what the digest shows; nothing for CLEAR."""
    labels = [strictest(p.briefing, p.briefing.claims) for p in document.parts]
    label = max(labels, key=lambda each: each.rank)
    return "" if label is Label.CLEAR else label.value


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def _said_of(
    part: BriefingPart, room: int, *, is_sole: bool
) -> tuple[list[str], list[Highlight]]:
    """Return a briefing's lines and the highlights among them."""
    briefing = part.briefing
    opening = _bottom_line(briefing, min(room, _BOTTOM_LINES))
    if not is_sole:
        named = bold(f"{escape(briefing.name)}:")
        said = escape(briefing.bottom_line or briefing.title)
        opening = [fit_sentences(f"{named} {said}", room) if room > 1 else named]
    left = room - sum(map(count_lines, opening))
    lines = [_highlight(each, briefing) for each in part.highlights]
    shown = fit_lines(lines, left) if lines and left > 0 else 0
    while shown and sum(map(count_lines, lines[:shown])) > left:
        shown -= 1
    return [*opening, *lines[:shown]], list(part.highlights[:shown])


def _bottom_line(briefing: Briefing, room: int) -> list[str]:
    if not briefing.bottom_line:
        return []
    said = fit_sentences(escape(briefing.bottom_line), room)
    first, stop, rest = said.partition(". ")
    return [bold(f"{first}.") + f" {rest}" if stop else bold(first)]


def _highlight(highlight: Highlight, briefing: Briefing) -> str:
    claim = highlight.claim
    word = attribution(claim, briefing)
    if claim.kind is not Kind.STATEMENT:
        word = claim.kind.mark
    said = f"• {bold(f'{escape(highlight.section.name)}:')} {escape(headline(claim))}"
    return f"{said} — {italic(escape(word))}" if word else said


def _marks(
    context: RenderContext, part: BriefingPart, shown: list[Highlight]
) -> list[ClaimMark]:
    briefing = part.briefing
    marks = marks_of(context, briefing, [highlight.claim for highlight in shown])
    own = context.library.fingerprints[briefing.id].get(BOTTOM_LINE)
    if own and briefing.bottom_line:
        marks.insert(0, ClaimMark(briefing.id, BOTTOM_LINE, own))
    return marks
