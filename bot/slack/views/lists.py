"""Lists of a whole briefing: figures, timeline and sources. No I/O.

Each is an answer, a modal and plain text; `listing` is the answer of any list.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.block_kit.limits import slack_length
from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Claim, Figure
from bot.briefing.wording import amount, attribution, describe, mark, marks, number
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import (
    claim_line,
    claim_text,
    known_through,
    linked_source,
)
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    legend_option,
)
from bot.slack.views.footer import as_of, footer, overall_weakness
from bot.slack.views.message import (
    BLOCK_TEXT,
    ENTRY_TEXT,
    SECTION_LINES,
    RenderContext,
    context_block,
    count_lines,
    fit_lines,
    message,
    paragraphs,
    preformatted,
    shorten,
    shorten_plain,
)
from bot.slack.views.modal import PER_PAGE, links_within, list_modal, page_modal
from bot.slack.views.mrkdwn import bold, clean, escape, italic

NO_FIGURES = "No figures."
UNDATED = "Nothing in this briefing has a date."
_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_MOST = 20
_SIDE_BY_SIDE = 3
"""How many figures of one count stand in a line before the rest are counted."""
_COLUMN = 11
_TABLE_HEAD = "".join(word.rjust(_COLUMN) for word in ("low", "value", "high"))

Entry = tuple[str, tuple[Claim, ...]]
"""A line of mrkdwn, and the claims whose words it shows."""
Counted = tuple[Claim, Figure]


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
    listed = [claim for _, claims in entries for claim in claims]
    foot = footer(context, briefing, facts=facts, claims=listed)
    room = SECTION_LINES - _FRAME - count_lines(title, foot) - 1
    lines = [shorten(line, ENTRY_TEXT) for line, _ in entries[:_MOST]]
    shown = fit_lines(lines, room)
    left = len(entries) - shown
    more = [f"{left:,} more under More"] if left else []
    body = ["", *lines[:shown], *more] if lines else []

    overview = Page(PageKind.OVERVIEW, briefing.id)
    return message(
        *paragraphs("\n".join([bold(title), *body])),
        controls(
            *([button("More", Action.DETAIL, page)] if entries else []),
            button("Overview", Action.OPEN, overview),
            menu=(copy_option(page), legend_option(briefing.id)),
        ),
        context_block(foot),
        claims=context.claim_marks(
            briefing, [claim for _, claims in entries[:shown] for claim in claims]
        ),
    )


def figures_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List every figure with who says so; nothing is averaged.

    Those that count the same stand side by side.
    """
    groups = grouped(briefing)
    count = sum(map(len, groups))
    counted = {0: "no figures", 1: "1 figure"}.get(count, f"{count:,} figures")
    differing = sum(len(group) > 1 for group in groups)
    disagreement = f"{differing} counted more than once" if differing else ""
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {counted}",
        entries=[_figures_entry(group, briefing) for group in groups],
        facts=(as_of(briefing), disagreement),
    )


def grouped(briefing: Briefing) -> list[list[Counted]]:
    """Return the figures in the file's order, equal label and unit together."""
    groups: dict[tuple[str, str | None], list[Counted]] = {}
    for claim in briefing.claims:
        for figure in claim.figures:
            groups.setdefault((figure.label, figure.unit), []).append((claim, figure))
    return list(groups.values())


def _figures_entry(group: list[Counted], briefing: Briefing) -> Entry:
    said = []
    for claim, figure in group[:_SIDE_BY_SIDE]:
        who = mark(claim, briefing) or attribution(claim, briefing)
        withdrawn = ", withdrawn" if claim.is_withdrawn else ""
        caveat = f" ({claim.caveat.removesuffix('.')})" if claim.caveat else ""
        marked = italic(escape(f"{who}{withdrawn}{caveat}"))
        said.append(f"{bold(escape(amount(figure)))} — {marked}")

    first = group[0][1]
    unit = f" ({escape(first.unit)})" if first.unit else ""
    left = len(group) - _SIDE_BY_SIDE
    more = f"; and {left:,} more" if left > 0 else ""
    line = f"• {escape(first.label)}{unit}: {'; against '.join(said)}{more}"
    return line, tuple(claim for claim, _ in group)


def figures_modal(page: Page, briefing: Briefing) -> dict[str, Any]:
    """Return the view of the figures as a table that fits a phone.

    It is drawn in fixed width: a table block is not allowed in a modal.
    """
    groups = grouped(briefing)
    shown = groups[page.start : page.start + PER_PAGE]
    pages = [[_TABLE_HEAD]]
    for group in shown:
        lines = _table_lines(group, briefing)
        lengths = [
            slack_length(line, is_escaped=False) + 1 for line in [*pages[-1], *lines]
        ]
        if sum(lengths) > BLOCK_TEXT:
            pages.append([_TABLE_HEAD])
        pages[-1] += lines

    table = [block for lines in pages for block in preformatted("\n".join(lines))]
    if not shown:
        table = paragraphs(NO_FIGURES)
    note = context_block("“–” means that the source gave no such end.")
    return page_modal(page, "Figures", [*table, note], links_within(page, len(groups)))


def _table_lines(group: list[Counted], briefing: Briefing) -> list[str]:
    """Put what counts the same under one label, each figure with who says so."""
    first = group[0][1]
    lines = ["", clean(f"{first.label}, {first.unit or 'number'}")]
    for claim, figure in group:
        ends = (figure.low, figure.value, figure.high)
        cells = ["–" if end is None else number(end) for end in ends]
        about = "  about" if figure.approximate else ""
        who = mark(claim, briefing) or attribution(claim, briefing)
        lines.append("".join(cell.rjust(_COLUMN) for cell in cells) + about)
        lines.append(f"  {shorten_plain(who, 200)}")
    return lines


def figures_plain(briefing: Briefing) -> list[str]:
    """Return the lines of the figures that are copied, or that there are none."""
    lines = [
        f"- {figure.label}: {amount(figure)} {figure.unit or ''}. "
        f"{marks(claim, briefing)}"
        for group in grouped(briefing)
        for claim, figure in group
    ]
    return lines or [NO_FIGURES]


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
        entries.append((line, (claim,)))

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
