"""What is kept about a person, shown to that person alone. No I/O."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.views import View

from bot.readers.personal_data import KeptOfPerson
from bot.slack.views.message import checked_view, context_block, paragraphs
from bot.slack.views.mrkdwn import bold, quote

CALLBACK_ID = "forget"
_MOST = 10

_NOTHING = "I keep nothing about you."
_FORGOTTEN = "Done. I keep nothing about you any more."
_STAYS = (
    "What I wrote to you stays in Slack, where you can see it. My record of it says "
    "which conversation got which message, and not what you asked."
)


def kept_view(kept: KeptOfPerson) -> dict[str, Any]:
    """Return the list of what is kept, which "Forget it all" sends back."""
    if kept.is_nothing:
        return _view([_NOTHING], submit=None)
    return _view(
        [f"{bold('I keep about you:')}", *_lines(kept)], submit="Forget it all"
    )


def forgotten_view() -> dict[str, Any]:
    """Return what the list turns to when all is deleted."""
    return _view([_FORGOTTEN], submit=None)


def _view(lines: Sequence[str], *, submit: str | None) -> dict[str, Any]:
    blocks = [*paragraphs("\n".join(lines)), context_block(_STAYS)]
    view = View(
        type="modal",
        title="What I know of you",
        submit=submit,
        close="Close",
        callback_id=CALLBACK_ID,
        blocks=[block.to_dict() for block in blocks],
    )
    return checked_view(view.to_dict())


def _lines(kept: KeptOfPerson) -> list[str]:
    lines = []
    if kept.questions:
        asked = _some([quote(question) for question in kept.questions])
        lines.append(f"• Questions whose answer you want to be told: {asked}")
    if kept.subscriptions:
        lines.append(f"• Subscriptions that you set up: {kept.subscriptions:,}")
    if kept.glimpses:
        lines.append(
            f"• Which claims you were shown ({kept.glimpses:,}), so that I can tell "
            "you when one was wrong"
        )
    if kept.has_visited:
        lines.append("• When you last opened my Home, so that I can show what is new")
    return lines


def _some(names: list[str]) -> str:
    left = len(names) - _MOST
    return ", ".join([*names[:_MOST], *([f"{left:,} more"] if left > 0 else [])])
