"""The App Home: what is new, briefings, search, subscriptions, help. No I/O."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    InputBlock,
    MarkdownTextObject,
    PlainTextInputElement,
    SectionBlock,
)
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.briefing.models import Briefing
from bot.questions.pages import Page, PageKind
from bot.readers.home import HomePage, News
from bot.slack.views.changes import change_line
from bot.slack.views.controls import Action, button
from bot.slack.views.curator_dashboard import curation_blocks, listed
from bot.slack.views.footer import as_of
from bot.slack.views.message import (
    BLOCK_TEXT,
    checked_view,
    context_block,
    fit_sentences,
    paragraphs,
    shorten,
)
from bot.slack.views.modal import within_view
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.subscription_list import more, subscription_blocks
from bot.slack.views.times import moment

SEARCH = "home_search"
"""The `action_id` and `block_id` of the field in which somebody asks."""
_MOST_NEWS = 10
_MOST_BRIEFINGS = 12
_BOTTOM_LINES = 3

_WELCOME = (
    "This is your briefing desk. Ask below, or write me a message. Nothing is sent to "
    "you unless you subscribe."
)
_UNCHECKED = "I couldn't check just now what you may see. Open this again in a moment."
_EMPTY = "There is no briefing here that I may show you."


def home_view(page: HomePage, command: str) -> dict[str, Any]:
    """Return a person's Home; whatever the numbers, it stays within Slack's limits."""
    return _view(
        [
            *_new(page),
            *_search(),
            *_briefings(page.library.briefings),
            *paragraphs(bold("Your subscriptions")),
            *subscription_blocks(page.library, page.listing),
            ActionsBlock(elements=[more()]),
            *(curation_blocks(page.curators, page.zone) if page.curators else ()),
            context_block(escape(_help(command))),
        ]
    )


def unchecked_home() -> dict[str, Any]:
    """Return a Home for somebody of whom Slack tells nothing now."""
    return _view(paragraphs(escape(_UNCHECKED)))


def _view(blocks: Iterable[SdkBlock]) -> dict[str, Any]:
    view = View(type="home", blocks=within_view(list(blocks)))
    return checked_view(view.to_dict())


def _new(page: HomePage) -> Iterator[SdkBlock]:
    if page.since is None:
        yield from paragraphs(escape(_WELCOME))
        return
    since = moment(page.since, page.zone)
    lines = [line for news in page.news for line in _news_lines(news)]
    if not lines:
        yield from paragraphs(f"{bold('Nothing new')} since {since}.")
        return
    yield from paragraphs(bold(f"New since {since}"))
    yield from paragraphs("\n".join(listed(lines, _MOST_NEWS)))


def _news_lines(news: News) -> Iterator[str]:
    name = escape(news.briefing.name)
    if news.is_new:
        yield f"• {bold('New briefing:')} {name}"
    for change in news.changes:
        yield f"• {name}: {change_line(change, news.briefing)}"


def _search() -> Iterator[SdkBlock]:
    yield InputBlock(
        block_id=SEARCH,
        label="Ask the briefings",
        dispatch_action=True,
        element=PlainTextInputElement(
            action_id=SEARCH,
            placeholder="A topic or a question, then press Enter",
            max_length=300,
        ),
    )


def _briefings(briefings: Sequence[Briefing]) -> Iterator[SdkBlock]:
    if not briefings:
        yield from paragraphs(escape(_EMPTY))
        return
    yield from paragraphs(bold("Briefings"))
    for number, briefing in enumerate(briefings[:_MOST_BRIEFINGS]):
        yield _briefing(briefing, number)
    left = len(briefings) - _MOST_BRIEFINGS
    if left > 0:
        yield from paragraphs(f"And {left:,} more: ask for them by name.")


def _briefing(briefing: Briefing, number: int) -> SdkBlock:
    bottom_line = fit_sentences(escape(briefing.bottom_line or ""), _BOTTOM_LINES)
    lines = (bold(escape(briefing.title)), bottom_line, escape(as_of(briefing)))
    words = shorten("\n".join(filter(None, lines)), BLOCK_TEXT)
    page = Page(PageKind.OVERVIEW, briefing.id)
    return SectionBlock(
        text=MarkdownTextObject(text=words, verbatim=True),
        expand=True,
        accessory=button("Open", Action.DETAIL, page, number=number),
    )


def _help(command: str) -> str:
    return (
        f"In any channel: {command} for the short version, {command} and a topic or a "
        f"question, {command} subscribe, {command} help. {command} forget me shows and "
        "deletes what I keep about you."
    )
