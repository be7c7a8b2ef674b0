"""A briefing at a glance: bottom line, topics, what changed last. No I/O."""

from slack_sdk.models.blocks import ActionsBlock

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.models import BOTTOM_LINE, Briefing
from bot.questions.pages import Page, PageKind
from bot.slack.views.changes import last_change
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    legend_option,
    page_select,
)
from bot.slack.views.footer import as_of, footer, overall_weakness
from bot.slack.views.message import (
    OVERVIEW_LINES,
    context_block,
    count_lines,
    fit_sentences,
    message,
    paragraphs,
)
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.render_context import RenderContext
from bot.slack.views.section import topic_page

_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_TOPIC_LINES = 3


def overview_answer(
    context: RenderContext, briefing: Briefing, *, heard: str = ""
) -> Part:
    """Show a briefing in at most 14 lines; the bottom line is cut at a sentence."""
    help_hint = f"{context.command} help"
    facts = (as_of(briefing), overall_weakness(context, briefing), help_hint)
    foot = footer(context, briefing, facts=facts, names_briefing=False, heard=heard)
    title = bold(escape(briefing.title))
    below = [topics(briefing), *last_change(briefing)]

    room = OVERVIEW_LINES - _FRAME - sum(map(count_lines, [title, foot, *below]))
    line = fit_sentences(escape(briefing.bottom_line or ""), max(room, 2))
    return message(
        *paragraphs("\n".join([*filter(None, (title, line)), "", *below])),
        _controls(briefing),
        context_block(foot),
        claims=_marks(context, briefing),
    )


def topics(briefing: Briefing) -> str:
    """Name the topics in a line or three, and say how many are left out."""
    names = [escape(section.name) for section in briefing.sections]
    for shown in range(len(names), 0, -1):
        left = len(names) - shown
        more = [f"{left:,} more"] if left else []
        line = f"{bold('Topics')}  {' · '.join([*names[:shown], *more])}"
        if count_lines(line) <= _TOPIC_LINES or shown == 1:
            return line
    return ""


def _controls(briefing: Briefing) -> ActionsBlock:
    pages = [
        (section.name, topic_page(briefing, section)) for section in briefing.sections
    ]
    page = Page(PageKind.OVERVIEW, briefing.id)
    menu = (
        ("All figures", Action.OPEN, Page(PageKind.FIGURES, briefing.id)),
        ("Timeline", Action.OPEN, Page(PageKind.TIMELINE, briefing.id)),
        ("Sources", Action.OPEN, Page(PageKind.SOURCES, briefing.id)),
        copy_option(page),
        legend_option(briefing.id),
    )
    changes = Page(PageKind.CHANGES, briefing.id)
    return controls(
        page_select("Open a topic", pages),
        button("What changed", Action.OPEN, changes),
        menu=menu,
    )


def _marks(context: RenderContext, briefing: Briefing) -> list[ClaimMark]:
    fingerprint = context.library.fingerprints[briefing.id].get(BOTTOM_LINE)
    return [ClaimMark(briefing.id, BOTTOM_LINE, fingerprint)] if fingerprint else []
