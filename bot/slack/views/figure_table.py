"""Figures as a table that fits a phone: columns for low, value and high. No I/O."""

from slack_sdk.models.blocks import Block as SdkBlock

from bot.block_kit.text_length import slack_length
from bot.briefing.models import Briefing, Figure
from bot.briefing.wording import attribution, mark, number
from bot.slack.views.figures import Counted
from bot.slack.views.message import BLOCK_TEXT, preformatted, shorten_plain
from bot.slack.views.mrkdwn import clean

_COLUMN = 11
_HEAD = "".join(word.rjust(_COLUMN) for word in ("low", "value", "high"))


def figure_table(groups: list[list[Counted]], briefing: Briefing) -> list[SdkBlock]:
    """Draw the groups in fixed width: a table block is not allowed in a modal.

    Figures that count the same thing stand under one label; none is averaged.
    """
    pages = [[_HEAD]]
    for group in groups:
        lines = _group_lines(group, briefing)
        if _length([*pages[-1], *lines]) > BLOCK_TEXT:
            pages.append([_HEAD])
        pages[-1] += lines
    return [block for page in pages for block in preformatted("\n".join(page))]


def _length(lines: list[str]) -> int:
    return sum(slack_length(line, is_escaped=False) + 1 for line in lines)


def _group_lines(group: list[Counted], briefing: Briefing) -> list[str]:
    figure = group[0][1]
    lines = ["", clean(f"{figure.label}, {figure.unit or 'number'}")]
    for claim, counted in group:
        who = mark(claim, briefing) or attribution(claim, briefing)
        lines += [_row(counted), f"  {shorten_plain(who, 200)}"]
    return lines


def _row(figure: Figure) -> str:
    ends = (figure.low, figure.value, figure.high)
    cells = ["–" if end is None else number(end) for end in ends]
    about = "  about" if figure.approximate else ""
    return "".join(cell.rjust(_COLUMN) for cell in cells) + about
