"""Everything that answers, over a real database: no listeners, and no Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.audiences import Audiences
from bot.corrections.shown_wordings import ShownWordings, ShownWordingStore
from bot.curators.feedback import Feedback
from bot.db.database import Database, open_database
from bot.interfaces import LibrarySource
from bot.meaning.meanings import Meanings
from bot.metrics import Metrics
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.worker import Worker
from bot.questions.answers import Answers, ReadTracker
from bot.questions.changes_since import ChangesSince
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaults
from bot.questions.conversation import Conversation
from bot.questions.sharing import Sharing
from bot.questions.unanswered import UnansweredQuestions, UnansweredStore
from bot.revisions import Revisions, RevisionStore
from bot.slack.background import Background
from tests.fakes import (
    PlainComposer,
    RecordingMessenger,
    RecordingObserver,
    StoppedClock,
)
from tests.outbox import TIMING, UNLIMITED


@dataclass(frozen=True)
class Answering:
    """The parts; `saved` are the channel defaults that were set."""

    database: Database
    answers: Answers
    read_tracker: ReadTracker
    sharing: Sharing
    feedback: Feedback
    conversation: Conversation
    history: DeliveryHistory
    revisions: Revisions
    saved: list[ChannelDefault]
    background: Background


@asynccontextmanager
async def open_answering(
    url: str,
    briefings: LibrarySource,
    audiences: Audiences,
    clock: StoppedClock | None = None,
    meanings: Meanings | None = None,
) -> AsyncIterator[Answering]:
    """Open the database and compose what answers commands and presses."""
    clock, background = clock or StoppedClock(), Background()
    async with open_database(url, clock=clock) as database:
        notifier = Notifier()
        deliveries = DeliveryStore(database, notifier)
        revisions = Revisions(RevisionStore(database), clock)
        unanswered = UnansweredQuestions(
            UnansweredStore(database), deliveries, audiences=audiences, clock=clock
        )
        history, saved = DeliveryHistory(database), list[ChannelDefault]()
        answers = Answers(
            briefings=briefings,
            audiences=audiences,
            defaults=ChannelDefaults(saved.append),
            changes_since=ChangesSince(history, revisions, audiences=audiences),
            clock=clock,
            observe=Metrics().answered,
            meanings=meanings,
        )
        messenger = RecordingMessenger(clock)
        context = DeliveryContext(
            database=database,
            destinations=DestinationStore(database),
            messenger=messenger,
            composer=PlainComposer(),
            observer=RecordingObserver(),
            pacing=Pacing(UNLIMITED),
            timing=TIMING,
        )
        yield Answering(
            database,
            answers,
            ReadTracker(
                ShownWordings(ShownWordingStore(database), quiet=timedelta()),
                unanswered,
                clock,
                background.start,
            ),
            Sharing(
                deliveries,
                revisions,
                audiences=audiences,
                messenger=messenger,
            ),
            Feedback(deliveries, revisions, unanswered, audiences=audiences),
            Conversation(Worker(context, notifier)),
            history,
            revisions,
            saved,
            background,
        )
