"""Figures: as a message, drawn where it is posted, as a modal, as plain text. No I/O.

In an acknowledgement there are lines alone: Slack does not say there what it refuses.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.block_kit.limits import CHART_LABEL, CHART_POINTS, CHARTS
from bot.block_kit.part import Block, DrawnFigure, Part
from bot.briefing.models import Briefing, Claim, Figure
from bot.briefing.verdicts import Verdict
from bot.briefing.wording import amount, attribution, mark, marks
from bot.corrections.model import HistoryLine, Replacement
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
from bot.slack.views.times import say_day

NO_FIGURES = "No figures."
_SIDE_BY_SIDE = 3
"""How many figures of one count stand in a line before the rest are counted."""
_ENOUGH_TO_DRAW = 3
_HEAD = ("What", "Figure", "Who says so")
_CELL = 160
_TITLE = 50

Counted = tuple[Claim, Figure]
Bar = tuple[str, float, float]
"""Its name, and the lowest and the highest that is said."""


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
    marked = [each.claim_id for each in part.claims]
    figures: list[DrawnFigure] = []
    blocks: list[Block] = [block.to_dict() for block in paragraphs(bold(title))]
    standing = ([c for c in group if not c[0].is_withdrawn] for group in shown)
    # What is too little, or too much, is not drawn as bars.
    charted = [s for s in standing if _ENOUGH_TO_DRAW <= len(s) <= CHART_POINTS]
    for said in charted[:CHARTS]:
        figures += _places(said, marked, len(blocks))
        blocks.append(_chart(said, briefing))
    rows = [counted for group in shown for counted in group]
    figures += _places(rows, marked, len(blocks), first=1)
    blocks.append(_table(rows, briefing))
    if left := len(groups) - len(shown):
        blocks += [block.to_dict() for block in paragraphs(f"And {left:,} more")]
    *_, buttons, foot = part.blocks
    return drawn(part, [*blocks, buttons, foot], figures)


def _places(
    counted: Iterable[Counted], marked: Sequence[str], block: int, *, first: int = 0
) -> Iterator[DrawnFigure]:
    """Yield where the figures stand that a block draws one behind the other."""
    for at, (claim, figure) in enumerate(counted, first):
        number = next(n for n, own in enumerate(claim.figures) if own is figure)
        yield DrawnFigure(marked.index(claim.id), number, block, at)


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
    line = f"• {escape(_counted(group[0][1]))}: {'; against '.join(said)}{more}"
    said_first = [
        (claim, (escape(amount(figure)), escape(mark(claim, briefing))))
        for claim, figure in group[:_SIDE_BY_SIDE]
    ]
    unsaid = [(claim, ()) for claim, _ in group[_SIDE_BY_SIDE:]]
    return line, (*said_first, *unsaid)


def _counted(figure: Figure) -> str:
    """Say what a figure counts, and in what: "Killed or injured (soldiers)"."""
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


def _table(counted: list[Counted], briefing: Briefing) -> Block:
    """Put each figure in a row of its own."""
    rows = [
        (_counted(figure), amount(figure), _who(claim, briefing))
        for claim, figure in counted
    ]
    return {
        "type": "table",
        "column_settings": [
            {"is_wrapped": True},
            {"align": "right"},
            {"is_wrapped": True},
        ],
        "rows": [[_cell(words) for words in row] for row in (_HEAD, *rows)],
    }


def _cell(words: str) -> Block:
    return {"type": "raw_text", "text": shorten_plain(words, _CELL)}


def _chart(said: list[Counted], briefing: Briefing) -> Block:
    """Draw what three or more say of one count.

    Each bar is named by its figure in words, with as much of who says so as fits. Of a
    range both ends are drawn, and of what has one end that one; nothing lies between.
    """
    figure = said[0][1]
    bars: list[Bar] = []
    for claim, own in said:
        bars.append(_bar(claim, own, briefing, others=bars, number=len(bars) + 1))
    unit = shorten_plain(figure.unit or figure.label, CHART_LABEL)
    return _drawing(_counted(figure), bars, unit)


def _drawing(title: str, bars: Sequence[Bar], unit: str) -> Block:
    """Draw bars of one `unit`; two for each where that is empty, or ends differ."""
    names, lows, highs = zip(*bars, strict=True)
    series = {unit: lows}
    if not unit or lows != highs:
        series = {"Lowest said": lows, "Highest said": highs}
    return {
        "type": "data_visualization",
        "title": shorten_plain(title, _TITLE),
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
            "axis_config": {"categories": list(names)},
        },
    }


def _bar(
    claim: Claim,
    figure: Figure,
    briefing: Briefing,
    *,
    others: Iterable[Bar],
    number: int,
) -> Bar:
    """Return a bar whose name, such as "about 4,000, The Times", no other has."""
    words = f"{amount(figure)}, {attribution(claim, briefing)}"
    name = shorten_plain(words, CHART_LABEL)
    if name in {other for other, *_ in others}:
        place = f" [{number}]"
        name = shorten_plain(words, CHART_LABEL - len(place)) + place
    ends = [e for e in (figure.value, figure.low, figure.high) if e is not None]
    return name, min(ends), max(ends)


def redrawn(
    part: Part, replacements: Sequence[Replacement], lines: Sequence[str]
) -> list[Block] | None:
    """Draw corrected figures anew, and say why below; all else stays as it was frozen.

    None where they cannot be drawn: an earlier release did not note where they stand, a
    figure counts something else by now, or nothing of it may be said any more.
    """
    blocks = list(part.blocks)
    bars: dict[int, list[Bar | None]] = {}
    for replacement in replacements:
        places = [each for each in part.drawn if each.claim == replacement.claim]
        if replacement.withheld or replacement.source is None or not places:
            return None
        claim, briefing = replacement.source
        for place in places:
            if place.figure >= len(claim.figures):
                return None
            figure, block = claim.figures[place.figure], blocks[place.block]
            if block["type"] == "table":
                rows = list(block["rows"])
                if rows[place.at][0] != _cell(_counted(figure)):
                    return None
                rows[place.at] = _row_anew(
                    rows[place.at], figure, replacement.source, replacement.lines
                )
                blocks[place.block] = {**block, "rows": rows}
                continue
            here = bars.setdefault(place.block, list(_bars_of(block)))
            here[place.at] = None
            if not claim.is_withdrawn:
                others = list(filter(None, here))
                here[place.at] = _bar(
                    claim, figure, briefing, others=others, number=place.at + 1
                )

    made: list[Block] = []
    for number, block in enumerate(blocks):
        if number in bars and bars[number] != list(_bars_of(block)):
            left = list(filter(None, bars[number]))
            units = [each["name"] for each in block["chart"]["series"]]
            unit = units[0] if len(units) == 1 else ""
            if len(left) >= _ENOUGH_TO_DRAW:
                made.append(_drawing(f"Corrected: {block['title']}", left, unit))
            continue
        made.append(block)
        if block["type"] == "table":
            made += [each.to_dict() for line in lines for each in paragraphs(line)]
    return made


def _bars_of(chart: Block) -> Iterator[Bar]:
    """Yield the bars that were drawn, as they were frozen."""
    series = [[each["value"] for each in s["data"]] for s in chart["chart"]["series"]]
    names = chart["chart"]["axis_config"]["categories"]
    return zip(names, series[0], series[-1], strict=True)


def _row_anew(
    row: Sequence[Block],
    figure: Figure,
    source: tuple[Claim, Briefing],
    lines: Sequence[HistoryLine],
) -> list[Block]:
    """Strike a figure that was wrong, beside the right one, and say when in words."""
    claim, briefing = source
    what, was, who = row
    now, says = _cell(amount(figure)), _who(claim, briefing)
    if (now, _cell(says)) == (was, who):
        return list(row)

    if claim.is_withdrawn:
        return [what, _rich_cell((was["text"], "strike")), _cell(says)]
    days = [line.on for line in lines if line.kind is not Verdict.OUTDATED]
    when = f". Corrected {say_day(days[-1])}." if days else ""
    said = _cell(f"{shorten_plain(says.removesuffix('.'), _CELL - len(when))}{when}")
    if now == was:
        return [what, was, said]
    return [what, _rich_cell((was["text"], "strike"), (now["text"], "bold")), said]


def _rich_cell(*words: tuple[str, str]) -> Block:
    """Return a cell of words, each in its style, with a blank between them."""
    styled = [
        {"type": "text", "text": text, "style": {style: True}} for text, style in words
    ]
    blank = {"type": "text", "text": " "}
    parts = [part for each in styled for part in (blank, each)][1:]
    section = {"type": "rich_text_section", "elements": parts}
    return {"type": "rich_text", "elements": [section]}


def figures_modal(page: Page, briefing: Briefing) -> dict[str, Any]:
    """Return the view of the figures: what is counted, then each with who says so.

    Neither a chart nor a table is allowed in a modal.
    """
    texts = []
    for group in grouped(briefing):
        lines = [f"• {_said(claim, figure, briefing)}" for claim, figure in group]
        texts.append("\n".join([escape(_counted(group[0][1])), *lines]))
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
