"""An answer as it is shared: for everybody in the room, with who shared it. No I/O."""

from datetime import date

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.questions.pages import Page, Shown
from bot.slack.views.controls import without_share
from bot.slack.views.message import context_block, remade
from bot.slack.views.render import render
from bot.slack.views.render_context import RenderContext


class SharedAnswers:
    """A `SharedRenderer` by the rules of every answer."""

    def __init__(self, command: str = "/brief") -> None:
        self._command = command

    def render(self, page: Page, library: SubLibrary, *, by: str, today: date) -> Part:
        answer = render(Shown(page), RenderContext(library, today, self._command))
        who = context_block(f"Shared by <@{by}>").to_dict()
        return remade(answer, [*without_share(answer.blocks), who])
