"""`AnswerComposer`: what a message gets, made when it is about to be sent."""

from dataclasses import replace
from datetime import timedelta

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.briefing.drafts.sentences import is_question
from bot.briefing.library import SubLibrary
from bot.briefing.tlp import public_in
from bot.corrections.model import ClaimKey
from bot.corrections.shown_wordings import ShownWordingStore
from bot.db.database import DeferredWrites
from bot.outbox.model import Composed, Delivery, Ending, Payload, Skipped, Status
from bot.questions.answers import Answers
from bot.questions.conversation import (
    AnswerRequest,
    ConversationTurn,
    ConversationTurnStore,
)
from bot.questions.pages import (
    Checked,
    Empty,
    Greeting,
    Hedge,
    Help,
    LateAnswer,
    Policy,
    Refusal,
    RenderReply,
    Reply,
    Shown,
    Since,
    Slashed,
    TextOnly,
    Thanks,
    Unchecked,
    WhatComes,
)
from bot.questions.unanswered import UnansweredQuestions
from bot.questions.understand import (
    answer_question,
    may_follow,
    read_message,
)
from bot.revisions import Revisions
from bot.subscriptions.manage import SubscriptionList
from bot.subscriptions.store import SubscriptionStore

FOLLOW_UP = timedelta(minutes=10)
"""How long a question may lean on the one before it."""
LOOK_UPS = 3
"""How often who reads an answer is looked up before they get what is CLEAR.

Where that does not answer it they hear that it could not be checked."""
PATIENCE_S = 1.0
"""How long what answers do not wait for is put off."""
NOT_ASKED = Ending(Status.SKIPPED, "skipped: nothing was asked in that thread")
NOT_ANSWERED = Ending(Status.SKIPPED, "skipped: nothing answers that any more")


class AnswerComposer:
    """The `Composer` of answers to direct messages, mentions, and those who wait.

    1. Whoever reads it decides what exists: the person in a DM, else the room.
    2. The words are answered as the command's are, with the question before them
       where they may follow it.
    3. A question without an answer is stored for the curators before the reply is
       sent; what was read is counted, and the question stored for the next one, while
       it is.
    """

    def __init__(
        self,
        revisions: Revisions,
        answers: Answers,
        *,
        audiences: Audiences,
        turns: ConversationTurnStore,
        unanswered: UnansweredQuestions,
        reads: ShownWordingStore,
        subscriptions: SubscriptionStore,
        render: RenderReply,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._revisions = revisions
        self._answers = answers
        self._audiences = audiences
        self._turns = turns
        self._unanswered = unanswered
        self._reads = reads
        self._subscriptions = subscriptions
        self._render = render
        self._deferred = DeferredWrites(patience_s)

    def reader(self, delivery: Delivery) -> str:
        return AnswerRequest.model_validate_json(delivery.request).user_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Composing it again, after a crash, gives the same answer."""
        request = AnswerRequest.model_validate_json(delivery.request)
        library = await self._revisions.current()
        is_checked, audience = True, public_in(delivery.installation)
        try:
            audience = await look_up_audience(
                self._audiences,
                delivery.installation,
                library,
                person=self.reader(delivery),
                channel=delivery.destination,
            )
        except AudienceUnknown:
            if delivery.failures < LOOK_UPS or request.waited:
                raise
            is_checked = False
        visible = library.for_audience(audience)

        reply: Reply | None
        if request.waited:
            reply = _late_answer(request, visible)
        elif not visible.briefings:
            reply = Empty() if is_checked else Unchecked()
        else:
            reply = await self._reply(delivery, request, visible)
        if reply is None:
            return Skipped(NOT_ASKED if request.is_reply else NOT_ANSWERED)
        if isinstance(reply, Hedge | Refusal) and not is_checked:
            # What they may see could hold the answer.
            reply = Unchecked()

        if isinstance(reply, Hedge | Refusal):
            await self._unanswered.note(delivery.installation, reply, id=delivery.id)
        part = self._render(reply, visible, delivery.due_at.date())
        read = [ClaimKey(mark.briefing_id, mark.claim_id) for mark in part.claims]
        self._deferred.add(self._reads.count(delivery.installation, read))
        # Changes tell of an earlier library, too, whose labels are not in sight.
        tells_of_past = isinstance(reply, Since)
        labels = visible.labels_allowed if tells_of_past else visible.labels_shown
        by_meaning = isinstance(reply, Hedge | Refusal) and reply.by_meaning
        payload = Payload((part,), library.content_hash, labels, by_meaning)
        return Composed(payload)

    async def drain(self) -> None:
        """Wait until what answers do not wait for is done, too."""
        await self._deferred.done()

    async def _reply(
        self, delivery: Delivery, request: AnswerRequest, library: SubLibrary
    ) -> Reply | None:
        """Answer; None where people seem to talk to each other in a thread."""
        said = read_message(request.words, library)
        asker = Asker(delivery.installation, request.user_id, delivery.destination)
        turn = ConversationTurn(
            delivery.installation,
            delivery.destination,
            request.user_id,
            request.ts,
            said.words,
            request.asked_at,
            delivery.thread_ts,
        )

        previous = None
        if may_follow(said):
            # The question before this one may be on its way to the store.
            await self._deferred.done()
            before = await self._turns.before(turn, since=turn.asked_at - FOLLOW_UP)
            previous = before.question if before else None

        reply = await self._answers.reply(
            asker, said, library, previous=previous, is_for_room=not request.is_dm
        )
        if (
            request.is_dm
            and isinstance(reply, Slashed)
            and reply.verb == "subscriptions"
        ):
            mine = await self._subscriptions.of_person(
                delivery.installation, request.user_id
            )
            return WhatComes(SubscriptionList(tuple(mine))) if mine else reply
        if request.is_reply and not _is_asked(reply, said.words):
            return None
        if not said.is_small_talk or (said.aspect and previous):
            question = self._answers.question_to_keep(
                asker, said, reply, library, previous=previous
            )
            self._deferred.add(self._turns.keep(replace(turn, question=question)))
        return reply


def _is_asked(reply: Reply, words: str) -> bool:
    """Say whether a reply that names nobody asks us: it does if we have the answer.

    A no is for questions alone, and thanks may be meant for anybody there.
    """
    match reply:
        case Greeting() | Thanks() | TextOnly() | Help() | Policy():
            return False
        case Hedge() | Refusal():
            return is_question(words)
        case Checked(check):
            return bool(check.by_weight)
    return True


def _late_answer(request: AnswerRequest, library: SubLibrary) -> LateAnswer | None:
    """Answer somebody who waits; None where what answered it is gone again."""
    assumed = request.briefing_id if request.briefing_id in library.by_id else ""
    reply = answer_question(request.words, library, assumed_briefing=assumed)
    if not isinstance(reply, Shown):
        return None
    return LateAnswer(request.words, request.asked_at.date(), reply.page)
