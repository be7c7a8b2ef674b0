"""Figures: as a message, drawn where it is posted, as a modal, as plain text. No I/O.

In an acknowledgement there are lines alone: Slack does not say there what it refuses.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.block_kit.limits import CHART_LABEL, CHART_POINTS, CHARTS
from bot.block_kit.part import Block, Part
from bot.briefing.models import Briefing, Claim, Figure
from bot.briefing.wording import amount, attribution, mark, marks
from bot.questions.pages import Page
from bot.slack.views.footer import as_of
from bot.slack.views.lists import Entry, listing
from bot.slack.views.message import (
    RenderContext,
    drawn,
    paragraphs,
    shorten_plain,
)
from bot.slack.views.modal import list_modal
from bot.slack.views.mrkdwn import bold, escape, italic

NO_FIGURES = "No figures."
_SIDE_BY_SIDE = 3
"""How many figures of one count stand in a line before the rest are counted."""
_ENOUGH_TO_DRAW = 3
_HEAD = ("What", "Figure", "Who says so")
_CELL = 160

Counted = tuple[Claim, Figure]


def figures_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List every figure with who says so; nothing is averaged.

    Those that count the same stand side by side. Where it is posted, those that three
    or more give are drawn, and all stand in a table.
    """
    groups = grouped(briefing)
    count = sum(map(len, groups))
    counted = {0: "no figures", 1: "1 figure"}.get(count, f"{count:,} figures")
    differing = sum(len(group) > 1 for group in groups)
    disagreement = f"{differing} counted more than once" if differing else ""
    title = f"{escape(briefing.name)}: {counted}"
    part = listing(
        context,
        page,
        briefing,
        title=title,
        entries=[_entry(group, briefing) for group in groups],
        facts=(as_of(briefing), disagreement),
    )
    if not context.is_posted or not groups:
        return part

    listed = {each.claim_id for each in part.claims}
    shown = [group for group in groups if {claim.id for claim, _ in group} <= listed]
    charts = [chart for group in shown if (chart := _chart(group, briefing))]
    left = len(groups) - len(shown)
    more = paragraphs(f"And {left:,} more") if left else []
    *_, buttons, foot = part.blocks
    blocks = [
        *(block.to_dict() for block in paragraphs(bold(title))),
        *charts[:CHARTS],
        _table(shown, briefing),
        *(block.to_dict() for block in more),
        *(buttons, foot),
    ]
    return drawn(part, blocks)


def grouped(briefing: Briefing) -> list[list[Counted]]:
    """Return the figures in the file's order, equal label and unit together."""
    groups: dict[tuple[str, str | None], list[Counted]] = {}
    for claim in briefing.claims:
        for figure in claim.figures:
            groups.setdefault((figure.label, figure.unit), []).append((claim, figure))
    return list(groups.values())


def _entry(group: list[Counted], briefing: Briefing) -> Entry:
    said = [_said(claim, figure, briefing) for claim, figure in group[:_SIDE_BY_SIDE]]
    left = len(group) - _SIDE_BY_SIDE
    more = f"; and {left:,} more" if left > 0 else ""
    line = f"• {escape(_counted(group))}: {'; against '.join(said)}{more}"
    said_first = [
        (claim, (escape(amount(figure)), escape(mark(claim, briefing))))
        for claim, figure in group[:_SIDE_BY_SIDE]
    ]
    unsaid = [(claim, ()) for claim, _ in group[_SIDE_BY_SIDE:]]
    return line, (*said_first, *unsaid)


def _counted(group: list[Counted]) -> str:
    """Say what a group counts, and in what: "Killed or injured (soldiers)"."""
    figure = group[0][1]
    label = f"{figure.label[:1].upper()}{figure.label[1:]}"
    return f"{label} ({figure.unit})" if figure.unit else label


def _said(claim: Claim, figure: Figure, briefing: Briefing) -> str:
    return f"{bold(escape(amount(figure)))} — {italic(escape(_who(claim, briefing)))}"


def _who(claim: Claim, briefing: Briefing) -> str:
    """Say who says so, that it is withdrawn, and its caveat."""
    who = mark(claim, briefing) or attribution(claim, briefing)
    withdrawn = ", withdrawn" if claim.is_withdrawn else ""
    caveat = f" ({claim.caveat.removesuffix('.')})" if claim.caveat else ""
    return f"{who}{withdrawn}{caveat}"


def _table(groups: list[list[Counted]], briefing: Briefing) -> Block:
    """Put each figure in a row of its own, those that count the same together."""
    rows = [
        (_counted(group), amount(figure), _who(claim, briefing))
        for group in groups
        for claim, figure in group
    ]
    return {
        "type": "table",
        "column_settings": [
            {"is_wrapped": True},
            {"align": "right"},
            {"is_wrapped": True},
        ],
        "rows": [
            [{"type": "raw_text", "text": shorten_plain(cell, _CELL)} for cell in row]
            for row in (_HEAD, *rows)
        ],
    }


def _chart(group: list[Counted], briefing: Briefing) -> Block | None:
    """Draw what three or more say of one count; None where there is too little.

    Each bar is named by its figure in words, with as much of who says so as fits. Of a
    range both ends are drawn, and of what has one end that one; nothing lies between.
    """
    said = [each for each in group if not each[0].is_withdrawn]
    if not _ENOUGH_TO_DRAW <= len(said) <= CHART_POINTS:
        return None
    names = list(_names(said, briefing))
    lows, highs = zip(*(_ends(figure) for _, figure in said), strict=True)
    figure = said[0][1]
    series: Mapping[str, tuple[float, ...]] = {
        shorten_plain(figure.unit or figure.label, CHART_LABEL): lows
    }
    if lows != highs:
        series = {"Lowest said": lows, "Highest said": highs}
    return {
        "type": "data_visualization",
        "title": shorten_plain(_counted(group), 50),
        "chart": {
            "type": "bar",
            "series": [
                {
                    "name": name,
                    "data": [
                        {"label": label, "value": value}
                        for label, value in zip(names, values, strict=True)
                    ],
                }
                for name, values in series.items()
            ],
            "axis_config": {"categories": names},
        },
    }


def _ends(figure: Figure) -> tuple[float, float]:
    ends = [e for e in (figure.value, figure.low, figure.high) if e is not None]
    return min(ends), max(ends)


def _names(said: list[Counted], briefing: Briefing) -> Iterator[str]:
    """Yield a name for each bar, no two alike: "about 4,000, The Times"."""
    given: set[str] = set()
    for number, (claim, figure) in enumerate(said, 1):
        words = f"{amount(figure)}, {attribution(claim, briefing)}"
        name = shorten_plain(words, CHART_LABEL)
        if name in given:
            place = f" [{number}]"
            name = shorten_plain(words, CHART_LABEL - len(place)) + place
        given.add(name)
        yield name


def figures_modal(page: Page, briefing: Briefing) -> dict[str, Any]:
    """Return the view of the figures: what is counted, then each with who says so.

    Neither a chart nor a table is allowed in a modal.
    """
    texts = []
    for group in grouped(briefing):
        lines = [f"• {_said(claim, figure, briefing)}" for claim, figure in group]
        texts.append("\n".join([escape(_counted(group)), *lines]))
    return list_modal(page, texts, empty=NO_FIGURES)


def figures_plain(briefing: Briefing) -> list[str]:
    """Return the lines of the figures that are copied, or that there are none."""
    lines = [
        f"- {figure.label}: {amount(figure)} {figure.unit or ''}. "
        f"{marks(claim, briefing)}"
        for group in grouped(briefing)
        for claim, figure in group
    ]
    return lines or [NO_FIGURES]
