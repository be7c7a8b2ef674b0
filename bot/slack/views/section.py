"""A topic: as the answer, in a modal and as plain text. No I/O."""

from typing import Any

from bot.block_kit.part import Part
from bot.briefing.models import SUMMARY, TITLE, Briefing, Section
from bot.briefing.wording import (
    marks,
    sources_known_through,
)
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import (
    claim_line,
    claim_text,
    line_words,
    linked_source,
)
from bot.slack.views.controls import page_controls
from bot.slack.views.footer import as_of, footer, weakness
from bot.slack.views.legend import legend_link
from bot.slack.views.message import (
    ENTRY_TEXT,
    SECTION_LINES,
    RenderContext,
    context_block,
    count_lines,
    fit_lines,
    fit_sentences,
    message,
    paragraphs,
    shorten,
)
from bot.slack.views.modal import PER_PAGE, PageLink, links_within, page_modal
from bot.slack.views.mrkdwn import bold, escape

_FRAME = 3
"""The lines of "Only visible to you", of the controls, and one left empty."""
_SUMMARY_LINES = 5
_MOST_CLAIMS = 20


def section_answer(
    context: RenderContext,
    briefing: Briefing,
    section: Section,
    *,
    corrected_from: str = "",
) -> Part:
    """Show a topic, its title being the news, then a line for each claim.

    What does not fit into 22 lines stands behind "More".
    """
    claims = section.claims
    foot = footer(
        context,
        briefing,
        facts=(as_of(briefing), weakness(context, briefing, claims)),
        claims=claims,
        corrected_from=corrected_from,
    )
    head = [bold(escape(section.title))]
    if section.summary:
        head.append(fit_sentences(escape(section.summary), _SUMMARY_LINES))

    room = SECTION_LINES - _FRAME - count_lines(foot, *head)
    lines = [
        shorten(claim_line(claim, briefing, today=context.today), ENTRY_TEXT)
        for claim in claims[:_MOST_CLAIMS]
    ]
    shown = fit_lines(lines, room)
    if shown < len(claims):
        shown = fit_lines(lines, room - 1)
    left = len(claims) - shown
    more = [f"And {left:,} more"] if left else []

    page = Page(PageKind.SECTION, briefing.id, section.id)
    return message(
        *paragraphs("\n".join([*head, "", *lines[:shown], *more])),
        page_controls(
            page,
            "More" if left else "Sources",
            _neighbours(briefing, section, {"Next topic": 1, "Previous topic": -1}),
            is_posted=context.is_posted,
        ),
        context_block(foot),
        claims=[
            *context.words_of(briefing, f"{section.id}/{TITLE}", escape(section.title)),
            *context.words_of(briefing, f"{section.id}/{SUMMARY}", *head[1:]),
            *(
                each
                for claim in claims[:shown]
                for each in context.words_of(
                    briefing, claim, *line_words(claim, briefing)
                )
            ),
        ],
    )


def _neighbours(
    briefing: Briefing, section: Section, steps: dict[str, int]
) -> list[PageLink]:
    """Lead to the topics so many steps on, where there are such."""
    sections = briefing.sections
    place = sections.index(section)
    return [
        (
            f"{label}: {sections[place + step].name}",
            Page(PageKind.SECTION, briefing.id, sections[place + step].id),
        )
        for label, step in steps.items()
        if 0 <= place + step < len(sections)
    ]


def section_modal(
    context: RenderContext, page: Page, briefing: Briefing, section: Section
) -> dict[str, Any]:
    """Return the view of a topic: ten claims at a time, whole, with who says so.

    That nobody is named stands in a claim's marks already.
    """
    head = [bold(escape(section.title)), escape(section.summary or "")]
    texts = ["\n".join(filter(None, head))]
    for claim in section.claims[page.start : page.start + PER_PAGE]:
        cited = [briefing.sources[citation.id] for citation in claim.sources]
        named = [linked_source(each, briefing) for each in cited if not each.unnamed]
        through = escape(sources_known_through(claim, briefing))
        source = f"Source: {'; '.join(named)}. {through}" if named else through
        texts.append(f"{claim_text(context, briefing, claim)}\n{source}".rstrip())

    blocks = [block for text in texts for block in paragraphs(text)]
    links = [
        *links_within(page, len(section.claims)),
        *_neighbours(briefing, section, {"Previous": -1, "Next": 1}),
        legend_link(briefing),
    ]
    return page_modal(page, section.name, blocks, links)


def section_plain(section: Section, briefing: Briefing) -> list[str]:
    """Return the lines of a topic that is copied."""
    lines = [f"{section.title}.", section.summary or ""]
    for claim in section.claims:
        marked = marks(claim, briefing)
        withdrawn = " (Withdrawn.)" if claim.is_withdrawn else ""
        lines.append(f"- {claim.text}{f' ({marked})' if marked else ''}{withdrawn}")
    return lines
