"""Answers as the worker posts them, in a conversation or in a thread. No I/O."""

from datetime import date
from weakref import WeakKeyDictionary

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.questions.pages import Reply
from bot.slack.views.controls import without_share
from bot.slack.views.message import remade
from bot.slack.views.render import render
from bot.slack.views.render_context import RenderContext

MOST_KEPT = 1_000
"""Finished answers kept per sub-library; then all go, and come back when asked for."""


class PostedAnswers:
    """A `ReplyRenderer`: every answer, less the button to share what is posted.

    The same answer is made once.
    """

    def __init__(self, command: str = "/brief") -> None:
        self._command = command
        self._kept: WeakKeyDictionary[SubLibrary, dict[tuple[Reply, date], Part]] = (
            WeakKeyDictionary()
        )

    def render(self, reply: Reply, library: SubLibrary, *, today: date) -> Part:
        kept = self._kept.setdefault(library, {})
        if (reply, today) not in kept:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[reply, today] = self._make(reply, library, today)
        return kept[reply, today]

    def _make(self, reply: Reply, library: SubLibrary, today: date) -> Part:
        answer = render(reply, RenderContext(library, today, self._command))
        return remade(answer, without_share(answer.blocks))
