"""Digests: a lead for the channel, the rest for its thread. No I/O."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from slack_sdk.models.blocks import ActionsBlock

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.briefing.models import BOTTOM_LINE, SUMMARY, TITLE, Briefing, Claim
from bot.briefing.tlp import Label
from bot.briefing.wording import (
    first_sentence,
    headline,
    mark,
    marks,
    sources_known_through,
)
from bot.digests.compose import (
    BriefingPart,
    DigestDocument,
    DocumentKind,
    Highlight,
)
from bot.questions.pages import Page, PageKind
from bot.slack.views.changes import change_line
from bot.slack.views.claim import (
    bold_words,
    claim_text,
    line_words,
    one_word_mark,
    with_mark,
)
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    last_option,
    report_option,
    subscribe,
)
from bot.slack.views.footer import strictest
from bot.slack.views.message import (
    LEAD_LINES,
    ClaimWords,
    Piece,
    RenderContext,
    context_block,
    count_lines,
    fit_lines,
    fit_sentences,
    message,
    pack,
    paragraphs,
)
from bot.slack.views.mrkdwn import bold, escape, italic, mention
from bot.slack.views.times import (
    say_day,
    say_hour,
    say_short_weekday,
    say_weekday,
    say_zone,
)

_BOTTOM_LINES = 5
"""The most a single briefing's bottom line may take of the lead."""
_TOPIC_LINES = 2
_MOST_NAMED = 8
_CONTROLS = 1
_NUMBERS = (
    *("No", "One", "Two", "Three", "Four", "Five", "Six"),
    *("Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
)
_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def render_digest(
    document: DigestDocument, library: SubLibrary, *, command: str = "/brief"
) -> tuple[Part, ...]:
    """Return the lead, then the parts of its thread, each small enough to edit."""
    context = RenderContext(library, document.checked.date(), command)
    match document.kind:
        case DocumentKind.NOTHING_NEW:
            return (message(*paragraphs(_nothing_new(document))),)
        case DocumentKind.CHANGES:
            lead = _changes_lead(context, document)
            topics: Iterable[list[Piece]] = [lead.left]
        case DocumentKind.HEADLINES:
            lead, topics = _full_lead(context, document), []
        case DocumentKind.FULL:
            lead = _full_lead(context, document)
            topics = _thread_topics(context, document)

    foot = [context_block(line) for line in (lead.foot, *_notes(document)) if line]
    first = message(
        *paragraphs("\n".join(lead.lines)),
        _controls(document),
        *foot,
        claims=lead.claims,
    )
    thread = []
    for pieces in [packed for topic in topics for packed in pack(topic)]:
        blocks = [block for piece in pieces for block in paragraphs(piece.mrkdwn)]
        claims = [claim for piece in pieces for claim in piece.claims]
        thread.append(message(*blocks, claims=claims))
    return first, *thread


def _controls(document: DigestDocument) -> ActionsBlock:
    """One row: what changed in detail or the way to a subscription, and the menu."""
    briefing_id = document.parts[0].briefing.id
    overview = Page(PageKind.OVERVIEW, briefing_id)
    first = subscribe(document.digest_id)
    if document.kind is DocumentKind.CHANGES:
        changes = Page(PageKind.CHANGES, briefing_id)
        first = button("Sources", Action.DETAIL, changes)
    return controls(
        first,
        menu=(
            ("The whole briefing", Action.OPEN, overview),
            copy_option(overview),
            report_option(overview),
            last_option(overview, is_posted=True),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Lead:
    """What stands in the channel, and what of it was left for the thread."""

    lines: list[str]
    foot: str
    claims: list[ClaimWords] = field(default_factory=list)
    left: list[Piece] = field(default_factory=list)


def _full_lead(context: RenderContext, document: DigestDocument) -> _Lead:
    """Say what stands, within 14 lines: bottom line first, then a line per topic.

    Topics for which there is no line are named below; how many lines that takes is
    known once they are.
    """
    for foot_lines in range(1, LEAD_LINES):
        lead = _lead_above(context, document, foot_lines)
        if count_lines(lead.foot) <= foot_lines:
            break
    return lead


def _lead_above(
    context: RenderContext, document: DigestDocument, foot_lines: int
) -> _Lead:
    """Return the lead that leaves so many lines for what stands below it."""
    names = [part.briefing.name for part in document.parts]
    name = names[0] if len(names) == 1 else f"{len(names):,} briefings"
    title = bold(f"{escape(name)} · {say_weekday(document.due)}")
    taken = count_lines(title, *_notes(document))
    room = LEAD_LINES - _CONTROLS - foot_lines - taken
    lines, claims = [title], list[ClaimWords]()
    unshown = list[str]()
    for index, part in enumerate(document.parts):
        share = room // (len(document.parts) - index)
        briefing = part.briefing
        topics = [each.section.name for each in part.highlights]
        if share < 1:
            unshown += topics
            continue
        said, shown = _briefing_lines(part, share, is_sole=len(document.parts) == 1)
        lines += said
        unshown += topics[len(shown) :]
        room -= count_lines(*said)
        opening = said[0] if len(said) > len(shown) else ""
        if len(names) > 1:
            opening = opening.removeprefix(bold(f"{escape(briefing.name)}:")).strip()
        if briefing.bottom_line:
            claims += context.words_of(briefing, BOTTOM_LINE, opening)
        elif len(names) > 1:
            claims += context.words_of(briefing, f"/{TITLE}", opening)
        for claim, words in shown:
            own = escape(words), escape(one_word_mark(claim, briefing))
            claims += context.words_of(briefing, claim, *own)
    return _Lead(lines, _full_foot(document, unshown), claims)


def _full_foot(document: DigestDocument, unshown: Sequence[str]) -> str:
    """Say how many topics there are, or which of them have no line in the lead."""
    topics = sum(len(part.briefing.sections) for part in document.parts)
    number = _NUMBERS[topics] if topics < len(_NUMBERS) else f"{topics:,}"
    where = "" if document.kind is DocumentKind.HEADLINES else " in the thread"
    said = f"{number} topic{'' if topics == 1 else 's'} with sources{where}"
    if 0 < len(unshown) <= _MOST_NAMED:
        also = "Also" if document.kind is DocumentKind.HEADLINES else "In the thread"
        said = f"{also}: {', '.join(map(escape, unshown))}"
    return " · ".join(filter(None, (_label_of(document), said)))


def _briefing_lines(
    part: BriefingPart, room: int, *, is_sole: bool
) -> tuple[list[str], list[tuple[Claim, str]]]:
    """Return a briefing's lines, and the claims among them with the words they say."""
    briefing = part.briefing
    opening = []
    if not is_sole:
        named = bold(f"{escape(briefing.name)}:")
        said = escape(briefing.bottom_line or briefing.title)
        opening = [fit_sentences(f"{named} {said}", room) if room > 1 else named]
    elif briefing.bottom_line:
        said = fit_sentences(escape(briefing.bottom_line), min(room, _BOTTOM_LINES))
        first, stop, rest = said.partition(". ")
        opening = [bold(f"{first}.") + f" {rest}" if stop else bold(first)]

    told = [_topic_line(highlight, briefing) for highlight in part.highlights]
    lines = [line for line, _ in told]
    left = room - count_lines(*opening)
    shown = fit_lines(lines, left)
    if count_lines(*lines[:shown]) > left:
        shown = 0
    claims = [highlight.claim for highlight in part.highlights]
    words = [each for _, each in told]
    return [*opening, *lines[:shown]], list(zip(claims, words, strict=True))[:shown]


def _topic_line(highlight: Highlight, briefing: Briefing) -> tuple[str, str]:
    """Return the line of a topic, and the words of its claim that it says.

    They are the claim's first sentence where that takes two lines, else the short form
    that its curator cut.
    """
    claim, name = highlight.claim, bold(f"{escape(highlight.section.name)}:")
    marked = one_word_mark(claim, briefing)
    for words in (first_sentence(claim.text), headline(claim)):
        line = with_mark(f"• {name} {escape(words)}", marked)
        if count_lines(line) <= _TOPIC_LINES:
            break
    return line, words


def _label_of(document: DigestDocument) -> str:
    """Return the narrowest label of what the digest shows; nothing for CLEAR."""
    labels = [strictest(p.briefing, p.briefing.claims) for p in document.parts]
    label = max(labels, key=lambda each: each.rank)
    return "" if label is Label.CLEAR else label.value


def _changes_lead(context: RenderContext, document: DigestDocument) -> _Lead:
    """Say what changed within 14 lines; what does not fit goes into the thread.

    The title begins with what the notification should say: "…: 1 corrected, 1 new".
    """
    tallies = [
        f"{escape(part.briefing.name)}: {part.tally or 'new here'}"
        for part in document.parts
    ]
    title = bold(f"{'; '.join(tallies)} · {say_short_weekday(document.due)}")

    unchanged = sum(part.unchanged for part in document.parts)
    noun = "claim" if unchanged == 1 else "claims"
    verified = [p.briefing.verified for p in document.parts if p.briefing.verified]
    when = f", verified {say_day(min(verified))}" if verified else ""
    counted = f"{unchanged:,} {noun} unchanged{when}"
    foot = " · ".join(filter(None, (_label_of(document), counted)))

    room = LEAD_LINES - _CONTROLS - count_lines(title, foot, *_notes(document))
    pieces = list(_change_pieces(context, document))
    lines = [piece.mrkdwn for piece in pieces]
    shown = fit_lines(lines, room)
    if shown < len(lines):
        shown = fit_lines(lines, room - 1)
    left = len(lines) - shown
    more = [f"{left:,} more in the thread"] if left else []
    return _Lead(
        [title, *lines[:shown], *more],
        foot,
        [claim for piece in pieces[:shown] for claim in piece.claims],
        pieces[shown:],
    )


def _change_pieces(context: RenderContext, document: DigestDocument) -> Iterator[Piece]:
    """Yield a piece for each change; what is new here brings a line for each topic."""
    for part in document.parts:
        for change in part.changes:
            line = change_line(change, part.briefing)
            says_now = change.after and not change.after.is_withdrawn
            own = bold_words(change.after) if says_now and change.after else ""
            words = own if own in line else ""
            shown = context.words_of(part.briefing, change.claim_id, words)
            yield Piece(line, tuple(shown))
        for highlight in part.highlights:
            name = bold(f"{escape(highlight.section.name)}:")
            said, marked = line_words(highlight.claim, part.briefing)
            line = with_mark(f"{name} {said}", mark(highlight.claim, part.briefing))
            shown = context.words_of(part.briefing, highlight.claim, said, marked)
            yield Piece(line, tuple(shown))


def _thread_topics(
    context: RenderContext, document: DigestDocument
) -> Iterator[list[Piece]]:
    """Yield each section's heading, then its claims in full with their sources."""
    for part in document.parts:
        briefing = part.briefing
        for section in briefing.sections:
            title = bold(f"{escape(section.name)}: {escape(section.title)}")
            heading = "\n".join(filter(None, (title, escape(section.summary or ""))))
            titled = escape(section.title)
            shown = context.words_of(briefing, f"{section.id}/{TITLE}", titled)
            if section.summary:
                said = escape(section.summary)
                shown += context.words_of(briefing, f"{section.id}/{SUMMARY}", said)
            pieces = [Piece(heading, tuple(shown))]
            for claim in section.claims:
                through = sources_known_through(claim, briefing)
                text = claim_text(context, briefing, claim, also=through)
                own = (
                    escape(claim.text),
                    escape(marks(claim, briefing)),
                    escape(through),
                )
                shown = context.words_of(briefing, claim, *own)
                pieces.append(Piece(f"• {text}", tuple(shown)))
            yield pieces


def _nothing_new(document: DigestDocument) -> str:
    """Say in one line that nothing changed, since when, and when that was checked."""
    names = ", ".join(escape(part.briefing.name) for part in document.parts)
    since = document.unchanged_since
    day = f" since {say_short_weekday(since)}" if since else ""
    checked = document.checked
    when = f"{say_short_weekday(checked)} {say_hour(checked)} {say_zone(checked)}"
    said = f"{bold(f'{names}:')} nothing changed{day}. {italic(f'Checked {when}')}"
    return "\n".join([said, *map(italic, _notes(document))])


def _notes(document: DigestDocument) -> list[str]:
    """Say, escaped, why a digest is late, and in a channel who set it up.

    That a channel is told who did is a rule of Slack's Marketplace.
    """
    said = []
    if late := document.late:
        is_same_day = late.due.date() == late.sent.date()
        due, sent = (
            say_hour(at) if is_same_day else f"{say_short_weekday(at)} {say_hour(at)}"
            for at in (late.due, late.sent)
        )
        because = f": {escape(late.because)}" if late.because else ""
        said.append(f"Due {due}, sent {sent}{because}")
    if introduction := document.introduction:
        who = introduction.set_up_by
        by = mention(who) if _USER_ID.fullmatch(who) else "the curators"
        said.append(f"{escape(introduction.digest_title)}: set up here by {by}")
    return said
