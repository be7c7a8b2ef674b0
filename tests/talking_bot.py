"""A bot without Slack that is talked to: conversation, worker and a real database."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import Reach
from bot.corrections.composer import CorrectionComposer
from bot.corrections.corrections import Corrections
from bot.corrections.model import Correction, Rules, Unexplained
from bot.corrections.shown_wordings import ShownWordingStore
from bot.db.database import Database, open_database
from bot.files.git import LibraryVersion
from bot.meaning.meanings import Meanings
from bot.metrics import Metrics
from bot.outbox.composers import KindComposer
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import Delivery, DeliveryKind, Ending
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.worker import Worker
from bot.questions.answer_composer import AnswerComposer
from bot.questions.answers import Answers
from bot.questions.changes_since import ChangesSince
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaults
from bot.questions.conversation import (
    AddressedMessage,
    Conversation,
    ConversationTurnStore,
)
from bot.questions.unanswered import UnansweredQuestions, UnansweredStore
from bot.revisions import Revisions, RevisionStore
from bot.slack.views.corrections import SlackCorrectionRenderer
from bot.slack.views.render import PostedAnswers
from bot.subscriptions.store import SubscriptionStore
from tests.fakes import RecordedMessage, RecordingMessenger, StoppedClock
from tests.held import HeldBriefings, KnownAudiences
from tests.outbox import HERE, TIMING, UNLIMITED, no_pause

ANA = "U0ANA"


@dataclass
class RecordedQuestions:
    """A `CuratorQuestions` that remembers what was asked."""

    go: list[Correction] = field(default_factory=list)
    entries: list[Unexplained] = field(default_factory=list)

    async def ask_for_go(self, waiting: Sequence[Correction]) -> None:
        self.go = list(waiting)

    async def say_who_let_out(self, asked: Sequence[Correction]) -> None: ...

    async def ask_for_entries(self, unexplained: Sequence[Unexplained]) -> None:
        self.entries += unexplained


@dataclass
class TalkingBot:
    """One process; a second one on the same database is another replica."""

    database: Database
    clock: StoppedClock
    messenger: RecordingMessenger
    audiences: KnownAudiences = field(
        default_factory=lambda: KnownAudiences(Reach.MEMBER, Reach.OPEN_ROOM)
    )
    endings: "list[Ending]" = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    meanings: Meanings | None = None

    def __post_init__(self) -> None:
        notifier = Notifier()
        self.store = DeliveryStore(self.database, notifier)
        self.revisions = Revisions(RevisionStore(self.database), self.clock)
        self.briefings = HeldBriefings()
        self.saved_defaults: list[ChannelDefault] = []
        self.defaults = ChannelDefaults(self.saved_defaults.append)
        self.unanswered_store = UnansweredStore(self.database)
        self.shown_store = ShownWordingStore(self.database)
        self.turns = ConversationTurnStore(self.database)
        self.subscription_store = SubscriptionStore(self.database)
        self.unanswered = UnansweredQuestions(
            self.unanswered_store,
            self.store,
            audiences=self.audiences,
            clock=self.clock,
        )
        self.answers = Answers(
            briefings=self.briefings,
            audiences=self.audiences,
            defaults=self.defaults,
            changes_since=ChangesSince(
                DeliveryHistory(self.database), self.revisions, audiences=self.audiences
            ),
            clock=self.clock,
            observe=Metrics().answered,
            meanings=self.meanings,
        )
        self.composer = AnswerComposer(
            self.revisions,
            self.answers,
            audiences=self.audiences,
            turns=self.turns,
            unanswered=self.unanswered,
            reads=self.shown_store,
            subscriptions=self.subscription_store,
            render=PostedAnswers().render,
            patience_s=0.0,
        )
        self.questions = RecordedQuestions()
        self.corrections = Corrections(
            self.database,
            self.revisions,
            notifier,
            rules=self.rules,
            has_second=lambda library: [b.id for b in library.briefings if b.curators],
            ask=self.questions,
        )
        context = DeliveryContext(
            database=self.database,
            destinations=DestinationStore(self.database),
            messenger=self.messenger,
            composer=KindComposer(
                {
                    DeliveryKind.ANSWER: self.composer,
                    DeliveryKind.CORRECTION: CorrectionComposer(
                        self.database,
                        self.revisions,
                        audiences=self.audiences,
                        renderer=SlackCorrectionRenderer(),
                    ),
                },
                library=self.revisions.current,
                audiences=self.audiences,
            ),
            observer=self.corrections.hearing(self),
            pacing=Pacing(UNLIMITED),
            timing=TIMING,
            jitter=lambda: 0.0,
            pause=no_pause,
        )
        self.worker = Worker(context, notifier)
        self.conversation = Conversation(self.worker)

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        self.endings.append(ending)

    async def resent_unverified(self, delivery: Delivery) -> None:
        raise AssertionError("every channel here can be read back")

    async def load(self, *briefings: Briefing) -> Library:
        """Take over files that were edited just now."""
        return await self.serve(Library(briefings))

    async def serve(self, library: Library) -> Library:
        """Take over a library that was made just now."""
        self.briefings.served = replace(self.briefings.served, library=library)
        await self.revisions.publish(library, LibraryVersion(self.clock.now()))
        await self.corrections.loaded(library)
        return library

    async def settle(self) -> None:
        """Deliver, and correct what is to be corrected, until nothing is left to do."""
        while True:
            before = len(self.endings)
            await self.corrections.work()
            while await self.worker.take():
                await self.worker.drain()
            if len(self.endings) == before:
                return

    async def hear(
        self,
        words: str,
        *,
        user_id: str = ANA,
        channel_id: str = "",
        thread_ts: str = "",
    ) -> bool:
        """Hear a direct message, or a mention where a channel is given."""
        self.clock.move(timedelta(seconds=1))
        ts = f"{self.clock.now().timestamp():.6f}"
        message = AddressedMessage(
            HERE,
            channel_id or f"D{user_id[1:]}",
            user_id,
            ts,
            words,
            thread_ts=thread_ts,
            is_dm=not channel_id,
        )
        return await self.conversation.receive(message)

    async def answer(self, words: str, **place: str) -> str:
        """Hear a message and return the text of what is posted then."""
        await self.hear(words, **place)
        await self.work()
        return self.last.text

    @property
    def last(self) -> RecordedMessage:
        return self.messenger.messages[-1]

    async def work(self) -> None:
        """Deliver until nothing is left to be taken now."""
        await self.worker.drain()
        while await self.worker.take():
            await self.worker.drain()
        await self.composer.drain()


@asynccontextmanager
async def open_talking_bot(
    url: str,
    messenger: RecordingMessenger,
    *,
    rules: Rules | None = None,
    meanings: Meanings | None = None,
) -> AsyncIterator[TalkingBot]:
    """Open a process on this database; `messenger` is its workspace."""
    async with AsyncExitStack() as stack:
        clock = messenger.clock
        database = await stack.enter_async_context(open_database(url, clock=clock))
        bot = TalkingBot(
            database, clock, messenger, rules=rules or Rules(), meanings=meanings
        )
        yield bot
