"""`Desk`: what listeners call, one method for each thing that people do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.block_kit.part import Part
from bot.installation import Installation
from bot.services.answers import Answer, Answers
from bot.services.audiences import Asker
from bot.services.pages import Gone, Page, Shown
from bot.services.presses import ClosedCounter, CuratorDesk, Sharing
from bot.slack.background import Background
from bot.slack.blocks.controls import Action
from bot.slack.blocks.modal import copy_modal, modal, reply_modal
from bot.slack.blocks.notices import NOT_UNDERSTOOD, notice
from bot.slack.doorway import Doorway
from bot.slack.payloads import Press
from bot.slack.replies import Replies, payload_json

Verb = Callable[[Asker, str, str], Awaitable[Part | None]]
"""A command of its own: the asker, the words behind it and the `trigger_id`.

It returns None where a modal is the answer.
"""
_CLOSED = ClosedCounter()


def _forget_nothing(_installation: Installation, *_ids: str) -> None:
    return


@dataclass(frozen=True)
class Desk:
    """The services behind the listeners; `verbs` are commands other services answer."""

    answers: Answers
    replies: Replies
    doorway: Doorway
    background: Background
    command: str
    sharing: Sharing = _CLOSED
    curators: CuratorDesk = _CLOSED
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    forget: Callable[..., None] = _forget_nothing

    async def typed(self, asker: Asker, words: str, trigger_id: str = "") -> str:
        """Return the JSON that answers a command, from memory."""
        verb, _, rest = words.strip().partition(" ")
        if own := self.verbs.get(verb.casefold()):
            part = await own(asker, rest.strip(), trigger_id)
            return payload_json(part) if part else ""
        return self.replies.json(await self.answers.to_words(asker, words))

    async def look_up(self, press: Press) -> None:
        """Answer the words of a message, to its asker alone, in a modal."""
        answer = await self.answers.to_question(press.asker, press.value)
        await self.doorway.open(press, self._view(answer))

    def _view(self, answer: Answer) -> dict[str, Any]:
        edition = self.replies.edition(answer)
        if isinstance(answer.reply, Shown):
            view = modal(edition, answer.reply.page)
            if view:
                return view
        return reply_modal(self.replies.part(answer))

    async def pressed(self, press: Press) -> None:
        """Do what a control says; whatever happens, the person is answered."""
        match press.action:
            case Action.ASK:
                said = await self.curators.ask(
                    press.asker, press.value, press.trigger_id
                )
                await self.doorway.reply(press, notice(said))
            case _ if press.page is None:
                await self.misread(press)
            case _:
                await self._to_page(press, press.page)

    async def misread(self, press: Press) -> None:
        """Say kindly that a control carries nothing that can be read."""
        words = NOT_UNDERSTOOD.format(command=self.command)
        await self.doorway.reply(press, notice(words))

    async def _to_page(self, press: Press, page: Page) -> None:
        answer = await self.answers.to_page(press.asker, page)
        if not isinstance(answer.reply, Shown):
            await self._say_why_not(press, answer)
        elif press.action is Action.OPEN and not press.view_id:
            await self.doorway.reply(press, self.replies.part(answer))
        elif press.action in (Action.OPEN, Action.LEAF):
            await self.doorway.turn(press, self._view(answer))
        elif press.action is Action.DETAIL:
            await self.doorway.open(press, self._view(answer))
        elif press.action is Action.COPY:
            await self._copy(press, answer, page)
        else:
            await self._pass_on(press, page)

    async def _say_why_not(self, press: Press, answer: Answer) -> None:
        """Where a modal was asked for, the words come in one."""
        part = self.replies.part(answer)
        if press.action in (Action.DETAIL, Action.COPY):
            await self.doorway.open(press, reply_modal(part))
        else:
            await self.doorway.reply(press, part)

    async def _copy(self, press: Press, answer: Answer, page: Page) -> None:
        view = copy_modal(self.replies.edition(answer), page)
        gone = Answer(Gone(page), answer.library, answer.today)
        await self.doorway.open(press, view or reply_modal(self.replies.part(gone)))

    async def _pass_on(self, press: Press, page: Page) -> None:
        passes = {Action.SHARE: self.sharing.share, Action.REPORT: self.curators.report}
        said = await passes[press.action](press.asker, page, press.trigger_id)
        await self.doorway.reply(press, notice(said))
