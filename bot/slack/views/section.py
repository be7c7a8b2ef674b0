"""A topic as the answer: its title is the news, then a line per claim. No I/O."""

from slack_sdk.models.blocks import ActionsBlock

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.models import SUMMARY, Briefing, Section
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import marks_of
from bot.slack.views.claim_line import claim_line
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    legend_option,
    report_option,
)
from bot.slack.views.footer import as_of, footer, weakness
from bot.slack.views.message import (
    ENTRY_TEXT,
    SECTION_LINES,
    context_block,
    count_lines,
    fit_lines,
    fit_sentences,
    message,
    paragraphs,
    shorten,
)
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.render_context import RenderContext

_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_SUMMARY_LINES = 5
_MOST_ENTRIES = 20


def section_answer(
    context: RenderContext, briefing: Briefing, section: Section, *, heard: str = ""
) -> Part:
    """Show a topic in at most 22 lines; what does not fit stands behind "More"."""
    facts = (as_of(briefing), weakness(context, briefing, section.claims))
    foot = footer(context, briefing, facts=facts, claims=section.claims, heard=heard)
    head = [bold(escape(section.title))]
    if section.summary:
        head.append(fit_sentences(escape(section.summary), _SUMMARY_LINES))

    room = SECTION_LINES - _FRAME - sum(map(count_lines, [foot, *head]))
    first = section.claims[:_MOST_ENTRIES]
    lines = [claim_line(claim, briefing, today=context.today) for claim in first]
    entries = [shorten(line, ENTRY_TEXT) for line in lines]
    shown = _fitting(entries, room, len(section.claims))
    left = len(section.claims) - shown

    return message(
        *paragraphs("\n".join([*head, "", *entries[:shown], *_left(left)])),
        section_controls(briefing, section, is_whole=not left),
        context_block(foot),
        claims=[
            *_summary_mark(context, briefing, section),
            *marks_of(context, briefing, first[:shown]),
        ],
    )


def _fitting(entries: list[str], room: int, total: int) -> int:
    fitting = fit_lines(entries, room)
    return fitting if fitting == total else fit_lines(entries, room - 1)


def _left(left: int) -> list[str]:
    return [f"{left:,} more under More"] if left else []


def _summary_mark(
    context: RenderContext, briefing: Briefing, section: Section
) -> list[ClaimMark]:
    id = f"{section.id}/{SUMMARY}"
    fingerprint = context.library.fingerprints[briefing.id].get(id)
    return [ClaimMark(briefing.id, id, fingerprint)] if fingerprint else []


def section_controls(
    briefing: Briefing, section: Section, *, is_whole: bool
) -> ActionsBlock:
    """Sources (or More), Share here, and the menu with the topics beside it."""
    page = Page(PageKind.SECTION, briefing.id, section.id)
    around = (("Next topic", 1), ("Previous topic", -1))
    menu = [
        (f"{label}: {beside.name}", Action.OPEN, topic_page(briefing, beside))
        for label, step in around
        if (beside := neighbour(briefing, section, step))
    ]
    return controls(
        button("Sources" if is_whole else "More", Action.DETAIL, page),
        button("Share here", Action.SHARE, page),
        menu=[
            *menu,
            copy_option(page),
            report_option(page),
            legend_option(briefing.id),
        ],
    )


def topic_page(briefing: Briefing, section: Section) -> Page:
    """Return the page of a section."""
    return Page(PageKind.SECTION, briefing.id, section.id)


def neighbour(briefing: Briefing, section: Section, step: int) -> Section | None:
    """Return the section so many places on, or None past either end."""
    place = briefing.sections.index(section) + step
    return briefing.sections[place] if 0 <= place < len(briefing.sections) else None
