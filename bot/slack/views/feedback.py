"""Forms in which readers reach the curators, and what the curators get. No I/O."""

from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import (
    CheckboxesElement,
    InputBlock,
    Option,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from bot.block_kit.part import Part
from bot.curators.feedback import MOST_CHARACTERS, Note
from bot.slack.views.message import (
    checked_view,
    context_block,
    message,
    paragraphs,
    shorten_plain,
)
from bot.slack.views.mrkdwn import bold, escape, link, quote

REPORT, QUESTION = "report", "question"
"""The forms' callback ids."""
_QUOTED = 400

_NAMED = "The curators see your name with it."
_PASSED_ON = "Thank you. It is on its way to the curators."
_TOLD_LATER = " I'll write to you when the briefing answers it."
_NOBODY = "Thank you. No curator is named here whom I could tell"
_NOBODY_REPORT = f"{_NOBODY}, so please tell whoever sent you here."
_NOBODY_QUESTION = f"{_NOBODY}, but your question is kept for them."


class Field(StrEnum):
    """The forms' fields: each one's `block_id` and `action_id`."""

    COMMENT = "comment"
    TELL_ME = "tell_me"


def report_form(words: str, metadata: str) -> dict[str, Any]:
    """Return the form in which somebody says what is wrong about some words."""
    blocks = [
        *paragraphs(_quoted(words)),
        _text("What is wrong or outdated?", ""),
        context_block(_NAMED),
    ]
    return _form("Wrong or outdated?", REPORT, blocks, metadata)


def question_form(question: str) -> dict[str, Any]:
    """Return the form in which somebody passes a question on."""
    tell_me = CheckboxesElement(
        action_id=Field.TELL_ME.value,
        options=[Option(text="Tell me when the briefing answers it", value="yes")],
    )
    blocks = [
        _text("Your question", question),
        InputBlock(
            block_id=Field.TELL_ME.value,
            label="An answer later",
            element=tell_me,
            optional=True,
        ),
        context_block(f"{_NAMED} If you want to be told, I keep your name until then."),
    ]
    return _form("Ask the curators", QUESTION, blocks, "")


def _text(label: str, initial: str) -> SdkBlock:
    element = PlainTextInputElement(
        action_id=Field.COMMENT.value,
        multiline=True,
        max_length=MOST_CHARACTERS,
        initial_value=shorten_plain(initial, MOST_CHARACTERS) or None,
    )
    return InputBlock(block_id=Field.COMMENT.value, label=label, element=element)


def _form(
    title: str, callback_id: str, blocks: list[SdkBlock], metadata: str
) -> dict[str, Any]:
    view = View(
        type="modal",
        title=title,
        submit="Send",
        close="Cancel",
        callback_id=callback_id,
        private_metadata=metadata,
        blocks=[block.to_dict() for block in blocks],
    )
    return checked_view(view.to_dict())


def received_view(*, is_question: bool, reached: bool, told: bool) -> dict[str, Any]:
    """Return what a form turns to: what becomes of it, honestly."""
    words = _PASSED_ON
    if not reached:
        words = _NOBODY_QUESTION if is_question else _NOBODY_REPORT
    view = View(
        type="modal",
        title="Passed on" if reached else "Nobody to tell",
        close="Close",
        callback_id="received",
        blocks=[b.to_dict() for b in paragraphs(words + (_TOLD_LATER if told else ""))],
    )
    return checked_view(view.to_dict())


class CuratorNotes:
    """A `NoteRenderer`: who says so, about what, and where to mend it."""

    def render(self, note: Note) -> Part:
        remark = note.remark
        who = f"<@{remark.user_id}>"
        lines = (
            [f"{bold('Wrong or outdated?')} {who} about {_subject(note)}:"]
            if remark.page
            else [f"{bold('A question for you')} from {who}{_of(note)}:"]
        )
        quoted = [_quoted(note.words)] if note.words else []
        comment = quote(remark.comment, MOST_CHARACTERS)
        words = paragraphs("\n".join([*lines, *quoted, comment]))
        foot = _foot(note)
        return message(*words, *([context_block(foot)] if foot else []))


def _subject(note: Note) -> str:
    if not note.briefing:
        return "something that not everybody here may see"
    briefing = f"“{escape(note.briefing)}”"
    return f"`{escape(note.item_id)}` in {briefing}" if note.item_id else briefing


def _of(note: Note) -> str:
    return f" about “{escape(note.briefing)}”" if note.briefing else ""


def _quoted(words: str) -> str:
    """Quote the first words, each line on its own, as Slack marks quotations."""
    cut = words if len(words) <= _QUOTED else f"{words[:_QUOTED].rstrip()}…"
    lines = map(escape, cut.splitlines())
    return "\n".join(f"> {line}" for line in lines if line)


def _foot(note: Note) -> str:
    remark = note.remark
    withheld = remark.page and remark.words and not note.words
    said = [
        "Its words are for fewer people than read this" if withheld else "",
        link(remark.permalink, "The message") if remark.permalink else "",
        link(note.edit_url, "Edit") if note.edit_url else "",
        "Wants to be told of an answer" if remark.wants_answer else "",
    ]
    return " · ".join(filter(None, said))
