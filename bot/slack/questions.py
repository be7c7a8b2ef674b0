"""Questions in plain words: direct messages, mentions, and the message shortcut."""

from collections.abc import Callable, Mapping
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
    """Takes questions down to be answered by a post, or answers them in a modal.

    `is_agent` says of a workspace whether each direct message begins a thread there.
    """

    conversation: Conversation
    is_agent: Callable[[Installation], bool]
    answers: Answers
    reply_cache: ReplyCache
    read_tracker: ReadTracker
    responder: Responder
    background: Background

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to direct messages and mentions; Slack may tell of one as both."""
        slack_app.event("message")(self.written)
        slack_app.event("app_mention")(self.mentioned)
        slack_app.message_shortcut(LOOK_UP)(self.shortcut_chosen)

    async def written(
        self, installation: Installation, event: Json, bot_user_id: str
    ) -> None:
        """Store the question before Slack is answered, so that none gets lost.

        In a group DM people talk to each other: what names the bot is for it. Of
        channels the bot hears only where `manifest --threads` asked for that.
        """
        match text_in(event, "channel_type"):
            case "im":
                await self._take_down(installation, event, is_dm=True)
            case "mpim" if f"<@{bot_user_id}" in text_in(event, "text"):
                await self._take_down(installation, event, is_dm=False)
            case "channel" | "group":
                await self._replied(installation, event)

    async def _replied(self, installation: Installation, event: Json) -> None:
        """Read on where somebody goes on asking in the thread of their own mention.

        Everything else that is said in channels is dropped here, unread. Whose thread
        it is stands in the event, and whether we answered there is looked up by the
        key of that answer: no call of Slack's, and no search.
        """
        thread_ts, user_id = text_in(event, "thread_ts"), text_in(event, "user")
        is_own_thread = user_id and text_in(event, "parent_user_id") == user_id
        # A name in it makes it somebody else's, or a mention that is told of apart.
        names_somebody = "<@" in text_in(event, "text")
        if not (thread_ts and is_own_thread) or names_somebody:
            return
        channel_id = text_in(event, "channel")
        if await self.conversation.has_answered(installation, channel_id, thread_ts):
            await self._take_down(installation, event, is_dm=False, is_reply=True)

    async def mentioned(self, installation: Installation, event: Json) -> None:
        """Store the question before Slack is answered, so that none gets lost."""
        is_dm = text_in(event, "channel").startswith("D")
        await self._take_down(installation, event, is_dm=is_dm)

    async def _take_down(
        self,
        installation: Installation,
        event: Json,
        *,
        is_dm: bool,
        is_reply: bool = False,
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
            begins_thread=is_dm and self.is_agent(installation),
            is_reply=is_reply,
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
        self.read_tracker.note(asker, answer, self.reply_cache.claims_in_view(answer))
        await self.responder.open(interaction, self.reply_cache.view(answer))
