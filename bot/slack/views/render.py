"""`render`: a reply in, the message that says it out. No I/O."""

from collections.abc import Callable
from typing import assert_never

from bot.block_kit.part import Part
from bot.briefing.models import Briefing
from bot.questions.pages import (
    Catalogue,
    Choice,
    DefaultSet,
    Empty,
    Gone,
    Greeting,
    Hedge,
    Help,
    LateAnswer,
    Page,
    PageKind,
    Refusal,
    Reply,
    Shown,
    Since,
    Slashed,
    Thanks,
    Unchecked,
    UnknownBriefing,
)
from bot.slack.views import notices, outcome
from bot.slack.views.changes import changes_answer, since_answer
from bot.slack.views.claim import claim_answer
from bot.slack.views.figures import figures_answer
from bot.slack.views.message import paragraphs, remade
from bot.slack.views.mrkdwn import quote
from bot.slack.views.overview import overview_answer
from bot.slack.views.render_context import RenderContext
from bot.slack.views.section import section_answer
from bot.slack.views.sources import sources_answer
from bot.slack.views.timeline import timeline_answer
from bot.slack.views.times import say_day

_LISTS: dict[PageKind, Callable[[RenderContext, Page, Briefing], Part]] = {
    PageKind.FIGURES: figures_answer,
    PageKind.TIMELINE: timeline_answer,
    PageKind.SOURCES: sources_answer,
    PageKind.CHANGES: changes_answer,
}


def render(reply: Reply, context: RenderContext) -> Part:
    """Return the message for a reply; a page that is not there is said to be gone."""
    match reply:
        case Shown(page, heard):
            return _page(context, page, heard) or notices.gone(context, Gone(page))
        case Since(page):
            return since_answer(context, reply) or notices.gone(context, Gone(page))
        case Hedge():
            return outcome.hedge(context, reply)
        case Refusal():
            return outcome.refusal(context, reply)
        case Choice():
            return outcome.choice(context, reply)
        case Catalogue():
            return outcome.catalogue(context, reply)
        case LateAnswer():
            return _late_answer(reply, context)
        case _:
            return _notice(reply, context)


def _notice(
    reply: Help
    | Greeting
    | Thanks
    | Slashed
    | Gone
    | UnknownBriefing
    | DefaultSet
    | Empty
    | Unchecked,
    context: RenderContext,
) -> Part:
    match reply:
        case Help(briefing_id):
            return notices.help_answer(context, briefing_id)
        case Greeting():
            return notices.greeting(context)
        case Thanks():
            return notices.notice(notices.WELCOME)
        case Slashed():
            return notices.slashed(context, reply)
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


def _late_answer(reply: LateAnswer, context: RenderContext) -> Part:
    """Say to somebody who waited for it what the briefing answers now."""
    day = say_day(reply.asked_on)
    words = f"On {day} you asked {quote(reply.question)}. There is an answer now:"
    answer = render(Shown(reply.page), context)
    above = [block.to_dict() for block in paragraphs(words)]
    return remade(answer, [*above, *answer.blocks])


def _page(context: RenderContext, page: Page, heard: str) -> Part | None:
    briefing = context.briefing(page.briefing_id)
    if briefing is None:
        return None
    if page.kind is PageKind.OVERVIEW:
        return overview_answer(context, briefing, heard=heard)
    if page.kind in _LISTS:
        return _LISTS[page.kind](context, page, briefing)

    section = context.library.section(page.briefing_id, page.item_id)
    if page.kind is PageKind.SECTION and section:
        return section_answer(context, briefing, section, heard=heard)
    claim = context.library.claim(page.briefing_id, page.item_id)
    if page.kind is PageKind.CLAIM and claim:
        return claim_answer(context, briefing, claim, heard=heard)
    return None
