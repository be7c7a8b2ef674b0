"""What is kept about a person, shown to that person alone. No I/O."""

from typing import Any

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ConfirmObject
from slack_sdk.models.blocks import Block as SdkBlock

from bot.readers.personal_data import KeptOfPerson
from bot.slack.views.message import context_block, paragraphs
from bot.slack.views.modal import modal_view
from bot.slack.views.mrkdwn import bold, escape, quote

CALLBACK_ID = "forget"
DELETE = "delete_kept"
_MOST = 10

_NOTHING = "I keep nothing about you."
_FORGOTTEN = "Done. I keep nothing about you any more."
_STAYS = (
    "What I wrote to you stays in Slack, where you can see it. What stays with me for "
    "a while is which conversation got a message, and neither what you asked nor what "
    "I answered."
)
_GO_NOWHERE = "What you ask is answered where I run and goes to no other service."
_GOES = (
    "Where its words alone don't answer, the first 300 characters of what you ask go "
    "to {host}, which turns them into numbers. It isn't told who asked."
)


def kept_view(kept: KeptOfPerson, *, questions_go_to: str = "") -> dict[str, Any]:
    """Return the list of what is kept, with the button that deletes it.

    `questions_go_to` is the host of an embeddings endpoint that is not on our machine.
    """
    goes = (
        _GOES.format(host=escape(questions_go_to)) if questions_go_to else _GO_NOWHERE
    )
    told = f"{_STAYS} {goes}"
    if kept.is_nothing:
        return _view(_NOTHING, told)
    lines = [bold("I keep about you:")]
    if kept.questions:
        left = len(kept.questions) - _MOST
        more = [f"{left:,} more"] if left > 0 else []
        asked = ", ".join([*map(quote, kept.questions[:_MOST]), *more])
        lines.append(f"• Questions whose answer you want to be told: {asked}")
    if kept.subscriptions:
        goes_on = (
            f", of which {kept.of_channels:,} for channels will go on without your name"
            if kept.of_channels
            else ""
        )
        lines.append(
            f"• Subscriptions that you set up: {kept.subscriptions:,}{goes_on}"
        )
    if kept.shown_wordings:
        lines.append(
            f"• Which claims you were shown ({kept.shown_wordings:,}), so that I can "
            "tell you when one was wrong"
        )
    if kept.messages:
        lines.append(
            f"• What I wrote to you ({kept.messages:,}), so that I can tell you where "
            "it was wrong"
        )
    if kept.votes:
        lines.append(
            f"• Whether you found answers helpful ({kept.votes:,}), kept without your "
            "name"
        )
    if kept.has_visited:
        lines.append("• When you last opened my Home, so that I can show what is new")
    # The button is not the one that a hasty Enter presses.
    sure = ConfirmObject(
        title="Delete it all?",
        text="What comes to you by itself ends, too. It can't be undone.",
        confirm="Delete it all",
        deny="Keep it",
        style="danger",
    )
    button = ButtonElement(
        text="Delete it all", action_id=DELETE, style="danger", confirm=sure
    )
    return _view("\n".join(lines), told, ActionsBlock(elements=[button]))


def forgotten_view() -> dict[str, Any]:
    """Return what the list turns to when all is deleted."""
    return _view(_FORGOTTEN, _STAYS)


def _view(words: str, told: str, *more: SdkBlock) -> dict[str, Any]:
    blocks = [*paragraphs(words), *more, context_block(told)]
    return modal_view("What I know of you", blocks, callback_id=CALLBACK_ID)
