"""Buttons and menus under answers: a page opened, turned to, copied or shared."""

import re
from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncApp

from bot.questions.answers import Answer, Answers, ReadTracker
from bot.questions.pages import Gone, Shown, Since
from bot.questions.sharing import SHARED, Sharing
from bot.slack.background import Background
from bot.slack.feedback import FeedbackHandlers
from bot.slack.payloads import Interaction
from bot.slack.receipts import ReceiptHandlers
from bot.slack.reply_cache import ReplyCache
from bot.slack.responder import Responder, after_ack
from bot.slack.views.controls import Action
from bot.slack.views.modal import reply_modal
from bot.slack.views.notices import NOT_UNDERSTOOD, notice
from bot.slack.views.render import copy_modal


@dataclass(frozen=True)
class PageHandlers:
    """Does what a control says with the page that it carries."""

    answers: Answers
    reply_cache: ReplyCache
    read_tracker: ReadTracker
    sharing: Sharing
    feedback: FeedbackHandlers
    receipts: ReceiptHandlers
    responder: Responder
    background: Background
    command: str

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to every control: those that are not ours get a kind word."""
        follow = after_ack(self.follow, "interaction", self.responder, self.background)
        slack_app.action(re.compile(""))(follow)

    async def follow(self, interaction: Interaction) -> None:
        """Do what a control says; whatever happens, the person is answered."""
        if interaction.action is Action.CHECK:
            asker, text = interaction.asker, interaction.value
            checked = await self.answers.to_draft(asker, text)
            claims = self.reply_cache.claims_in_view(checked)
            self.read_tracker.note(asker, checked, claims)
            await self.responder.open(interaction, self.reply_cache.view(checked))
            return
        page = interaction.page
        if interaction.action is None or page is None:
            words = NOT_UNDERSTOOD.format(command=self.command)
            await self.responder.add(interaction, notice(words))
            return
        if interaction.action is Action.RECEIPT:
            await self.responder.add(
                interaction, await self.receipts.pressed(interaction)
            )
            return

        answer = await self.answers.to_page(interaction.asker, page)
        if not isinstance(answer.reply, Shown):
            await self._say_why_not(interaction, answer)
            return
        match interaction.action:
            case Action.COPY:
                asker, context = interaction.asker, self.reply_cache.context(answer)
                counted = await self.answers.since_last_digest(asker, answer)
                since = counted.reply if isinstance(counted.reply, Since) else None
                view = copy_modal(context, page, since)
                gone = replace(answer, reply=Gone(page))
                await self.responder.open(
                    interaction, view or self.reply_cache.view(gone)
                )
            case Action.SHARE:
                outcome = await self.sharing.share(
                    interaction.asker, page, interaction.trigger_id
                )
                # What was shared needs no button; what was not can be tried again.
                is_shared = outcome == SHARED
                say = self.responder.reply if is_shared else self.responder.add
                await say(interaction, notice(outcome))
            case Action.REPORT:
                await self.feedback.report(interaction, page, answer.library)
            case _:
                await self._show(interaction, answer)

    async def _say_why_not(self, interaction: Interaction, answer: Answer) -> None:
        """Answer with the reason; where a modal was asked for, it comes in one."""
        part = self.reply_cache.part(answer)
        if interaction.action in (Action.DETAIL, Action.COPY):
            await self.responder.open(interaction, reply_modal(part))
        else:
            await self.responder.add(interaction, part)

    async def _show(self, interaction: Interaction, answer: Answer) -> None:
        asker = interaction.asker
        self.read_tracker.note(asker, answer, self.reply_cache.claims(answer))
        if interaction.action is Action.DETAIL or interaction.is_home:
            await self.responder.open(interaction, self.reply_cache.view(answer))
        elif interaction.in_modal:
            await self.responder.turn(interaction, self.reply_cache.view(answer))
        else:
            answer = await self.answers.since_last_digest(asker, answer)
            await self.responder.reply(interaction, self.reply_cache.part(answer))
