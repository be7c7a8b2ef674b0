"""Modals: everything in full, with the words' meanings, next and previous. No I/O."""

import json
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
)
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.block_kit.part import Part
from bot.briefing.models import Briefing
from bot.questions.pages import Page, PageKind
from bot.slack.views.claim import section_of
from bot.slack.views.controls import Action, button
from bot.slack.views.figure_table import figure_table
from bot.slack.views.figures import grouped
from bot.slack.views.message import (
    checked_view,
    context_block,
    paragraphs,
    preformatted,
    shorten_plain,
)
from bot.slack.views.modal_pages import BODIES, PER_PAGE, pages_of
from bot.slack.views.plain import plain_text
from bot.slack.views.render_context import RenderContext

CALLBACK_ID = "page"
_MOST_BLOCKS = 90
_MOST_BYTES = 200_000
"""Below Slack's 250 KB, for what a view carries beside its blocks."""
_TOO_MUCH = "There is more than fits here."


def modal(context: RenderContext, page: Page) -> dict[str, Any] | None:
    """Return the view of a page, or None where this person has no such page."""
    briefing = context.briefing(page.briefing_id)
    if briefing is None:
        return None
    if page.kind is PageKind.FIGURES:
        return _figures(context, page, briefing)

    body = BODIES[page.kind](context, page, briefing)
    if body is None:
        return None
    texts, ways = body
    blocks = [block for text in texts for block in paragraphs(text)]
    return _view(_title(context, page, briefing), page, [*blocks, *_around(ways)])


def _view(title: str, page: Page, blocks: Sequence[SdkBlock]) -> dict[str, Any]:
    view = View(
        type="modal",
        title=shorten_plain(title, 24),
        close="Close",
        callback_id=CALLBACK_ID,
        private_metadata=page.encode(),
        blocks=within_view(blocks),
    )
    return checked_view(view.to_dict())


def within_view(blocks: Sequence[SdkBlock]) -> list[dict[str, Any]]:
    """Return the blocks that fit into a view; the last ones give way to a sentence."""
    ready = [block.to_dict() for block in blocks]
    size, kept = 0, list[dict[str, Any]]()
    for block in ready:
        size += len(json.dumps(block))
        if size > _MOST_BYTES or len(kept) == _MOST_BLOCKS:
            return [*kept, *(last.to_dict() for last in paragraphs(_TOO_MUCH))]
        kept.append(block)
    return kept


def _title(context: RenderContext, page: Page, briefing: Briefing) -> str:
    if page.kind is PageKind.LEGEND:
        return "What the words mean"
    section = context.library.section(briefing.id, page.item_id)
    if page.kind is PageKind.SECTION and section:
        return section.name
    claim = context.library.claim(briefing.id, page.item_id)
    if page.kind is PageKind.CLAIM and claim:
        return section_of(claim, briefing).name
    return page.kind.value.capitalize()


def _around(ways: list[tuple[str, Page]]) -> list[SdkBlock]:
    buttons = [
        button(label, Action.LEAF, page, number=number)
        for number, (label, page) in enumerate(ways)
    ]
    return [ActionsBlock(elements=buttons)] if buttons else []


def _figures(context: RenderContext, page: Page, briefing: Briefing) -> dict[str, Any]:
    groups = grouped(briefing)
    shown = groups[page.start : page.start + PER_PAGE]
    table = figure_table(shown, briefing) if shown else paragraphs("No figures.")
    note = context_block("“–” means that the source gave no such end.")
    return _view("Figures", page, [*table, note, *_around(pages_of(page, len(groups)))])


def copy_modal(context: RenderContext, page: Page) -> dict[str, Any] | None:
    """Return a view that holds the page as plain text, or None without such a page."""
    text = plain_text(context, page)
    if not text:
        return None
    return _view("Copy as text", page, preformatted(text))


def reply_modal(part: Part) -> dict[str, Any]:
    """Return a view that says what a message says; pages open in the view itself."""
    view = View(
        type="modal",
        title="Briefing",
        close="Close",
        callback_id=CALLBACK_ID,
        blocks=[dict(block) for block in part.blocks],
    )
    return checked_view(view.to_dict())
