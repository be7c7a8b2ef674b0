"""What curators press: Done and Reply under notices, and the board in their Home."""

import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.audiences import Asker
from bot.curators.handling import Handling
from bot.installation import Installation
from bot.outbox.model import MessageRef
from bot.slack.background import Background
from bot.slack.payloads import (
    Interaction,
    Json,
    field_in,
    read_asker,
    text_in,
)
from bot.slack.responder import Responder, after_ack
from bot.slack.views.feedback import (
    NOTHING_WRITTEN,
    REPLY,
    AskedBy,
    FeedbackField,
    replied_view,
    reply_form,
)
from bot.slack.views.home import BOARD, BoardAction
from bot.slack.views.notices import NoticeAction

PRESS_AGAIN = "Slack didn't open the form just now. Please press Reply again."


@dataclass(frozen=True)
class CuratingHandlers:
    """Opens the reply's form, takes it, and marks what is dealt with."""

    handling: Handling
    responder: Responder
    background: Background
    refresh_home: Callable[[Asker], Coroutine[Any, Any, None]]

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to the buttons under notices, the board's menus, and the form."""
        slack_app.action(NoticeAction.EDIT.value)(self.acknowledged)
        for control, work, name in (
            (NoticeAction.DONE.value, self.mark_done, "notice"),
            (NoticeAction.REPLY.value, self.open_reply, "reply"),
            (BOARD, self.follow_board, "board"),
        ):
            listener = after_ack(work, name, self.responder, self.background)
            slack_app.action(control)(listener)
        slack_app.view(REPLY)(self.replied)

    async def acknowledged(self, ack: AsyncAck) -> None:
        """Let Slack open the link."""
        await ack()

    async def mark_done(self, interaction: Interaction) -> None:
        """Mark the notice as dealt with."""
        message = _message(interaction)
        await self.handling.mark(interaction.asker, message, is_replied=False)

    async def open_reply(self, interaction: Interaction) -> None:
        """Open the form in which to reply to who asked."""
        asked = AskedBy.decode(interaction.value)
        if asked is None:
            return
        message = _message(interaction)
        metadata = json.dumps(
            [asked.user_id, asked.question, message.channel_id, message.ts]
        )
        form = reply_form(asked.question, metadata)
        await self.responder.open(interaction, form, instead=PRESS_AGAIN)

    async def follow_board(self, interaction: Interaction) -> None:
        """Do what a menu of the board says, and draw the Home as it is then."""
        verb, _, id = interaction.value.partition("|")
        match verb:
            case BoardAction.REPLY:
                form = reply_form("", json.dumps([id]))
                await self.responder.open(interaction, form, instead=PRESS_AGAIN)
                return
            case BoardAction.SETTLE_TOPIC:
                await self.handling.settle_topic(interaction.asker, id)
            case BoardAction.SETTLE:
                await self.handling.settle(interaction.asker, id)
        await self.refresh_home(interaction.asker)

    async def replied(
        self, ack: AsyncAck, installation: Installation, body: Json
    ) -> None:
        """Send the reply before Slack is answered, so that none gets lost."""
        curator, view = read_asker(installation, body), body.get("view") or {}
        words = text_in(field_in(view, FeedbackField.COMMENT), "value").strip()
        if not words:
            errors = {FeedbackField.COMMENT.value: NOTHING_WRITTEN}
            await ack(response_action="errors", errors=errors)
            return
        occasion = text_in(view, "id")
        match json.loads(text_in(view, "private_metadata") or "[]"):
            case [str(topic_id)]:
                number = await self.handling.reply_to_topic(
                    curator, topic_id, words, occasion=occasion
                )
                self.background.start(self.refresh_home(curator), "home")
            case [str(user_id), str(question), str(channel_id), str(ts)]:
                number = 1
                await self.handling.reply(
                    curator, [user_id], question, words, occasion=occasion
                )
                await self.handling.mark(
                    curator, MessageRef(channel_id, ts), is_replied=True
                )
            case _:
                number = 0
        await ack(response_action="update", view=replied_view(number))


def _message(interaction: Interaction) -> MessageRef:
    return MessageRef(interaction.asker.channel_id, interaction.message_ts)
