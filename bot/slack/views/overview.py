"""A briefing at a glance: as the answer, in a modal and as plain text. No I/O."""

from typing import Any

from bot.block_kit.part import Part
from bot.briefing.models import BOTTOM_LINE, TITLE, Briefing
from bot.questions.pages import Page, PageKind
from bot.slack.views.changes import last_change
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    last_option,
    page_select,
)
from bot.slack.views.footer import as_of, footer, overall_weakness
from bot.slack.views.message import (
    OVERVIEW_LINES,
    RenderContext,
    context_block,
    count_lines,
    fit_sentences,
    message,
    paragraphs,
)
from bot.slack.views.modal import PER_PAGE, links_within, page_modal
from bot.slack.views.mrkdwn import bold, escape, italic

_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_TOPIC_LINES = 3


def overview_answer(
    context: RenderContext, briefing: Briefing, *, corrected_from: str = ""
) -> Part:
    """Show a briefing in at most 14 lines: bottom line, topics, what changed last.

    The bottom line is cut at a sentence.
    """
    help_hint = f"{context.command} help"
    foot = footer(
        context,
        briefing,
        facts=(as_of(briefing), overall_weakness(context, briefing), help_hint),
        names_briefing=False,
        corrected_from=corrected_from,
    )
    title = bold(escape(briefing.title))
    below = [topics(briefing), *last_change(briefing)]
    room = OVERVIEW_LINES - _FRAME - count_lines(title, foot, *below)
    line = fit_sentences(escape(briefing.bottom_line or ""), max(room, 2))

    page = Page(PageKind.OVERVIEW, briefing.id)
    sections = [
        (section.name, Page(PageKind.SECTION, briefing.id, section.id))
        for section in briefing.sections
    ]
    return message(
        *paragraphs("\n".join([*filter(None, (title, line)), "", *below])),
        controls(
            page_select("Open a topic", sections),
            button("What changed", Action.OPEN, Page(PageKind.CHANGES, briefing.id)),
            menu=(
                ("All figures", Action.OPEN, Page(PageKind.FIGURES, briefing.id)),
                ("Timeline", Action.OPEN, Page(PageKind.TIMELINE, briefing.id)),
                ("Sources", Action.OPEN, Page(PageKind.SOURCES, briefing.id)),
                copy_option(page),
                last_option(page, is_posted=context.is_posted),
            ),
        ),
        context_block(foot),
        claims=[
            *context.words_of(briefing, f"/{TITLE}", escape(briefing.title)),
            *context.words_of(briefing, BOTTOM_LINE, line),
        ],
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


def overview_modal(
    context: RenderContext, page: Page, briefing: Briefing
) -> dict[str, Any]:
    """Return the view of a briefing: all of its bottom line, a line for each topic."""
    head = [bold(escape(briefing.title)), escape(briefing.bottom_line or "")]
    titles = [
        f"{bold(escape(section.name))}: {escape(section.title)}"
        for section in briefing.sections
    ]
    facts = (as_of(briefing), overall_weakness(context, briefing))
    texts = [
        "\n".join(filter(None, head)),
        *(titles[page.start : page.start + PER_PAGE] or ["No topics."]),
        italic(footer(context, briefing, facts=facts)),
    ]
    blocks = [block for text in texts for block in paragraphs(text)]
    return page_modal(page, "Overview", blocks, links_within(page, len(titles)))


def overview_plain(briefing: Briefing) -> list[str]:
    """Return the lines of a briefing at a glance that is copied."""
    names = ", ".join(section.name for section in briefing.sections)
    return [briefing.title, briefing.bottom_line or "", f"Topics: {names}."]
