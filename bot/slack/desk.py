"""`Desk`: what listeners call, one method for each thing that people do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.corrections.shown_wordings import ClaimKey
from bot.questions.answers import Answer, Answers, ReadTracker
from bot.questions.pages import Gone, Page, Shown
from bot.questions.sharing import Sharing
from bot.slack.background import Background
from bot.slack.feedback_desk import FeedbackDesk
from bot.slack.payloads import Interaction
from bot.slack.reply_cache import ReplyCache, payload_json
from bot.slack.responder import Responder
from bot.slack.views.changes import with_corrections
from bot.slack.views.controls import Action
from bot.slack.views.modal import reply_modal
from bot.slack.views.notices import NOT_UNDERSTOOD, notice
from bot.slack.views.render import copy_modal, modal

Verb = Callable[[Asker, str, str], Awaitable[Part | None]]
"""A command of its own: the asker, the words behind it and the `trigger_id`.

It returns None where a modal is the answer.
"""


@dataclass(frozen=True)
class Desk:
    """The services behind the listeners; `verbs` are commands other services answer.

    `forget` drops what is known of people and channels.
    """

    answers: Answers
    replies: ReplyCache
    doorway: Responder
    background: Background
    command: str
    sharing: Sharing
    read_tracker: ReadTracker
    forget: Callable[..., None]
    curators: FeedbackDesk | None = None
    verbs: Mapping[str, Verb] = field(default_factory=dict)

    async def typed(self, asker: Asker, words: str, trigger_id: str = "") -> str:
        """Return the JSON that answers a command, from memory."""
        verb, _, rest = words.strip().partition(" ")
        if own := self.verbs.get(verb.casefold()):
            part = await own(asker, rest.strip(), trigger_id)
            return payload_json(part) if part else ""
        return self._answered(asker, await self.answers.to_command(asker, words))

    def _answered(self, asker: Asker, answer: Answer) -> str:
        """Render an answer, with what was wrong when its reader looked last."""
        corrected = self.read_tracker.corrected(asker, answer.library)
        self._keep(asker, answer, notified=corrected)
        if not corrected:
            return self.replies.json(answer)
        part, context = self.replies.part(answer), self.replies.context(answer)
        return payload_json(with_corrections(part, context, corrected))

    def _keep(
        self, asker: Asker, answer: Answer, *, notified: Sequence[ClaimKey] = ()
    ) -> None:
        """Store what this person was shown, after the answer has left."""
        marks = self.replies.marks(answer)
        shown = self.read_tracker.shown(asker, answer, marks, notified=notified)
        self.background.start(shown, "reading")

    async def look_up(self, press: Interaction) -> None:
        """Answer the words of a message, to its asker alone, in a modal."""
        answer = await self.answers.to_search(press.asker, press.value)
        self._keep(press.asker, answer)
        await self.doorway.open(press, self._view(answer))

    def _view(self, answer: Answer) -> dict[str, Any]:
        context = self.replies.context(answer)
        if isinstance(answer.reply, Shown):
            view = modal(context, answer.reply.page)
            if view:
                return view
        return reply_modal(self.replies.part(answer))

    async def pressed(self, press: Interaction) -> None:
        """Do what a control says; whatever happens, the person is answered."""
        if press.page is None:
            await self.misread(press)
        else:
            await self._to_page(press, press.page)

    async def misread(self, press: Interaction) -> None:
        """Say kindly that a control carries nothing that can be read."""
        words = NOT_UNDERSTOOD.format(command=self.command)
        await self.doorway.reply(press, notice(words))

    async def _to_page(self, press: Interaction, page: Page) -> None:
        answer = await self.answers.to_page(press.asker, page)
        if not isinstance(answer.reply, Shown):
            await self._say_why_not(press, answer)
            return
        match press.action:
            case Action.COPY:
                await self._copy(press, answer, page)
            case Action.SHARE:
                await self._share(press, page)
            case Action.REPORT if self.curators:
                await self.curators.report(press, page, answer.library)
            case _:
                await self._show(press, answer)

    async def _show(self, press: Interaction, answer: Answer) -> None:
        self._keep(press.asker, answer)
        if press.action is Action.DETAIL:
            await self.doorway.open(press, self._view(answer))
        elif press.view_id:
            await self.doorway.turn(press, self._view(answer))
        else:
            answer = await self.answers.since_last_digest(press.asker, answer)
            await self.doorway.reply(press, self.replies.part(answer))

    async def _say_why_not(self, press: Interaction, answer: Answer) -> None:
        """Where a modal was asked for, the words come in one."""
        part = self.replies.part(answer)
        if press.action in (Action.DETAIL, Action.COPY):
            await self.doorway.open(press, reply_modal(part))
        else:
            await self.doorway.reply(press, part)

    async def _copy(self, press: Interaction, answer: Answer, page: Page) -> None:
        view = copy_modal(self.replies.context(answer), page)
        gone = Answer(Gone(page), answer.library, answer.today)
        await self.doorway.open(press, view or reply_modal(self.replies.part(gone)))

    async def _share(self, press: Interaction, page: Page) -> None:
        said = await self.sharing.share(press.asker, page, press.trigger_id)
        await self.doorway.reply(press, notice(said))
