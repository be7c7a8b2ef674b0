"""`AnswerComposer`: what a question gets, made when it is about to be sent."""

from dataclasses import replace
from datetime import timedelta

from bot.audiences import Audiences, AudienceUnknown, look_up_audience
from bot.briefing.handling import PUBLIC
from bot.briefing.library import Library, SubLibrary
from bot.briefing.search.analysis import words as words_of
from bot.briefing.search.question import may_lean
from bot.briefing.search.wording import read_wording
from bot.corrections.store import ClaimKey, ShownWordingStore
from bot.db.deferred_writes import DeferredWrites
from bot.outbox.model import Composed, Delivery, Ending, Payload, Skipped, Status
from bot.questions.channel_default_store import ChannelDefaultStore
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaults
from bot.questions.conversation import Asked
from bot.questions.pages import (
    DefaultSet,
    Empty,
    Greeting,
    Hedge,
    Help,
    Refusal,
    Reply,
    ReplyRenderer,
    Shown,
    Slashed,
    Thanks,
    Told,
    Unchecked,
)
from bot.questions.small_talk import Courtesy, hear
from bot.questions.turns import ConversationTurn, ConversationTurnStore
from bot.questions.unanswered import UnansweredQuestions
from bot.questions.understand import MOST_CHARACTERS, answer_question, understand
from bot.revisions import Revisions

FOLLOW_UP = timedelta(minutes=10)
"""How long a question may lean on the one before it."""
LOOK_UPS = 3
"""How often who reads an answer is looked up in vain before all get what is CLEAR."""
PATIENCE_S = 1.0
"""How long what answers do not wait for is put off."""
NOT_ANSWERED = Ending(Status.SKIPPED, "skipped: nothing answers that any more")
_COURTESIES: dict[Courtesy, Reply] = {
    Courtesy.HELLO: Greeting(),
    Courtesy.THANKS: Thanks(),
    Courtesy.HELP: Help(),
}


class AnswerComposer:
    """The `Composer` of answers to direct messages, mentions, and those who wait.

    1. Whoever reads it decides what exists: the person in a DM, else the room.
    2. Small talk is answered as such, command words as the command answers them.
    3. Anything else is a question, read with the one before it if it leans on that.
    4. What was asked in vain is kept for the curators before it is answered; what was
       read is counted, and the question kept for the next one, while it is.
    """

    def __init__(
        self,
        revisions: Revisions,
        *,
        audiences: Audiences,
        defaults: ChannelDefaults,
        default_store: ChannelDefaultStore,
        turns: ConversationTurnStore,
        gaps: UnansweredQuestions,
        reads: ShownWordingStore,
        renderer: ReplyRenderer,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._revisions = revisions
        self._audiences = audiences
        self._defaults = defaults
        self._default_store = default_store
        self._turns = turns
        self._gaps = gaps
        self._reads = reads
        self._renderer = renderer
        self._afterwards = DeferredWrites(patience_s)

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Composing it again, after a crash, gives the same answer."""
        asked = Asked.model_validate_json(delivery.request)
        library = await self._revisions.current()
        seen = await self._visible(delivery, asked, library)
        reply = await self._reply(delivery, asked, seen)
        if reply is None:
            return Skipped(NOT_ANSWERED)

        await self._gaps.note(delivery.installation, reply, id=delivery.id)
        part = self._renderer.render(reply, seen, today=delivery.due_at.date())
        read = [ClaimKey(mark.briefing_id, mark.claim_id) for mark in part.claims]
        self._afterwards.add(self._reads.count(delivery.installation, read))
        payload = Payload((part,), library.content_hash, seen.labels_shown)
        return Composed(payload)

    async def drain(self) -> None:
        """Wait until what answers do not wait for is done, too."""
        await self._afterwards.done()

    async def _visible(
        self, delivery: Delivery, asked: Asked, library: Library
    ) -> SubLibrary:
        try:
            audience = await look_up_audience(
                self._audiences,
                delivery.installation,
                library,
                person=asked.user_id,
                channel="" if asked.is_dm else delivery.destination,
            )
        except AudienceUnknown:
            if delivery.failures < LOOK_UPS:
                raise
            audience = PUBLIC
        return library.for_audience(audience)

    async def _reply(
        self, delivery: Delivery, asked: Asked, library: SubLibrary
    ) -> Reply | None:
        if asked.waited:
            return _told(asked, library)
        if not library.briefings:
            return Unchecked() if delivery.failures else Empty()

        heard = hear(asked.words)
        if heard.courtesy is not None:
            return _COURTESIES[heard.courtesy]
        if heard.verb:
            return Slashed(heard.verb)
        if heard.command is not None and not _is_name(heard.words, library):
            before = await self._previous(_turn(delivery, asked, heard.words))
            about = _briefing_of(before, library)
            return await self._to_words(delivery, heard.command, library, about=about)
        return await self._to_question(delivery, asked, heard.words, library)

    async def _to_question(
        self, delivery: Delivery, asked: Asked, words: str, library: SubLibrary
    ) -> Reply:
        turn = _turn(delivery, asked, words)
        previous = await self._previous(turn) if may_lean(words) else None
        reply = await self._to_words(delivery, words, library, previous=previous)

        whole = _whole_question(words, previous)
        self._afterwards.add(self._turns.keep(replace(turn, question=whole)))
        if isinstance(reply, Hedge | Refusal):
            return replace(reply, question=whole)
        return reply

    async def _previous(self, turn: ConversationTurn) -> str | None:
        """Return the question before this one, which may be on its way to the store."""
        await self._afterwards.done()
        before = await self._turns.before(turn, since=turn.asked_at - FOLLOW_UP)
        return before.question if before else None

    async def _to_words(
        self,
        delivery: Delivery,
        words: str,
        library: SubLibrary,
        *,
        previous: str | None = None,
        about: str = "",
    ) -> Reply:
        place = delivery.installation, delivery.destination
        meant = self._defaults.of(*place) or about
        reply = understand(words, library, meant=meant, previous=previous)
        if isinstance(reply, DefaultSet):
            default = ChannelDefault(*place, reply.briefing_id)
            self._defaults.set(default)
            await self._default_store.save(default)
        return reply


def _told(asked: Asked, library: SubLibrary) -> Told | None:
    """Answer somebody who waits; None where what answered it is gone again."""
    meant = asked.briefing_id if asked.briefing_id in library.by_id else ""
    reply = answer_question(asked.words, library, meant=meant)
    if not isinstance(reply, Shown):
        return None
    return Told(asked.words, asked.asked_at.date(), reply.page)


def _briefing_of(question: str | None, library: SubLibrary) -> str:
    """Return which briefing answered, so that "sources?" behind it means its own."""
    reply = answer_question(question, library) if question else None
    return reply.page.briefing_id if isinstance(reply, Shown) else ""


def _is_name(words: str, library: SubLibrary) -> bool:
    """Say whether curators gave these words to something of theirs: then it is that."""
    found = library.names.find(words)
    return found.is_exact and bool(found.things)


def _turn(delivery: Delivery, asked: Asked, words: str) -> ConversationTurn:
    return ConversationTurn(
        delivery.installation,
        delivery.destination,
        asked.user_id,
        asked.ts,
        words,
        asked.asked_at,
    )


def _whole_question(words: str, previous: str | None) -> str:
    """Return the question so that it can be read without the one before it."""
    if previous is None or not read_wording(words_of(words)).is_ellipsis:
        return words[:MOST_CHARACTERS]
    return f"{previous} {words}"[-MOST_CHARACTERS:]
