"""Answers as the worker posts them, in a conversation or in a thread. No I/O."""

from datetime import date

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.services.pages import Reply
from bot.slack.blocks.edition import Edition
from bot.slack.blocks.render import render


class PostedAnswers:
    """A `ReplyRenderer` by the rules of every answer."""

    def __init__(self, command: str = "/brief") -> None:
        self._command = command

    def render(self, reply: Reply, library: SubLibrary, *, today: date) -> Part:
        return render(reply, Edition(library, today, self._command))
