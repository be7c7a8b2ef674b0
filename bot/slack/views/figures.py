"""All figures of a briefing; those that count the same stand side by side. No I/O."""

from collections.abc import Iterable

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Claim, Figure
from bot.briefing.wording import amount, attribution, mark
from bot.questions.pages import Page
from bot.slack.views.footer import as_of
from bot.slack.views.listing import Entry, listing
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.render_context import RenderContext

_SIDES = 3
"""How many figures of one count stand side by side before the rest are counted."""

Counted = tuple[Claim, Figure]


def figures_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List every figure with who says so; nothing is averaged."""
    groups = grouped(briefing)
    count = sum(map(len, groups))
    title = f"{escape(briefing.name)}: {_count(count)}"
    return listing(
        context,
        page,
        briefing,
        title=title,
        entries=[_entry(group, briefing) for group in groups],
        facts=(as_of(briefing), _disagreement(groups)),
    )


def grouped(briefing: Briefing) -> list[list[Counted]]:
    """Return the figures in the file's order, equal label and unit together."""
    groups: dict[tuple[str, str | None], list[Counted]] = {}
    for claim in briefing.claims:
        for figure in claim.figures:
            groups.setdefault((figure.label, figure.unit), []).append((claim, figure))
    return list(groups.values())


def _entry(group: list[Counted], briefing: Briefing) -> Entry:
    figure = group[0][1]
    unit = f" ({escape(figure.unit)})" if figure.unit else ""
    said = "; against ".join(_said(counted, briefing) for counted in group[:_SIDES])
    more = f"; and {len(group) - _SIDES:,} more" if len(group) > _SIDES else ""
    claims = tuple(claim for claim, _ in group)
    return f"• {escape(figure.label)}{unit}: {said}{more}", claims


def _said(counted: Counted, briefing: Briefing) -> str:
    claim, figure = counted
    who = mark(claim, briefing) or attribution(claim, briefing)
    withdrawn = ", withdrawn" if claim.is_withdrawn else ""
    caveat = f" ({claim.caveat.removesuffix('.')})" if claim.caveat else ""
    words = italic(escape(f"{who}{withdrawn}{caveat}"))
    return f"{bold(escape(amount(figure)))} — {words}"


def _count(count: int) -> str:
    words = {0: "no figures", 1: "1 figure"}
    return words.get(count, f"{count:,} figures")


def _disagreement(groups: Iterable[list[Counted]]) -> str:
    differing = sum(len(group) > 1 for group in groups)
    return f"{differing} counted more than once" if differing else ""
