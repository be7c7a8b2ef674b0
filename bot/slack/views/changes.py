"""What changed: as an answer, in one line, in a modal, as plain text. No I/O.

Also what was corrected since somebody looked, above what they ask now.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.block_kit.part import Part
from bot.briefing.changes import Change, ChangeKind
from bot.briefing.models import (
    BOTTOM_LINE,
    Briefing,
    Claim,
    ClaimRevision,
    RevisionKind,
)
from bot.briefing.moved_marks import moved_marks
from bot.briefing.wording import headline, mark
from bot.corrections.model import ClaimKey
from bot.digests.compose import tally
from bot.questions.pages import Page, Since
from bot.slack.views.claim import bold_words, revised, with_mark
from bot.slack.views.footer import as_of
from bot.slack.views.lists import Entry, listing
from bot.slack.views.message import (
    ENTRY_LINES,
    RenderContext,
    count_lines,
    fit_sentences,
    paragraphs,
    remade,
)
from bot.slack.views.modal import list_modal
from bot.slack.views.mrkdwn import bold, escape, italic, spoken, unescape
from bot.slack.views.text_diff import said_of_marks, text_diff
from bot.slack.views.times import moment, say_day

_REVISIONS = {
    RevisionKind.CORRECTION: "✏️ *Corrected*",
    RevisionKind.UPDATE: "*Updated*",
    RevisionKind.WITHDRAWAL: "✏️ *Withdrawn*",
}
_CHANGES = {
    ChangeKind.CORRECTED: "✏️ *Corrected:*",
    ChangeKind.WITHDRAWN: "✏️ *Withdrawn:*",
    ChangeKind.ESTIMATE_MOVED: "*Estimate moved:*",
    ChangeKind.DISPUTED: "*Disputed:*",
    ChangeKind.NEW: "*New:*",
    ChangeKind.UPDATED: "*Updated:*",
    ChangeKind.REMOVED: "*Removed:*",
}
_NO_CHANGES = "No corrections or updates so far."
_SINCE_LOOKED = f"✏️ {bold('Corrected since you looked:')}"
_MOST_IN_BANNER = 2
_BANNER_LINES = ENTRY_LINES + 1
"""What was wrong takes one line more than a digest's entry: it says since when."""


def changes_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List corrections, updates and withdrawals, newest first; none is one line."""
    found = revisions(briefing, page.since)
    since = f" since {say_day(page.since)}" if page.since else ""
    said = "1 change" if len(found) == 1 else f"{len(found):,} changes"
    said += since
    if not found:
        said = f"no corrections or updates{since or ' so far'}."
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {said}",
        entries=[
            (_revision_entry(claim, revision), ((claim, _own_words(claim)),))
            for revision, claim in found
        ],
        facts=_facts(briefing),
    )


def since_answer(context: RenderContext, since: Since) -> Part | None:
    """List what changed since the last digest here; None if the briefing is gone."""
    briefing = context.briefing(since.page.briefing_id)
    if briefing is None:
        return None
    entries: list[Entry] = []
    for change in since.changes.news:
        # Nothing is left to be corrected in the words of a claim that is gone.
        shown = tuple(
            (c, _own_words(c)) for c in briefing.claims if c.id == change.claim_id
        )
        entries.append((f"• {change_line(change, briefing)}", shown))

    what = tally(since.changes.news) or "nothing changed"
    when = f"the last digest, {moment(since.notified_at)}"
    if since.page.since:
        when = say_day(since.page.since)
    return listing(
        context,
        since.page,
        briefing,
        title=f"{escape(briefing.name)}: {what} since {when}",
        entries=entries,
        facts=_facts(briefing),
    )


def _facts(briefing: Briefing) -> tuple[str, ...]:
    if briefing.verified is None:
        return (as_of(briefing),)
    return as_of(briefing), f"verified {say_day(briefing.verified)}"


def revisions(
    briefing: Briefing, since: date | None = None
) -> list[tuple[ClaimRevision, Claim]]:
    """Return every revision with its claim, newest first, then in the file's order.

    With `since`, those of that day and later.
    """
    found = [
        (revision, claim)
        for claim in briefing.claims
        for revision in claim.revisions
        if since is None or revision.date >= since
    ]
    return sorted(found, key=lambda pair: pair[0].date, reverse=True)


def _revision_entry(claim: Claim, revision: ClaimRevision) -> str:
    """Say it in three lines: the words as they are now, and what they were."""
    word = f"{_REVISIONS[revision.kind]} {say_day(revision.date)}:"
    because = italic(escape(revision.because))
    if revision.kind is RevisionKind.WITHDRAWAL:
        return f"• {word} “{escape(headline(claim))}” — {because}"
    differs = text_diff(revision.was, claim.text)
    said = "; ".join(filter(None, (f"• {word} {bold_words(claim)}", differs)))
    full = f"{said} — {because}"
    return full if count_lines(full) <= ENTRY_LINES else said


def _own_words(claim: Claim) -> tuple[str, ...]:
    """Return what a line says of a claim as it is now; of one taken back nothing."""
    return () if claim.is_withdrawn else (bold_words(claim),)


def last_change(briefing: Briefing) -> list[str]:
    """Say the newest revision in one line; nothing where there is none."""
    return [
        f"{_REVISIONS[revision.kind]} {say_day(revision.date)}: "
        f"{escape(headline(claim))}"
        for revision, claim in revisions(briefing)[:1]
    ]


def change_line(change: Change, briefing: Briefing) -> str:
    """Say a change in three lines: what is, what was, and why."""
    word = _CHANGES.get(change.kind, bold(f"{change.kind.value.capitalize()}:"))
    said = f"{word} {_what_changed(change, briefing)}"
    full = with_mark(said, change.because)
    for line in (full, said):
        if count_lines(line) <= ENTRY_LINES:
            return line
    return fit_sentences(said, ENTRY_LINES)


def _what_changed(change: Change, briefing: Briefing) -> str:
    if change.kind in (ChangeKind.WITHDRAWN, ChangeKind.REMOVED):
        gone = change.before or change.after
        return f"“{escape(headline(gone) if gone else change.was)}”"
    if change.after is None:
        is_bottom_line = change.claim_id == BOTTOM_LINE
        text = "the bottom line" if is_bottom_line else "a summary"
        return f"{text}: {escape(change.now)}"
    now = bold_words(change.after)
    if change.kind in (ChangeKind.NEW, ChangeKind.DISPUTED):
        return with_mark(now, mark(change.after, briefing))
    if len(change.figures) == 1:
        return f"{now}, not {escape(change.figures[0].was)}"
    differs = text_diff(change.was, change.now)
    if not differs and change.before:
        moved = moved_marks(change.before, briefing, change.after, briefing)
        differs = said_of_marks(moved)
    return ", ".join(filter(None, (now, differs)))


def changes_modal(page: Page, briefing: Briefing) -> dict[str, Any]:
    """Return the view of all changes, with the whole words of before and now."""
    texts = [
        f"{revised(revision)}\nNow: {escape(claim.text)}"
        for revision, claim in revisions(briefing, page.since)
    ]
    return list_modal(page, texts, empty=_NO_CHANGES)


def changes_plain(
    page: Page, briefing: Briefing, since: Since | None = None
) -> list[str]:
    """Return the lines of the changes that are copied, or that there are none.

    With `since` they are those that the message shows: since the last digest.
    """
    if since:
        what = tally(since.changes.news) or "nothing changed"
        day = f"the last digest, {say_day(since.notified_at.date())}"
        if since.page.since:
            day = say_day(since.page.since)
        news = [change_line(change, briefing) for change in since.changes.news]
        lines = [f"- {unescape(spoken(line))}" for line in news]
        return [f"{briefing.name}: {what} since {day}.", *lines]
    lines = [
        f"- {say_day(revision.date)}, {revision.kind}: {claim.text} "
        f"Was: {revision.was} {revision.because}"
        for revision, claim in revisions(briefing, page.since)
    ]
    return lines or [_NO_CHANGES]


def with_corrections(
    part: Part, context: RenderContext, corrected: Sequence[ClaimKey]
) -> Part:
    """Say above an answer what was wrong when its reader last saw it."""
    claims = [
        claim
        for key in corrected
        if context.briefing(key.briefing_id) and (claim := context.library.claim(*key))
    ]
    if not claims:
        return part
    left = len(claims) - _MOST_IN_BANNER
    more = [f"{left:,} more: {escape(context.command)} changes"] if left > 0 else []
    lines = [_banner_line(claim) for claim in claims[:_MOST_IN_BANNER]]
    banner = [each.to_dict() for each in paragraphs("\n".join([*lines, *more]))]
    return remade(part, lambda blocks: [*banner, *blocks])


def _banner_line(claim: Claim) -> str:
    words = fit_sentences(escape(headline(claim)), ENTRY_LINES)
    if claim.is_withdrawn:
        return f"✏️ {bold('Withdrawn since you looked:')} “{words}”"
    found = [r for r in claim.revisions if r.kind is not RevisionKind.UPDATE]
    if not found:
        return f"{_SINCE_LOOKED} {words}"
    last = found[-1]
    differs = text_diff(last.was, claim.text)
    what = f", {differs}" if differs else f" — {italic(escape(last.because))}"
    full = f"{_SINCE_LOOKED} {words}{what}"
    return full if count_lines(full) <= _BANNER_LINES else f"{_SINCE_LOOKED} {words}"
