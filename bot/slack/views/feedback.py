"""Forms in which readers reach the curators, and what the curators get. No I/O."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
)

from bot.block_kit.part import Part
from bot.curators.feedback import MOST_CHARACTERS, Note
from bot.slack.views.message import (
    context_block,
    message,
    paragraphs,
    shorten_plain,
)
from bot.slack.views.modal import modal_view
from bot.slack.views.mrkdwn import bold, escape, link, mention, quote
from bot.slack.views.notices import notice_buttons

REPORT, QUESTION, REPLY = "report", "question", "reply"
"""The forms' callback ids."""
_QUOTED = 400

_NAMED = "The curators see your name with it."
_PASSED_ON = "Thank you. It is on its way to the curators."
_NOTIFIED = " I'll write to you when the briefing answers it."
_NOBODY = "Thank you. No curator is named here whom I could tell"
_NOBODY_REPORT = f"{_NOBODY}, so please tell whoever sent you here."
_NOBODY_QUESTION = f"{_NOBODY}, but your question is kept for them."


NOTHING_WRITTEN = "Please write something first."


class FeedbackField(StrEnum):
    """The forms' fields: each one's `block_id` and `action_id`."""

    COMMENT = "comment"
    TELL_ME = "tell_me"


def report_form(words: str, metadata: str) -> dict[str, Any]:
    """Return the form in which somebody says what is wrong about some words."""
    blocks = [
        *paragraphs(_quoted_lines(words)),
        _comment_input("What is wrong or outdated?", ""),
        context_block(_NAMED),
    ]
    return _form("Wrong or outdated?", REPORT, blocks, metadata)


def question_form(question: str, briefing_id: str = "") -> dict[str, Any]:
    """Return the form in which somebody passes a question on.

    `briefing_id` is the one that was asked already, empty where several were.
    """
    tell_me = CheckboxesElement(
        action_id=FeedbackField.TELL_ME.value,
        options=[Option(text="Tell me when the briefing answers it", value="yes")],
    )
    blocks = [
        _comment_input("Your question", question),
        InputBlock(
            block_id=FeedbackField.TELL_ME.value,
            label="An answer later",
            element=tell_me,
            optional=True,
        ),
        context_block(f"{_NAMED} If you want to be told, I keep your name until then."),
    ]
    return _form("Ask the curators", QUESTION, blocks, briefing_id)


def _comment_input(label: str, initial: str) -> SdkBlock:
    element = PlainTextInputElement(
        action_id=FeedbackField.COMMENT.value,
        multiline=True,
        max_length=MOST_CHARACTERS,
        initial_value=shorten_plain(initial, MOST_CHARACTERS) if initial else None,
    )
    return InputBlock(
        block_id=FeedbackField.COMMENT.value, label=label, element=element
    )


def _form(
    title: str, callback_id: str, blocks: list[SdkBlock], metadata: str
) -> dict[str, Any]:
    return modal_view(
        title,
        blocks,
        callback_id=callback_id,
        submit="Send",
        close="Cancel",
        private_metadata=metadata,
    )


def received_view(
    *, is_question: bool, reached: bool, notified: bool
) -> dict[str, Any]:
    """Return what a form turns to: what becomes of it, honestly."""
    words = _PASSED_ON
    if not reached:
        words = _NOBODY_QUESTION if is_question else _NOBODY_REPORT
    blocks = paragraphs(words + (_NOTIFIED if notified else ""))
    return modal_view(
        "Passed on" if reached else "Nobody to tell",
        blocks,
        callback_id="received",
    )


def render_note(note: Note) -> Part:
    """Return what curators get: who says so, about what, and where to mend it."""
    remark = note.remark
    who = mention(remark.user_id)
    briefing = f"“{escape(note.briefing)}”" if note.briefing else ""
    if remark.page:
        subject = briefing or "something that not everybody here may see"
        if briefing and note.item_id:
            subject = f"`{escape(note.item_id)}` in {briefing}"
        title = f"{bold('Wrong or outdated?')} {who} about {subject}:"
    else:
        about = f" about {briefing}" if briefing else ""
        title = f"{bold('A question for you')} from {who}{about}:"
    quoted = [_quoted_lines(note.words)] if note.words else []
    comment = quote(remark.comment, MOST_CHARACTERS)

    is_withheld = remark.page and remark.words and not note.words
    facts = [
        "Its words are for fewer people than read this" if is_withheld else "",
        link(remark.permalink, "The message") if remark.permalink else "",
        link(note.edit_url, "The line") if note.edit_url else "",
        "Wants to be told of an answer" if remark.wants_answer else "",
    ]
    foot = " · ".join(filter(None, facts))
    asked = AskedBy(remark.user_id, remark.comment)
    return message(
        *paragraphs("\n".join([title, *quoted, comment])),
        notice_buttons(edit_url=note.edit_url, reply=asked.encode()),
        *([context_block(foot)] if foot else []),
    )


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Who asked or reported something, and what: it travels in a button and a form."""

    user_id: str
    question: str

    def encode(self) -> str:
        """Return it as JSON, the question cut to what a button holds."""
        question = shorten_plain(self.question, _QUOTED)
        return json.dumps([self.user_id, question], ensure_ascii=False)

    @classmethod
    def decode(cls, text: str) -> "AskedBy | None":
        """Read it back; None for what is not ours."""
        try:
            user_id, question = json.loads(text)
        except (ValueError, TypeError):
            return None
        is_text = isinstance(user_id, str) and isinstance(question, str)
        return cls(user_id, question) if is_text else None


def reply_form(question: str, metadata: str) -> dict[str, Any]:
    """Return the form in which a curator replies to whoever asked."""
    blocks = [
        *paragraphs(_quoted_lines(question)),
        _comment_input("Your reply", ""),
        context_block("It comes by direct message from me, with your name."),
    ]
    return _form("Reply", REPLY, blocks, metadata)


def replied_view(number: int) -> dict[str, Any]:
    """Return what the form turns to."""
    whom = {0: "Nobody waits for it any more.", 1: "It is on its way to them."}.get(
        number, f"It is on its way to {number:,} people."
    )
    return modal_view("Reply", paragraphs(whom), callback_id="replied")


def _quoted_lines(words: str) -> str:
    """Quote the first words, each line on its own, as Slack marks quotations."""
    cut = words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()}…"
    lines = map(escape, cut.splitlines())
    return "\n".join(f"> {line}" for line in lines if line)
