"""The App Home: what is new, briefings, search, subscriptions, help. No I/O.

Curators find there, too, what they should look at.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextInputElement,
    SectionBlock,
)
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View

from bot.block_kit.part import Block, Part
from bot.briefing.models import Briefing
from bot.briefing.wording import headline
from bot.corrections.report import CorrectionRecord
from bot.curators.dashboard import DashboardPage, FailedDelivery
from bot.outbox.model import DeliveryKind
from bot.questions.pages import Page, PageKind
from bot.readers.home import HomePage
from bot.slack.views.changes import change_line
from bot.slack.views.controls import Action, button
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
from bot.slack.views.mrkdwn import bold, escape, mention, quote
from bot.slack.views.subscriptions import subscribe_button, subscription_blocks
from bot.slack.views.times import clock_words

SEARCH = "home_search"
"""The `action_id` and `block_id` of the field in which somebody asks."""
BOARD = "board"
"""The `action_id` of the menus on the curators' board."""
_NOTE = "note-"
"""Begins the `block_id`s of what is said on top of the Home after a press."""
_MOST_BLOCKS = 100
_MOST_LINES = 10
"""How much of what is new is said."""
_LINE_TEXT = 400
_MOST_ITEMS = 5
"""How many things of one sort wait for a curator on the board; the rest is counted."""
_MOST_BRIEFINGS = 6
_MOST_TOPICS = 10
_BOTTOM_LINES = 3

_WELCOME = (
    "This is your briefing desk. Ask below, or write me a message. Nothing is sent to "
    "you unless you subscribe."
)
_UNCHECKED = "I couldn't check just now what you may see. Open this again in a moment."
_EMPTY = "There is no briefing here that I may show you."
_HELP = (
    "In any channel: {command} for the short version, {command} and a topic or a "
    "question, {command} subscribe, {command} help. {command} forget me shows and "
    "deletes what I keep about you."
)
_DELIVERIES = {
    DeliveryKind.DIGEST: "A digest",
    DeliveryKind.ANSWER: "An answer",
    DeliveryKind.SHARE: "A shared answer",
    DeliveryKind.NOTICE: "A notice",
    DeliveryKind.CORRECTION: "A correction",
}


def home_view(page: HomePage, command: str) -> dict[str, Any]:
    """Return a person's Home; whatever the numbers, it stays within Slack's limits."""
    search = InputBlock(
        block_id=SEARCH,
        label="Ask the briefings",
        dispatch_action=True,
        element=PlainTextInputElement(
            action_id=SEARCH,
            placeholder="A topic or a question, then press Enter",
            max_length=300,
        ),
    )
    return _view(
        [
            *_news_blocks(page),
            search,
            *_briefing_blocks(page.library.briefings),
            *paragraphs(bold("Your subscriptions")),
            *subscription_blocks(page.library, page.listing),
            ActionsBlock(elements=[subscribe_button()]),
            *(curator_blocks(page.curators, page.zone) if page.curators else ()),
            context_block(escape(_HELP.format(command=command))),
        ]
    )


def unchecked_home() -> dict[str, Any]:
    """Return a Home for somebody of whom Slack tells nothing now."""
    return _view(paragraphs(escape(_UNCHECKED)))


def home_with_note(part: Part, blocks: Iterable[Block]) -> dict[str, Any]:
    """Return a Home as it is shown now, with something said on top of it.

    `blocks` are those of the press; a note of an earlier press gives way.
    """
    said = [
        {**block, "block_id": f"{_NOTE}{place}"}
        for place, block in enumerate(part.blocks)
    ]
    kept = [b for b in blocks if not str(b.get("block_id")).startswith(_NOTE)]
    return {"type": "home", "blocks": [*said, *kept][:_MOST_BLOCKS]}


def _view(blocks: Iterable[SdkBlock]) -> dict[str, Any]:
    view = View(type="home", blocks=within_view(list(blocks)))
    return checked_view(view.to_dict())


def _news_blocks(page: HomePage) -> list[SdkBlock]:
    if page.since is None:
        return paragraphs(escape(_WELCOME))

    since = escape(clock_words(page.since, page.zone))
    lines = []
    for news in page.news:
        name = escape(news.briefing.name)
        if news.is_new:
            lines.append(f"• {bold('New briefing:')} {name}")
        lines += [f"• {name}: {change_line(c, news.briefing)}" for c in news.changes]
    if not lines:
        return paragraphs(f"{bold('Nothing new')} since {since}.")
    heading = paragraphs(bold(f"New since {since}"))
    left = len(lines) - _MOST_LINES
    rest = [f"And {left:,} more."] if left > 0 else []
    shown = [shorten(line, _LINE_TEXT) for line in lines[:_MOST_LINES]]
    return [*heading, *paragraphs("\n".join([*shown, *rest]))]


def _briefing_blocks(briefings: Sequence[Briefing]) -> Iterator[SdkBlock]:
    if not briefings:
        yield from paragraphs(escape(_EMPTY))
        return
    yield from paragraphs(bold("Briefings"))
    for briefing in briefings[:_MOST_BRIEFINGS]:
        bottom_line = fit_sentences(escape(briefing.bottom_line or ""), _BOTTOM_LINES)
        lines = (bold(escape(briefing.title)), bottom_line, escape(as_of(briefing)))
        words = shorten("\n".join(filter(None, lines)), BLOCK_TEXT)
        page = Page(PageKind.OVERVIEW, briefing.id)
        yield SectionBlock(
            text=MarkdownTextObject(text=words, verbatim=True),
            expand=True,
            accessory=button("Open", Action.DETAIL, page),
        )
        topics = [
            button(
                section.name,
                Action.DETAIL,
                Page(PageKind.SECTION, briefing.id, section.id),
                number=number,
            )
            for number, section in enumerate(briefing.sections[:_MOST_TOPICS])
        ]
        yield ActionsBlock(elements=topics)
    left = len(briefings) - _MOST_BRIEFINGS
    if left > 0:
        yield from paragraphs(f"And {left:,} more: ask for them by name.")


def curator_blocks(page: DashboardPage, zone: str) -> list[SdkBlock]:
    """Return what a curator should look at; what keeps files from serving is first."""
    errors = [_item(f"• {escape(e.words)}", edit=e.edit_url) for e in page.errors]
    failed = [
        _item(_failed_line(each, zone), (("Done", BoardAction.SETTLE, each.item),))
        for each in page.failed
    ]
    overdue = []
    for stale in page.stale:
        read = _times_read(stale.reads)
        words = f"• {escape(headline(stale.claim))} · {escape(stale.briefing.name)}"
        overdue.append(_item(f"{words}, {read}", edit=stale.edit_url))
    unanswered = []
    for topic in page.unanswered:
        times = "once" if topic.times == 1 else f"{topic.times:,} times"
        last = escape(clock_words(topic.last_asked_at, zone))
        words = f"• {quote(topic.question, 120)} asked {times}, last {last}"
        waiting = f", {topic.waiting:,} waiting for an answer" if topic.waiting else ""
        reply = [("Reply", BoardAction.REPLY, topic.id)] if topic.waiting else []
        done = ("Done", BoardAction.SETTLE_TOPIC, topic.id)
        unanswered.append(_item(f"{words}{waiting}", (*reply, done)))
    read_lately = []
    for each in page.read:
        judged = (each.votes.helpful, "helpful"), (each.votes.unhelpful, "not helpful")
        votes = "".join(f", {number:,} × {word}" for number, word in judged if number)
        words = f"• {escape(headline(each.claim))} · {_times_read(each.reads)}{votes}"
        read_lately.append(_item(words, edit=each.edit_url))

    corrected = [_item(_corrected_line(each, zone)) for each in page.corrections]

    titles = (
        _served(page, zone),
        _count(len(failed), "failed delivery", "failed deliveries"),
        _count(len(overdue), "claim overdue", "claims overdue", " for review"),
        _count(len(unanswered), "question", "questions", " without an answer"),
        _count(len(corrected), "correction", "corrections", " this week"),
        bold("Read this week" if read_lately else "Nothing was read this week"),
    )
    lists = (errors, failed, overdue, unanswered, corrected, read_lately)
    blocks = paragraphs(bold("For curators"))
    for title, items in zip(titles, lists, strict=True):
        left = len(items) - _MOST_ITEMS
        blocks += [*paragraphs(title), *items[:_MOST_ITEMS]]
        blocks += paragraphs(f"And {left:,} more.") if left > 0 else []
    return blocks


class BoardAction(StrEnum):
    """What is chosen in the menu of something on the board; an id stands behind it."""

    REPLY = "reply"
    SETTLE_TOPIC = "settle_topic"
    SETTLE = "settle"


def _item(
    mrkdwn: str,
    choices: Sequence[tuple[str, BoardAction, str]] = (),
    *,
    edit: str = "",
) -> SdkBlock:
    """Return a line of the board with what may be done about it in its menu."""
    options = [
        Option(text=label, value=f"{action}|{id}") for label, action, id in choices
    ]
    if edit:
        options.insert(0, Option(text="Edit", value="edit", url=edit))
    return SectionBlock(
        text=MarkdownTextObject(text=shorten(mrkdwn, _LINE_TEXT), verbatim=True),
        expand=True,
        accessory=OverflowMenuElement(action_id=BOARD, options=options)
        if options
        else None,
    )


def _times_read(reads: int) -> str:
    words = {0: "not read yet", 1: "read once"}
    return words.get(reads, f"read {reads:,} times")


def _corrected_line(record: CorrectionRecord, zone: str) -> str:
    """Say how far a correction has come, and what it could not reach."""
    correction = record.correction
    counts = (
        (record.carried, "carried it"),
        (record.edited, "edited"),
        (record.noted + record.told, "told"),
        (sum(number for _, number in record.unreached), "not reached"),
    )
    said = ", ".join(f"{number:,} {what}" for number, what in counts if number)
    when = escape(clock_words(correction.noticed_at, zone))
    claim = escape("/".join(correction.claim))
    what = f"• `{claim}` {correction.kind}, {when}"
    return f"{what}: {said or 'nobody read it'} · {record.state}"


def _served(page: DashboardPage, zone: str) -> str:
    """Say whether what is in the files is what is served, and since when."""
    said = "All files are served"
    if page.errors:
        number = len(page.errors)
        kept = "1 error keeps" if number == 1 else f"{number:,} errors keep"
        said = f"{kept} newer files from being served"
    if page.revision is None:
        return bold(said)
    commit = page.revision.commit[:9]
    of_commit = f", commit {escape(commit)}" if commit else ""
    loaded = escape(clock_words(page.revision.stored_at, zone))
    return f"{bold(said)} · loaded {loaded}{of_commit}"


def _count(number: int, one: str, many: str, rest: str = "") -> str:
    said = "No" if not number else f"{number:,}"
    return bold(f"{said} {one if number == 1 else many}{rest}")


def _failed_line(failed: FailedDelivery, zone: str) -> str:
    """Name persons and channels as Slack shows them; a DM is nobody else's to see."""
    record = failed.record
    recipient = record.key.recipient.rpartition("/")[2]
    place = recipient if recipient[:1] in ("U", "W") else record.destination
    is_dm = place[:1] not in ("U", "W", "C", "G")
    whom = "a direct message" if is_dm else mention(place)
    what = quote(failed.title) if failed.title else _DELIVERIES[record.key.kind]
    reason = escape(record.reason.removeprefix("failed: "))
    due = escape(clock_words(record.due_at, zone))
    return f"• {what} to {whom}, due {due}: {reason}"
