"""The slash command: answered in its acknowledgement, from memory."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.block_kit.part import Part
from bot.installation import Installation
from bot.questions.answers import Answers, ReadTracker
from bot.slack.app import json_response
from bot.slack.background import Background
from bot.slack.payloads import Interaction, Json, read_asker, text_in
from bot.slack.reply_cache import ReplyCache, payload_json
from bot.slack.views.changes import with_corrections
from bot.slack.views.notices import WRONG_COMMAND, notice

Verb = Callable[[Interaction], Awaitable[Part | None]]
"""Answers a command of its own, by the words behind it; None where a modal will."""


@dataclass(frozen=True)
class CommandHandlers:
    """Answers what is typed behind the command; `verbs` are other subjects' words."""

    answers: Answers
    reply_cache: ReplyCache
    read_tracker: ReadTracker
    background: Background
    command: str
    verbs: Mapping[str, Verb]

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to the command."""
        slack_app.command(self.command)(self.typed)

    def register_fallback(self, slack_app: AsyncApp) -> None:
        """Answer a command that was given to the app and is none of ours."""
        slack_app.command(re.compile(""))(self.typed_another)

    async def typed(self, installation: Installation, body: Json) -> BoltResponse:
        """Answer the command, with what was wrong when its asker looked last."""
        asker, words = read_asker(installation, body), text_in(body, "text")
        verb, _, rest = words.strip().partition(" ")
        if answer_verb := self.verbs.get(verb.casefold()):
            trigger_id = text_in(body, "trigger_id")
            part = await answer_verb(
                Interaction(asker, value=rest.strip(), trigger_id=trigger_id)
            )
            return json_response(payload_json(part) if part else "")

        answer = await self.answers.to_command(asker, words)
        corrected = self.read_tracker.corrected(asker, answer.library)
        marks = self.reply_cache.marks(answer)
        shown = self.read_tracker.shown(asker, answer, marks, notified=corrected)
        self.background.start(shown, "reading")
        if not corrected:
            return json_response(self.reply_cache.json(answer))
        part, context = self.reply_cache.part(answer), self.reply_cache.context(answer)
        return json_response(payload_json(with_corrections(part, context, corrected)))

    async def typed_another(self) -> BoltResponse:
        """Name the command that is ours."""
        words = WRONG_COMMAND.format(command=self.command)
        return json_response(payload_json(notice(words)))
