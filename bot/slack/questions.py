"""Questions in plain words: direct messages, mentions, and the message shortcut."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.installation import Installation
from bot.questions.answers import Answers, ReadTracker
from bot.questions.conversation import AddressedMessage, Conversation
from bot.slack.background import Background
from bot.slack.manifest import LOOK_UP
from bot.slack.message_words import question_in
from bot.slack.payloads import (
    Interaction,
    Json,
    read_interaction,
    text_in,
)
from bot.slack.reply_cache import ReplyCache
from bot.slack.responder import Responder
from bot.slack.views.mrkdwn import written

_WRITTEN_BY_PEOPLE = frozenset({"", "file_share", "thread_broadcast"})
"""Message subtypes in which somebody says something; all others tell of something."""


@dataclass(frozen=True)
class QuestionHandlers:
    """Takes questions down to be answered by a post, or answers them in a modal."""

    conversation: Conversation
    answers: Answers
    reply_cache: ReplyCache
    read_tracker: ReadTracker
    responder: Responder
    background: Background

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to direct messages and mentions; Slack may tell of one as both."""
        slack_app.event("message")(self.direct_message)
        slack_app.event("app_mention")(self.mentioned)
        slack_app.message_shortcut(LOOK_UP)(self.shortcut_chosen)

    async def direct_message(
        self, installation: Installation, event: Json, bot_user_id: str
    ) -> None:
        """Store the question before Slack is answered, so that none gets lost.

        In a group DM people talk to each other: what names the bot is for it.
        """
        kind = text_in(event, "channel_type")
        if kind == "mpim" and f"<@{bot_user_id}" in text_in(event, "text"):
            await self._take_down(installation, event, is_dm=False)
        if kind == "im":
            await self._take_down(installation, event, is_dm=True)

    async def mentioned(self, installation: Installation, event: Json) -> None:
        """Store the question before Slack is answered, so that none gets lost."""
        is_dm = text_in(event, "channel").startswith("D")
        await self._take_down(installation, event, is_dm=is_dm)

    async def _take_down(
        self, installation: Installation, event: Json, *, is_dm: bool
    ) -> None:
        """Store what a person wrote just now: no bot's words, no edit, no notice.

        Slackbot is a person to Slack; its name is the same in every workspace.
        """
        user_id = text_in(event, "user")
        is_other = event.get("bot_id") or event.get("hidden") or event.get("edited")
        if is_other or text_in(event, "subtype") not in _WRITTEN_BY_PEOPLE:
            return
        if user_id in ("", "USLACKBOT"):
            return

        message = AddressedMessage(
            installation,
            text_in(event, "channel"),
            user_id,
            text_in(event, "ts"),
            # A wave or an address alone asks nothing, and is answered as small talk.
            question_in(event) or written(text_in(event, "text")),
            thread_ts=text_in(event, "thread_ts"),
            is_dm=is_dm,
        )
        await self.conversation.receive(message)

    async def shortcut_chosen(
        self, ack: AsyncAck, installation: Installation, body: Json
    ) -> None:
        """Search for the words of any message: commands do not work in threads."""
        await ack()
        interaction = read_interaction(installation, body)
        message = body.get("message")
        words = question_in(message) if isinstance(message, Mapping) else ""
        words = words or written(interaction.message_text)
        interaction = replace(interaction, value=words)
        work = self.responder.carry_out(interaction, self.look_up(interaction))
        self.background.start(work, "look-up")

    async def look_up(self, interaction: Interaction) -> None:
        """Answer words that were no command, to their asker alone, in a modal."""
        asker = interaction.asker
        answer = await self.answers.to_search(asker, interaction.value)
        marks = self.reply_cache.marks_in_view(answer)
        self.background.start(self.read_tracker.shown(asker, answer, marks), "reading")
        await self.responder.open(interaction, self.reply_cache.view(answer))
