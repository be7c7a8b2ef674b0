"""Modals: a page in full with next and previous, a reply's words, a form. No I/O."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.block_kit.part import Block, Part
from bot.questions.pages import Page
from bot.slack.views.controls import Action, button, without_share
from bot.slack.views.message import (
    UnsendableError,
    checked_view,
    paragraphs,
    remade,
    shorten_plain,
)

CALLBACK_ID = "page"
PER_PAGE = 10
_MOST_BLOCKS = 90
_MOST_BYTES = 200_000
"""Below Slack's 250 KB, for what a view carries beside its blocks."""
_TOO_MUCH = "There is more than fits here."

PageLink = tuple[str, Page]
"""A button in a modal: its label, and the page that the modal turns to."""


def modal_view(
    title: str,
    blocks: Iterable[SdkBlock | Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    private_metadata: str | None = None,
) -> dict[str, Any]:
    """Return a modal; raise `UnsendableError` for what Slack refuses."""
    view = View(
        type="modal",
        title=title,
        submit=submit,
        close=close,
        callback_id=callback_id,
        private_metadata=private_metadata,
        blocks=[
            block.to_dict() if isinstance(block, SdkBlock) else dict(block)
            for block in blocks
        ],
    )
    return checked_view(view.to_dict())


def page_modal(
    page: Page, title: str, blocks: Sequence[SdkBlock], links: Sequence[PageLink] = ()
) -> dict[str, Any]:
    """Return the view of a page, and below it where its buttons lead."""
    buttons = [
        button(label, Action.LEAF, target, number=number)
        for number, (label, target) in enumerate(links)
    ]
    row = [ActionsBlock(elements=buttons)] if buttons else []
    return modal_view(
        shorten_plain(title, 24),
        within_view([*blocks, *row]),
        callback_id=CALLBACK_ID,
        private_metadata=page.encode(),
    )


def list_modal(page: Page, texts: Sequence[str], *, empty: str) -> dict[str, Any]:
    """Return the view of a list, ten paragraphs of mrkdwn at a time."""
    shown = texts[page.start : page.start + PER_PAGE] or [empty]
    blocks = [block for text in shown for block in paragraphs(text)]
    links = links_within(page, len(texts))
    return page_modal(page, page.kind.value.capitalize(), blocks, links)


def links_within(page: Page, total: int) -> list[PageLink]:
    """Lead to what comes before and behind the ten entries of a list that are shown."""
    links = []
    if page.start:
        links.append(("Earlier", page.at(max(0, page.start - PER_PAGE))))
    if page.start + PER_PAGE < total:
        links.append(("More", page.at(page.start + PER_PAGE)))
    return links


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


def reply_modal(part: Part) -> dict[str, Any]:
    """Return a view that says what a message says; pages open in the view itself.

    There is no channel in which to share.
    """
    blocks = without_share(part.blocks)
    return modal_view("Briefing", blocks, callback_id=CALLBACK_ID)


def message_of(view: Mapping[str, Any]) -> Part:
    """Return a message that says what a page's view says, as far as one holds it.

    The view's buttons open their pages in the message's place.
    """
    blocks = [block for block in view["blocks"] if block["type"] != "input"]
    while True:
        try:
            return remade(Part("", tuple(blocks)), tuple)
        except UnsendableError:
            more = [block.to_dict() for block in paragraphs(_TOO_MUCH)]
            kept = blocks[:-2] if blocks[-1] == more[0] else blocks[:-1]
            blocks = [*kept, *more]
