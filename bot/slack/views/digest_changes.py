"""The lead of a digest of changes: corrections first, each in three lines. No I/O."""

from collections.abc import Iterator

from bot.block_kit.part import ClaimMark
from bot.briefing.changes import Change, ChangeKind
from bot.briefing.models import BOTTOM_LINE, Briefing
from bot.briefing.wording import headline, mark
from bot.digests.compose import BriefingPart, DigestDocument
from bot.slack.views.claim import marks_of
from bot.slack.views.claim_line import bold_words as figure_first
from bot.slack.views.digest_lead import Lead, label_of
from bot.slack.views.digest_notes import notes
from bot.slack.views.message import (
    ENTRY_LINES,
    LEAD_LINES,
    Piece,
    count_lines,
    fit_lines,
    fit_sentences,
)
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.render_context import RenderContext
from bot.slack.views.text_diff import text_diff
from bot.slack.views.times import say_day, say_short_weekday

_CONTROLS = 1
_WORDS = {
    ChangeKind.CORRECTED: "✏️ *Corrected:*",
    ChangeKind.WITHDRAWN: "✏️ *Withdrawn:*",
    ChangeKind.ESTIMATE_MOVED: "*Estimate moved:*",
    ChangeKind.DISPUTED: "*Disputed:*",
    ChangeKind.NEW: "*New:*",
    ChangeKind.UPDATED: "*Updated:*",
    ChangeKind.REMOVED: "*Removed:*",
}


def changes_lead(context: RenderContext, document: DigestDocument) -> Lead:
    """Say what changed within 14 lines; what does not fit goes into the thread."""
    title, foot = _title(document), _foot(document)
    room = LEAD_LINES - _CONTROLS - count_lines(title) - count_lines(foot)
    room -= sum(map(count_lines, notes(document)))
    pieces = list(_pieces(context, document))
    lines = [piece.mrkdwn for piece in pieces]
    shown = fit_lines(lines, room) if lines else 0
    if shown < len(lines):
        shown = fit_lines(lines, room - 1)

    left = len(lines) - shown
    more = [f"{left:,} more in the thread"] if left else []
    return Lead(
        [title, *lines[:shown], *more],
        foot,
        [claim for piece in pieces[:shown] for claim in piece.claims],
        pieces[shown:],
    )


def _title(document: DigestDocument) -> str:
    """Begin with what the notification should say: "…: 1 corrected, 1 new"."""
    tallies = [
        f"{escape(part.briefing.name)}: {part.tally or 'new here'}"
        for part in document.parts
    ]
    return bold(f"{'; '.join(tallies)} · {say_short_weekday(document.due)}")


def _foot(document: DigestDocument) -> str:
    unchanged = sum(part.unchanged for part in document.parts)
    noun = "claim" if unchanged == 1 else "claims"
    said = f"{unchanged:,} {noun} unchanged"
    verified = [p.briefing.verified for p in document.parts if p.briefing.verified]
    when = f", verified {say_day(min(verified))}" if verified else ""
    return " · ".join(filter(None, (label_of(document), said + when)))


def _pieces(context: RenderContext, document: DigestDocument) -> Iterator[Piece]:
    for part in document.parts:
        for change in part.changes:
            claims = _marks(context, part.briefing, change)
            yield Piece(change_line(change, part.briefing), tuple(claims))
        yield from _new_briefing(context, part)


def _new_briefing(context: RenderContext, part: BriefingPart) -> Iterator[Piece]:
    """A briefing that is new to the recipient brings a line for each topic."""
    for highlight in part.highlights:
        marks = marks_of(context, part.briefing, [highlight.claim])
        said = f"{bold(f'{escape(highlight.section.name)}:')}"
        marked = italic(escape(mark(highlight.claim, part.briefing)))
        words = f"{said} {figure_first(highlight.claim)}"
        yield Piece(f"{words} — {marked}" if marked else words, tuple(marks))


def change_line(change: Change, briefing: Briefing) -> str:
    """Say a change in three lines: what is, what was, and why."""
    word = _WORDS.get(change.kind, bold(f"{change.kind.value.capitalize()}:"))
    said = f"{word} {_what(change, briefing)}"
    why = f"{said} — {italic(escape(change.because))}" if change.because else said
    for line in (why, said):
        if count_lines(line) <= ENTRY_LINES:
            return line
    return fit_sentences(said, ENTRY_LINES)


def _what(change: Change, briefing: Briefing) -> str:
    if change.kind in (ChangeKind.WITHDRAWN, ChangeKind.REMOVED):
        gone = change.before or change.after
        return f"“{escape(headline(gone) if gone else change.was)}”"
    if change.after is None:
        return f"{_lead_name(change.claim_id)}: {escape(change.now)}"
    now = figure_first(change.after)
    if change.kind in (ChangeKind.NEW, ChangeKind.DISPUTED):
        marked = italic(escape(mark(change.after, briefing)))
        return f"{now} — {marked}" if marked else now
    return f"{now}, {_was(change)}"


def _was(change: Change) -> str:
    """Say what it was: a figure where one moved, else the words that differ."""
    if len(change.figures) == 1:
        return f"not {escape(change.figures[0].was)}"
    return text_diff(change.was, change.now)


def _lead_name(claim_id: str) -> str:
    return "the bottom line" if claim_id == BOTTOM_LINE else "a summary"


def _marks(
    context: RenderContext, briefing: Briefing, change: Change
) -> list[ClaimMark]:
    own = context.library.fingerprints[briefing.id].get(change.claim_id)
    return [ClaimMark(briefing.id, change.claim_id, own)] if own else []
