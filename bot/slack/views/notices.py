"""Short words for when there is nothing to show: help, errors, notices. No I/O."""

from enum import StrEnum

from slack_sdk.models.blocks import ActionsBlock, ButtonElement
from slack_sdk.models.blocks import Block as SdkBlock

from bot.block_kit.part import Part
from bot.curators.handling import Handled
from bot.curators.notices import read_notice
from bot.questions.pages import Gone, PageKind, Slashed, UnknownBriefing
from bot.slack.views.controls import controls
from bot.slack.views.message import (
    PART_TEXT,
    RenderContext,
    context_block,
    listed,
    message,
    paragraphs,
    remade,
    shorten,
)
from bot.slack.views.mrkdwn import bold, escape, escape_notice, mention, quote
from bot.slack.views.subscriptions import list_button, requested, subscribe_button

UNCHECKED = "I couldn't check just now what you may see. Please ask again in a moment."
FAILED = (
    "Something went wrong on my side. If it happens again, tell the curators: {id}."
)
EMPTY = "There is no briefing here that I may show you."
NOT_UNDERSTOOD = "I can't read that button any more. Please ask again with {command}."
WRONG_COMMAND = "I only know {command}. Try {command} help."
TEXT_ONLY = "I can only read text. Please write me what you would like to know."
NOTHING_BEFORE = "Which claim do you mean? Please ask again with a few of its words."
WELCOME = "You're welcome. Ask me whenever you like."

_MOST_GREETED = 3


class NoticeAction(StrEnum):
    """The `action_id`s of the buttons under a notice to curators."""

    EDIT = "notice_edit"
    REPLY = "notice_reply"
    DONE = "notice_done"
    GO = "corrections_go"


def notice(words: str) -> Part:
    """Make a message of a sentence or two of ours; it is escaped here."""
    return message(*paragraphs(escape(words)))


def help_answer(context: RenderContext, briefing_id: str = "") -> Part:
    """Say in seven lines how to ask; examples are that briefing's or the first's."""
    command = escape(context.command)
    first = next(iter(context.briefings), None)
    shown = context.briefing(briefing_id) or first
    topic = shown.sections[0].id if shown else "topic"
    lines = (
        bold("How to ask"),
        f"• {bold(command)} the short version",
        f"• {bold(f'{command} {escape(topic)}')} a topic or a claim",
        f"• {bold(f'{command} how many …?')} a question",
        "• or figures, timeline, sources, changes, corrections policy",
        f"• {bold(f'{command} use …')} this channel's briefing",
        f"• {bold(f'{command} subscribe')} get it regularly",
    )
    return message(*paragraphs("\n".join(lines)))


def policy() -> Part:
    """Say in a few lines what .github/CORRECTIONS.md says in full."""
    lines = (
        bold("How errors are corrected"),
        f"• {bold('Correction')}: it was wrong on the day it was said.",
        f"• {bold('Update')}: it was right then, and has changed since.",
        f"• {bold('Withdrawal')}: the curators no longer stand by it.",
        "Messages that showed an error are edited: what was wrong, what is right, when "
        "and why. Their channel hears of it once, and so does whoever asked.",
        "Found one? Choose “Wrong or outdated?” in the menu of the message.",
    )
    return message(*paragraphs("\n".join(lines)))


def greeting(context: RenderContext) -> Part:
    """Say hello in three lines: what can be asked about, and how to learn more."""
    names = [briefing.name for briefing in context.briefings]
    if not names:
        return notice(f"Hello. {EMPTY}")
    left = len(names) - _MOST_GREETED
    quoted = [f"“{escape(name)}”" for name in names[:_MOST_GREETED]]
    about = listed([*quoted, *([f"{left:,} more"] if left > 0 else [])])
    return message(
        *paragraphs(
            f"Hello. I answer from {about}. Ask me a question, or write {bold('help')}."
        )
    )


def slashed(context: RenderContext, asked: Slashed) -> Part:
    """Say how to give a command that a message cannot, or do it at a press."""
    command = bold(escape(f"{context.command} {asked.verb}"))
    if asked.verb == "subscribe":
        wanted = requested(context.library, asked.request) if asked.request else ""
        about = f", filled in: {bold(escape(wanted))}" if wanted else ""
        if asked.words:
            words = shorten(escape(f"{context.command} subscribe {asked.words}"), 200)
            command = bold(words)
        said = f"Press Subscribe for the form{about}. Or type {command}."
        return message(*paragraphs(said), controls(subscribe_button(asked.request)))
    if asked.verb == "subscriptions":
        said = "Press Subscriptions to see what comes and when, and to pause or end it."
        said = f"{said} Or type {command}."
        return message(*paragraphs(said), controls(list_button()))
    return message(*paragraphs(f"That works as a command: type {command}."))


def gone(context: RenderContext, asked: Gone) -> Part:
    """Say that a page is not there; a withheld one reads no differently."""
    what = "claim" if asked.page.kind is PageKind.CLAIM else "page"
    words = f"That {what} isn't in the briefing now. {context.command} shows what is."
    return notice(words)


def unknown_briefing(context: RenderContext, asked: UnknownBriefing) -> Part:
    """Name the briefings that `use` takes."""
    names = ", ".join(bold(escape(each.id)) for each in context.briefings[:8])
    said = f"I have no briefing called {quote(asked.words)}."
    if not asked.words:
        said = "Which briefing do you mean?"
    return message(*paragraphs(f"{said} There is {names}." if names else said))


def default_set(context: RenderContext, briefing_id: str) -> Part:
    """Confirm the channel's briefing, or that it has none."""
    if not briefing_id:
        said = f"{context.command} in this channel means no briefing of its own now."
        return notice(said)
    briefing = context.briefing(briefing_id)
    name = bold(escape(briefing.name if briefing else briefing_id))
    command = escape(context.command)
    return message(*paragraphs(f"{command} in this channel now means {name}."))


def render_notice(subject: str, request: str) -> Part:
    """Return a notice: what it quotes can neither mention nor link.

    One to curators has buttons, to edit what it is about and to say that it is done, or
    the one that lets corrections out.
    """
    to_curators = read_notice(subject, request)
    words = to_curators.words if to_curators else request
    escaped = "\n".join(map(escape_notice, words.split("\n")))
    row: list[SdkBlock] = []
    if to_curators and to_curators.go:
        go = ButtonElement(
            text="Correct them", action_id=NoticeAction.GO, value=to_curators.go
        )
        row = [controls(go)]
    elif to_curators:
        row = [notice_buttons(edit_url=to_curators.edit_url)]
    return message(*paragraphs(shorten(escaped, PART_TEXT)), *row)


def notice_buttons(*, edit_url: str = "", reply: str = "") -> SdkBlock:
    """Return a notice's row: Edit, Reply to who asked, Done.

    `reply` is what the form has to know; empty where nobody asked.
    """
    edit = ButtonElement(text="Edit", action_id=NoticeAction.EDIT, url=edit_url)
    answer = ButtonElement(text="Reply", action_id=NoticeAction.REPLY, value=reply)
    done = ButtonElement(text="Done", action_id=NoticeAction.DONE)
    return ActionsBlock(
        elements=[*([edit] if edit_url else []), *([answer] if reply else []), done]
    )


def handled_notice(part: Part, by: str, how: Handled) -> Part:
    """Return a notice that somebody dealt with: their name is where buttons were.

    Who did it at the command line is no person that Slack knows.
    """
    name = mention(by) if by.startswith(("U", "W")) else f"the {escape(by)}"
    who = context_block(f"{how.value.capitalize()}: {name}").to_dict()
    return remade(
        part,
        lambda blocks: [*(b for b in blocks if b["type"] != "actions"), who],
    )
