"""The slash command: answered in its acknowledgement, from memory, or right after."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from slack_bolt.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.block_kit.part import Part
from bot.corrections.model import ClaimKey
from bot.installation import Installation
from bot.questions.answers import Answer, Answers, ReadTracker
from bot.questions.changes_since import is_counted
from bot.questions.pages import Slashed
from bot.questions.understand import one_line
from bot.readers.receipts import linked_message
from bot.slack.app import json_response
from bot.slack.background import Background
from bot.slack.payloads import Interaction, Json, read_interaction, text_in
from bot.slack.reply_cache import (
    ReplyCache,
    fits_acknowledgement,
    payload_json,
)
from bot.slack.responder import Responder
from bot.slack.views.changes import with_corrections
from bot.slack.views.notices import WRONG_COMMAND, notice


class Unknown(Enum):
    """What a verb answers where the words behind it name nothing of its own."""

    NAME = auto()


Verb = Callable[[Interaction], Awaitable[Part | Unknown | None]]
"""Answers a command of its own, by the words behind it; None where a modal did.

It is asked after the acknowledgement, so it may take its time.
"""
MOST_AT_ONCE = 400
"""Characters up to which words are read before the acknowledgement: a draft of many
sentences takes longer than an acknowledgement should."""
WHY = "why"
"""The verb that is one only before a digest's name: else it begins a question."""
RECEIPT = "receipt"
"""The verb that is one only alone or before a message's link: else it asks something.

It is looked for before the words are read, since links are no words of a question.
"""
_AUXILIARIES = frozenset(
    (
        *("is", "are", "was", "were", "do", "does", "did", "has", "have", "had"),
        *("will", "would", "can", "could", "should", "may", "might", "must"),
        *("isn't", "aren't", "wasn't", "weren't", "don't", "doesn't", "didn't"),
    )
)
"""Behind "why" they begin a question: the database need not be asked."""


@dataclass(frozen=True)
class CommandHandlers:
    """Answers what is typed behind the command; `verbs` are other subjects' words."""

    answers: Answers
    reply_cache: ReplyCache
    read_tracker: ReadTracker
    responder: Responder
    background: Background
    command: str
    verbs: Mapping[str, Verb]

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to the command."""
        slack_app.middleware(_CommandListener(self.command, self.typed))

    def register_fallback(self, slack_app: AsyncApp) -> None:
        """Answer a command that was given to the app and is none of ours."""
        slack_app.command(re.compile(""))(self.typed_another)

    async def typed(self, installation: Installation, body: Json) -> BoltResponse:
        """Answer the command, with what was wrong when its asker looked last.

        What asks the database, or an embeddings endpoint, is acknowledged first and
        answered after that; so is a long text.
        """
        typed, words = read_interaction(installation, body), text_in(body, "text")
        if words.lstrip()[: len(WHY)].casefold() == WHY and WHY in self.verbs:
            verb, _, name = one_line(words).partition(" ")
            is_question = name.partition(" ")[0].casefold() in _AUXILIARIES
            if verb.casefold() == WHY and not is_question:
                named = replace(typed, value=name.strip())
                return self._later(typed, self._explain(named, words))

        verb, _, link = words.strip().partition(" ")
        if verb.casefold() == RECEIPT and (not link or linked_message(link)):
            linked = replace(typed, value=link)
            return self._later(typed, self._answer(linked, self.verbs[RECEIPT]))

        if len(words) > MOST_AT_ONCE:
            return self._later(typed, self._answer_later(typed, words))
        answer = await self.answers.to_command(typed.asker, words)
        reply = answer.reply
        if isinstance(reply, Slashed) and (answer_verb := self.verbs.get(reply.verb)):
            typed = replace(typed, value=reply.words)
            return self._later(typed, self._answer(typed, answer_verb))
        if is_counted(reply):
            return self._later(typed, self._answer_changes(typed, answer))
        if answer.is_unfinished:
            return self._later(typed, self._answer_later(typed, words))

        corrected = self._note_what_is_read(typed, answer)
        if not corrected and self.reply_cache.fits_acknowledgement(answer):
            # Nothing is rendered here that was rendered before.
            return json_response(self.reply_cache.json(answer))
        part = self._part(answer, corrected)
        json = payload_json(part)
        if not fits_acknowledgement(json):
            return self._later(typed, self.responder.reply(typed, part))
        return json_response(json)

    def _later(self, typed: Interaction, work: Awaitable[None]) -> BoltResponse:
        """Acknowledge without an answer, which this work gives."""
        self.background.start(self.responder.carry_out(typed, work), "command")
        return json_response("")

    async def _answer(self, typed: Interaction, answer_verb: Verb) -> None:
        part = await answer_verb(typed)
        if isinstance(part, Part):
            await self.responder.reply(typed, part)

    async def _explain(self, typed: Interaction, words: str) -> None:
        """Say what became of the digest named; other words are a question."""
        part = await self.verbs[WHY](typed)
        if part is Unknown.NAME:
            await self._answer_later(typed, words)
        if isinstance(part, Part):
            await self.responder.reply(typed, part)

    async def _answer_later(self, typed: Interaction, words: str) -> None:
        answer = await self.answers.to_command(typed.asker, words, is_acknowledged=True)
        part = self._part(answer, self._note_what_is_read(typed, answer))
        await self.responder.reply(typed, part)

    async def _answer_changes(self, typed: Interaction, answer: Answer) -> None:
        counted = await self.answers.since_last_digest(typed.asker, answer)
        part = self._part(counted, self._note_what_is_read(typed, counted))
        await self.responder.reply(typed, part)

    def _note_what_is_read(
        self, typed: Interaction, answer: Answer
    ) -> tuple[ClaimKey, ...]:
        """Note what the asker reads; return what is corrected since they looked."""
        corrected = self.read_tracker.corrected(typed.asker, answer.library)
        claims = self.reply_cache.claims(answer)
        self.read_tracker.note(typed.asker, answer, claims, notified=corrected)
        return corrected

    def _part(self, answer: Answer, corrected: tuple[ClaimKey, ...]) -> Part:
        """Return the answer under what it corrects."""
        part = self.reply_cache.part(answer)
        if not corrected:
            return part
        return with_corrections(part, self.reply_cache.context(answer), corrected)

    async def typed_another(self) -> BoltResponse:
        """Name the command that is ours."""
        words = WRONG_COMMAND.format(command=self.command)
        return json_response(payload_json(notice(words)))


class _CommandListener(AsyncMiddleware):
    """Answers the command before Bolt walks its listeners.

    For one of those Bolt would gather some thirty arguments by name, twice: that takes
    as long as the answer.
    """

    def __init__(
        self,
        command: str,
        typed: Callable[[Installation, Json], Awaitable[BoltResponse]],
    ) -> None:
        self._command = command
        self._typed = typed

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        if req.body.get("command") != self._command:
            return await next()
        return await self._typed(req.context["installation"], req.body)
