"""An answer as it is shared: for everybody in the room, with who shared it. No I/O."""

from collections.abc import Iterator
from datetime import date

from bot.block_kit.part import Block, Part
from bot.briefing.library import SubLibrary
from bot.services.pages import Page, Shown
from bot.slack.blocks.controls import Action
from bot.slack.blocks.edition import Edition
from bot.slack.blocks.message import context, remade
from bot.slack.blocks.render import render


class SharedAnswers:
    """A `SharedRenderer` by the rules of every answer."""

    def __init__(self, command: str = "/brief") -> None:
        self._command = command

    def render(self, page: Page, library: SubLibrary, *, by: str, today: date) -> Part:
        answer = render(Shown(page), Edition(library, today, self._command))
        who = context(f"Shared by <@{by}>").to_dict()
        return remade(answer, [*_without_share(answer.blocks), who])


def _without_share(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Leave out the button that would share once more what everybody sees."""
    for block in blocks:
        if block["type"] != "actions":
            yield block
            continue
        elements = [e for e in block["elements"] if not _shares(e["action_id"])]
        if elements:
            yield {**block, "elements": elements}


def _shares(action_id: str) -> bool:
    return action_id.partition("/")[0] == Action.SHARE
