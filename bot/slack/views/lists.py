"""Lists of a whole briefing: timeline and sources. No I/O.

Each is an answer, a modal and plain text; `listing` is the answer of any list.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Claim
from bot.briefing.wording import (
    describe,
    known_through,
    marks,
)
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import (
    claim_line,
    claim_text,
    line_words,
    linked_source,
)
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    last_option,
)
from bot.slack.views.footer import as_of, footer, overall_weakness
from bot.slack.views.message import (
    ENTRY_TEXT,
    SECTION_LINES,
    RenderContext,
    context_block,
    count_lines,
    fit_lines,
    message,
    paragraphs,
    shorten,
)
from bot.slack.views.modal import list_modal
from bot.slack.views.mrkdwn import bold, escape, italic

UNDATED = "Nothing in this briefing has a date."
_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_MOST = 20

Entry = tuple[str, tuple[tuple[Claim, tuple[str, ...]], ...]]
"""A line of mrkdwn, and the claims that it shows, each with the words there."""


def listing(
    context: RenderContext,
    page: Page,
    briefing: Briefing,
    *,
    title: str,
    entries: Sequence[Entry] = (),
    facts: tuple[str, ...],
) -> Part:
    """Show a list under an escaped title; what does not fit stands behind "More"."""
    listed = [claim for _, shown_claims in entries for claim, _ in shown_claims]
    foot = footer(context, briefing, facts=facts, claims=listed)
    room = SECTION_LINES - _FRAME - count_lines(title, foot) - 1
    lines = [shorten(line, ENTRY_TEXT) for line, _ in entries[:_MOST]]
    shown = fit_lines(lines, room)
    left = len(entries) - shown
    more = [f"And {left:,} more"] if left else []
    body = ["", *lines[:shown], *more] if lines else []

    overview = Page(PageKind.OVERVIEW, briefing.id)
    return message(
        *paragraphs("\n".join([bold(title), *body])),
        controls(
            *([button("More", Action.DETAIL, page)] if entries else []),
            button("Overview", Action.OPEN, overview),
            menu=(copy_option(page), last_option(page, is_posted=context.is_posted)),
        ),
        context_block(foot),
        claims=[
            each
            for _, shown_claims in entries[:shown]
            for claim, words in shown_claims
            for each in context.words_of(briefing, claim, *words)
        ],
    )


def timeline_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List what has a date, earliest first; what has none is not placed.

    Each date is said once, on the first line that it stands for.
    """
    claims = dated(briefing)
    entries: list[Entry] = []
    said = None
    for claim in claims:
        line = claim_line(claim, briefing, today=context.today)
        if claim.when and claim.when != said:
            day = claim.when.format()
            line = f"{bold(escape(day[:1].upper() + day[1:]))}\n{line}"
        said = claim.when
        entries.append((line, ((claim, line_words(claim, briefing)),)))

    titles = {0: "nothing has a date", 1: "one dated event"}
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {titles.get(len(claims), 'timeline')}",
        entries=entries,
        facts=(as_of(briefing), f"{len(briefing.claims) - len(claims):,} undated"),
    )


def dated(briefing: Briefing) -> list[Claim]:
    """Return the claims with an event date in its order, ties as in the file."""
    with_dates = [(claim.when, claim) for claim in briefing.claims if claim.when]
    return [claim for _, claim in sorted(with_dates, key=lambda pair: pair[0])]


def timeline_modal(
    context: RenderContext, page: Page, briefing: Briefing
) -> dict[str, Any]:
    """Return the view of the timeline, each claim whole."""
    texts = [
        f"{bold(escape(claim.when.format()))}\n{claim_text(context, briefing, claim)}"
        for claim in dated(briefing)
        if claim.when
    ]
    return list_modal(page, texts, empty=UNDATED)


def timeline_plain(briefing: Briefing) -> list[str]:
    """Return the lines of the timeline that is copied, or that it is empty."""
    lines = [
        f"- {claim.when.format()}: {claim.text} {marks(claim, briefing)}"
        for claim in dated(briefing)
        if claim.when
    ]
    return lines or [UNDATED]


def sources_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List the sources with what rests on each, those with most claims first."""
    entries: list[Entry] = []
    for source_id, count in _by_use(briefing):
        behind = {0: "carrier", 1: "1 claim"}.get(count, f"{count} claims")
        source = linked_source(briefing.sources[source_id], briefing)
        entries.append((f"• {source} — {italic(behind)}", ()))

    total = len(entries)
    counted = "1 source" if total == 1 else f"{total:,} sources"
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {counted}",
        entries=entries,
        facts=(as_of(briefing), overall_weakness(context, briefing)),
    )


def _by_use(briefing: Briefing) -> list[tuple[str, int]]:
    """Return the ids of the sources with how many claims cite each itself.

    The most cited comes first, ties as in the file.
    """
    cited = Counter(
        citation.id for claim in briefing.claims for citation in claim.sources
    )
    ordered = sorted(briefing.sources, key=lambda source: -cited[source])
    return [(source, cited[source]) for source in ordered]


def sources_modal(page: Page, briefing: Briefing) -> dict[str, Any]:
    """Return the view of the sources with what reached us through others."""
    texts = []
    for id, _ in _by_use(briefing):
        source = briefing.sources[id]
        name = f"{linked_source(source, briefing)}."
        note = f"\n{italic(escape(source.note))}" if source.note else ""
        through = escape(known_through(id, briefing))
        texts.append(" ".join(filter(None, (name, through))) + note)
    return list_modal(page, texts, empty="No sources.")


def sources_plain(briefing: Briefing) -> list[str]:
    """Return the lines of the sources that are copied."""
    return [f"- {describe(s, briefing)}" for s in briefing.sources.values()]
