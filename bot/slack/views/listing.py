"""A titled list of entries: figures, timeline, sources, changes. No I/O."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Claim
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import marks_of
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    legend_option,
)
from bot.slack.views.footer import footer
from bot.slack.views.message import (
    ENTRY_TEXT,
    SECTION_LINES,
    context_block,
    count_lines,
    fit_lines,
    message,
    paragraphs,
    shorten,
)
from bot.slack.views.mrkdwn import bold
from bot.slack.views.render_context import RenderContext

_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_MOST = 20

Entry = tuple[str, tuple[Claim, ...]]
"""A line of mrkdwn, and the claims whose words it shows."""


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
    behind = [claim for _, claims in entries for claim in claims]
    foot = footer(context, briefing, facts=facts, claims=behind)
    room = SECTION_LINES - _FRAME - count_lines(title) - count_lines(foot) - 1
    lines = [shorten(line, ENTRY_TEXT) for line, _ in entries[:_MOST]]
    shown = fit_lines(lines, room) if lines else 0
    left = len(entries) - shown
    more = [f"{left:,} more under More"] if left else []

    claims = [claim for _, behind in entries[:shown] for claim in behind]
    body = ["", *lines[:shown], *more] if lines else []
    return message(
        *paragraphs("\n".join([bold(title), *body])),
        _controls(page, briefing, has_more=bool(entries)),
        context_block(foot),
        claims=marks_of(context, briefing, claims),
    )


def _controls(page: Page, briefing: Briefing, *, has_more: bool) -> ActionsBlock:
    overview = Page(PageKind.OVERVIEW, briefing.id)
    buttons = [button("Overview", Action.OPEN, overview)]
    if has_more:
        buttons.insert(0, button("More", Action.DETAIL, page))
    return controls(*buttons, menu=(copy_option(page), legend_option(briefing.id)))
