"""The one row of controls under an answer, and what its buttons carry. No I/O.

Every value names a page, so a press is answered half an hour later and after a restart.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ContextActionsBlock,
    FeedbackButtonsElement,
    InteractiveElement,
    Option,
    OverflowMenuElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject

from bot.block_kit.part import Block
from bot.questions.pages import Page, PageKind
from bot.slack.views.message import shorten_plain

MENU = "menu"
TOPIC = "topic"
_MOST_OPTIONS = 100
_SEVERAL = "0"


class Action(StrEnum):
    """What a press does. Buttons carry it in `action_id`, menu options in the value."""

    OPEN = "open"
    """Answer with that page, in place of an answer only its asker sees."""
    DETAIL = "detail"
    """Show that page in a modal."""
    LEAF = "leaf"
    """Turn the modal that is open to that page."""
    COPY = "copy"
    """Show it as plain text with its source, to be copied."""
    SHARE = "share"
    """Post it for everybody in the channel."""
    ASK = "ask"
    """Pass the question on to the curators; the value is the question."""
    SUBSCRIBE = "subscribe"
    """Get a digest by DM; the value is the digest's id."""
    CHECK = "check"
    """Check the rest of a draft in a modal; the value is its text."""
    REPORT = "report"
    """Tell the curators that something is wrong or outdated."""
    RECEIPT = "receipt"
    """Show what stood behind the message, and what has changed since."""


VOTE = "vote"
HELPFUL, UNHELPFUL = "helpful", "unhelpful"


def feedback_row() -> ContextActionsBlock:
    """Make Slack's row that asks whether an answer was helpful."""
    element = FeedbackButtonsElement(
        action_id=VOTE,
        positive_button=FeedbackButtonObject(
            text="Helpful",
            value=HELPFUL,
            accessibility_label="Mark this answer as helpful",
        ),
        negative_button=FeedbackButtonObject(
            text="Not helpful",
            value=UNHELPFUL,
            accessibility_label="Mark this answer as not helpful",
        ),
    )
    return ContextActionsBlock(elements=[element])


def controls(
    *elements: InteractiveElement, menu: Sequence[tuple[str, Action, Page]] = ()
) -> ActionsBlock:
    """Make the row: at most two elements, and one menu of at most five options."""
    options = [
        Option(text=shorten_plain(label, 75), value=f"{action}|{page.encode()}")
        for label, action, page in menu
    ]
    overflow = [OverflowMenuElement(action_id=MENU, options=options)] if options else []
    return ActionsBlock(elements=[*elements, *overflow])


def button(label: str, action: Action, page: Page, *, number: int = 0) -> ButtonElement:
    """Make a button for a page; `number` tells two of one action apart."""
    action_id = f"{action}/{number}"
    return ButtonElement(
        text=shorten_plain(label, 75), action_id=action_id, value=page.encode()
    )


def ask_curators(question: str, briefing_id: str = "") -> ButtonElement:
    """Make the button that passes a question on; it carries the question itself.

    Its `action_id` names the briefing that was asked, where it was one.
    """
    return ButtonElement(
        text="Ask the curators",
        action_id=f"{Action.ASK}/{briefing_id or _SEVERAL}",
        value=shorten_plain(question, 1000),
    )


MOST_CARRIED = 1_900
"""What a button can carry of a draft, as Slack counts it, with some room left."""


def check_more(text: str) -> ButtonElement:
    """Make the button that checks the rest of a draft; it carries the text itself."""
    return ButtonElement(
        text="More",
        action_id=f"{Action.CHECK}/0",
        value=shorten_plain(text, MOST_CARRIED),
    )


def briefing_asked(action_id: str) -> str:
    """Return the briefing that such a button names; empty where several were asked."""
    asked = action_id.partition("/")[2]
    return "" if asked == _SEVERAL else asked


def subscribe(digest_id: str) -> ButtonElement:
    """Make the button that brings a digest by DM."""
    return ButtonElement(
        text="Get this by DM", action_id=f"{Action.SUBSCRIBE}/0", value=digest_id
    )


def page_select(label: str, pages: Sequence[tuple[str, Page]]) -> StaticSelectElement:
    """Make a menu that opens one of many pages (Slack takes a hundred)."""
    options = [
        Option(text=shorten_plain(name, 75), value=page.encode())
        for name, page in pages[:_MOST_OPTIONS]
    ]
    return StaticSelectElement(placeholder=label, action_id=TOPIC, options=options)


def legend_option(briefing_id: str) -> tuple[str, Action, Page]:
    """The menu's way to the words' meanings."""
    page = Page(PageKind.LEGEND, briefing_id)
    return "What the words mean", Action.DETAIL, page


def copy_option(page: Page) -> tuple[str, Action, Page]:
    """The menu's way to plain text."""
    return "Copy as text with source", Action.COPY, page


def report_option(page: Page) -> tuple[str, Action, Page]:
    """The menu's way to the curators."""
    return "Wrong or outdated?", Action.REPORT, page


def last_option(page: Page, *, is_posted: bool) -> tuple[str, Action, Page]:
    """Why a posted message says so; what only its asker sees explains its words.

    A menu holds five, and the words' meanings stand below all sources, too.
    """
    if is_posted:
        return "Why this?", Action.RECEIPT, page
    return legend_option(page.briefing_id)


def page_controls(
    page: Page, in_full: str, ways: Sequence[tuple[str, Page]], *, is_posted: bool
) -> ActionsBlock:
    """Make the row under a page: itself in full, for everybody, and the ways on.

    `in_full` is the label of the button that shows it in a modal.
    """
    return controls(
        button(in_full, Action.DETAIL, page),
        button("Share here", Action.SHARE, page),
        menu=[
            *((label, Action.OPEN, target) for label, target in ways),
            copy_option(page),
            report_option(page),
            last_option(page, is_posted=is_posted),
        ],
    )


def without_share(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Leave out the button that would share what everybody there sees already."""
    for block in blocks:
        if block["type"] != "actions":
            yield block
            continue
        elements = [
            element
            for element in block["elements"]
            if element["action_id"].partition("/")[0] != Action.SHARE
        ]
        if elements:
            yield {**block, "elements": elements}
