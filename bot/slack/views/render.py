"""What is shown of a reply and of a page: a message, a modal, text to copy. No I/O."""

from datetime import date
from typing import Any, assert_never
from weakref import WeakKeyDictionary

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import Label
from bot.questions.pages import (
    AboutClaim,
    Catalogue,
    Checked,
    Choice,
    DefaultSet,
    Empty,
    Gone,
    Greeting,
    Hedge,
    Help,
    LateAnswer,
    NothingBefore,
    Page,
    PageKind,
    Policy,
    Refusal,
    Reply,
    Shown,
    Since,
    Slashed,
    TextOnly,
    Thanks,
    Unchecked,
    UnknownBriefing,
    WhatComes,
)
from bot.slack.views import notices, outcome
from bot.slack.views.about_claim import about_claim
from bot.slack.views.changes import (
    changes_answer,
    changes_modal,
    changes_plain,
    since_answer,
)
from bot.slack.views.claim import claim_answer, claim_modal, claim_plain
from bot.slack.views.controls import feedback_row, without_share
from bot.slack.views.draft import checked_draft
from bot.slack.views.figures import figures_answer, figures_modal, figures_plain
from bot.slack.views.footer import as_of, strictest
from bot.slack.views.legend import legend_modal
from bot.slack.views.lists import (
    sources_answer,
    sources_modal,
    sources_plain,
    timeline_answer,
    timeline_modal,
    timeline_plain,
)
from bot.slack.views.message import (
    RenderContext,
    context_block,
    listed,
    paragraphs,
    preformatted,
    remade,
)
from bot.slack.views.modal import page_modal
from bot.slack.views.mrkdwn import clean, escape, mention, quote
from bot.slack.views.overview import overview_answer, overview_modal, overview_plain
from bot.slack.views.section import section_answer, section_modal, section_plain
from bot.slack.views.subscriptions import subscriptions_answer
from bot.slack.views.times import say_day

_LISTS = (PageKind.FIGURES, PageKind.TIMELINE, PageKind.SOURCES, PageKind.CHANGES)
_JUDGED = (Shown, Since, LateAnswer, Hedge, AboutClaim)
MOST_KEPT = 1_000
"""Finished answers kept per sub-library; then all go, and come back when asked for."""


def render(reply: Reply, context: RenderContext) -> Part:
    """Return the message for a reply; a page that is not there is said to be gone.

    A date that could be read in two ways is told as it was read.
    """
    answer = _answer(reply, context)
    if not isinstance(reply, Shown | Hedge | Refusal) or not reply.read_as:
        return answer
    read = [f"{escape(typed)} as {meant}" for typed, meant in reply.read_as[:2]]
    note = context_block(f"Read {listed(read)}").to_dict()
    return remade(answer, lambda blocks: [*blocks, note])


def _answer(reply: Reply, context: RenderContext) -> Part:
    match reply:
        case Shown(page, corrected_from):
            answer = _page_answer(context, page, corrected_from)
            return answer or notices.gone(context, Gone(page))
        case Since(page):
            return since_answer(context, reply) or notices.gone(context, Gone(page))
        case LateAnswer(asked_on=day, question=question, page=page):
            words = f"On {say_day(day)} you asked {quote(question)}."
            said = paragraphs(f"{words} There is an answer now:")
            above = [block.to_dict() for block in said]
            answer = render(Shown(page), context)
            return remade(answer, lambda blocks: [*above, *blocks])
        case Hedge():
            return outcome.hedge(context, reply)
        case Refusal():
            return outcome.refusal(context, reply)
        case Checked(check):
            return checked_draft(context, check)
        case Choice():
            return outcome.choice(context, reply)
        case Catalogue():
            return outcome.catalogue(context, reply)
        case Help(briefing_id):
            return notices.help_answer(context, briefing_id)
        case Policy():
            return notices.policy()
        case Greeting():
            return notices.greeting(context)
        case Thanks():
            return notices.notice(notices.WELCOME)
        case TextOnly():
            return notices.notice(notices.TEXT_ONLY)
        case AboutClaim(page):
            return about_claim(context, reply) or notices.gone(context, Gone(page))
        case NothingBefore():
            return notices.notice(notices.NOTHING_BEFORE)
        case Slashed():
            return notices.slashed(context, reply)
        case WhatComes(listing):
            return subscriptions_answer(context.library, listing)
        case Gone():
            return notices.gone(context, reply)
        case UnknownBriefing():
            return notices.unknown_briefing(context, reply)
        case DefaultSet(briefing_id):
            return notices.default_set(context, briefing_id)
        case Empty():
            return notices.notice(notices.EMPTY)
        case Unchecked():
            return notices.notice(notices.UNCHECKED)
        case _:
            assert_never(reply)


def _briefing_of(context: RenderContext, page: Page) -> Briefing | None:
    """Return the page's briefing; for a section's list with that section alone."""
    briefing = context.briefing(page.briefing_id)
    if briefing is None or not page.item_id or page.kind not in _LISTS:
        return briefing
    section = context.library.section(page.briefing_id, page.item_id)
    if section is None:
        return None
    cited = {c.id for claim in section.claims for c in claim.sources}
    cited |= {carrier for id in cited for carrier in briefing.carriers(id)}
    sources = {id: each for id, each in briefing.sources.items() if id in cited}
    return briefing.model_copy(
        update={
            "short": f"{briefing.name}: {section.name}",
            "sections": (section,),
            "sources": sources,
        }
    )


def _page_answer(
    context: RenderContext, page: Page, corrected_from: str
) -> Part | None:
    """Return a page as a message, or None where it does not exist for this audience."""
    briefing = _briefing_of(context, page)
    section = context.library.section(page.briefing_id, page.item_id)
    claim = context.library.claim(page.briefing_id, page.item_id)
    if briefing is None:
        return None
    match page.kind:
        case PageKind.CLAIM if claim:
            return claim_answer(context, briefing, claim, corrected_from=corrected_from)
        case PageKind.SECTION if section:
            return section_answer(
                context, briefing, section, corrected_from=corrected_from
            )
        case PageKind.OVERVIEW:
            return overview_answer(context, briefing, corrected_from=corrected_from)
        case PageKind.FIGURES:
            return figures_answer(context, page, briefing)
        case PageKind.TIMELINE:
            return timeline_answer(context, page, briefing)
        case PageKind.SOURCES:
            return sources_answer(context, page, briefing)
        case PageKind.CHANGES:
            return changes_answer(context, page, briefing)
        case _:
            return None


def modal(context: RenderContext, page: Page) -> dict[str, Any] | None:
    """Return the view of a page, or None where this person has no such page."""
    briefing = _briefing_of(context, page)
    section = context.library.section(page.briefing_id, page.item_id)
    claim = context.library.claim(page.briefing_id, page.item_id)
    if briefing is None:
        return None
    match page.kind:
        case PageKind.CLAIM:
            return claim_modal(context, page, briefing, claim) if claim else None
        case PageKind.SECTION:
            return section_modal(context, page, briefing, section) if section else None
        case PageKind.OVERVIEW:
            return overview_modal(context, page, briefing)
        case PageKind.FIGURES:
            return figures_modal(page, briefing)
        case PageKind.TIMELINE:
            return timeline_modal(context, page, briefing)
        case PageKind.SOURCES:
            return sources_modal(page, briefing)
        case PageKind.CHANGES:
            return changes_modal(page, briefing)
        case PageKind.LEGEND:
            return legend_modal(page, briefing)


def copy_modal(
    context: RenderContext, page: Page, since: Since | None = None
) -> dict[str, Any] | None:
    """Return a view that holds the page as plain text, or None without such a page.

    `since` is what the page of changes shows instead, counted from the last digest.
    The text names its source, and the narrowest circle that it may be shown to.
    """
    briefing = _briefing_of(context, page)
    section = context.library.section(page.briefing_id, page.item_id)
    claim = context.library.claim(page.briefing_id, page.item_id)
    if briefing is None:
        return None
    lines: list[str] = []
    claims = briefing.claims
    match page.kind:
        case PageKind.CLAIM if claim:
            lines, claims = claim_plain(claim, briefing), (claim,)
        case PageKind.SECTION if section:
            lines, claims = section_plain(section, briefing), section.claims
        case PageKind.OVERVIEW:
            lines = overview_plain(briefing)
        case PageKind.FIGURES:
            lines = figures_plain(briefing)
        case PageKind.TIMELINE:
            lines = timeline_plain(briefing)
        case PageKind.CHANGES:
            lines = changes_plain(page, briefing, since)
        case PageKind.SOURCES | PageKind.LEGEND:
            lines = sources_plain(briefing)
    if not lines:
        return None

    label = strictest(briefing, claims)
    shown_to = "" if label is Label.CLEAR else f" {label}."
    # A claim that has a day of its own is copied with that, not the briefing's month.
    dated = as_of(briefing, claim if page.kind is PageKind.CLAIM else None)
    source = f"Source: “{briefing.title}”. {dated}.{shown_to}"
    text = "\n".join([*map(clean, lines), "", clean(source)])
    return page_modal(page, "Copy as text", preformatted(text))


class PostedAnswers:
    """Makes every answer as it is posted: less the button to share what is posted.

    Below what shows claims its reader is asked whether that was helpful.

    The same answer is made once.
    """

    def __init__(self, command: str = "/brief") -> None:
        self._command = command
        self._kept: WeakKeyDictionary[SubLibrary, dict[tuple[Reply, date], Part]] = (
            WeakKeyDictionary()
        )

    def render(self, reply: Reply, library: SubLibrary, today: date) -> Part:
        """Return the reply as the library holds it."""
        kept = self._kept.setdefault(library, {})
        if (reply, today) not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            context = RenderContext(library, today, self._command, is_posted=True)
            row = [feedback_row().to_dict()] if isinstance(reply, _JUDGED) else []
            kept[reply, today] = remade(
                render(reply, context), lambda blocks: [*without_share(blocks), *row]
            )
        return kept[reply, today]


def render_shared(
    page: Page, library: SubLibrary, by: str, today: date, *, command: str = "/brief"
) -> Part:
    """Return an answer for everybody in the room, with who shared it."""
    context = RenderContext(library, today, command, is_posted=True)
    who = context_block(f"Shared by {mention(by)}").to_dict()
    return remade(
        render(Shown(page), context), lambda blocks: [*without_share(blocks), who]
    )
