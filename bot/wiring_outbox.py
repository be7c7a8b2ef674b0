"""`open_outbox`: everything that posts, composed in one place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

from bot.audiences import RememberedAudiences
from bot.curators.edit_links import ClaimPlaces
from bot.curators.notices import CuratorNotices
from bot.db.database import Database, open_database
from bot.db.migrate import migrate
from bot.files.git import library_version
from bot.installation import Installation
from bot.interfaces import Clock, LibrarySource
from bot.metrics import Metrics
from bot.outbox.composers import KindComposer, NoticeComposer
from bot.outbox.context import DeliveryContext
from bot.outbox.destinations import SqlDestinationStore
from bot.outbox.history import DeliveryHistory
from bot.outbox.intake import Intake
from bot.outbox.interfaces import Composer, Messenger
from bot.outbox.model import DeliveryKind
from bot.outbox.notifier import LocalNotifier
from bot.outbox.pacing import Limits, Pacing
from bot.outbox.store import DeliveryStore
from bot.outbox.worker import Worker
from bot.questions.changes_since import ChangesSince
from bot.questions.sharing import OutboxSharing, ShareComposer
from bot.reloader import LoadHook, Reloader, unseen
from bot.revisions.revisions import Revisions
from bot.revisions.store import RevisionStore
from bot.scheduling.alarms import alarms
from bot.scheduling.composer import DigestComposer
from bot.scheduling.listing import DigestListing
from bot.scheduling.planner import Planner
from bot.scheduling.planning_loop import PlanningLoop
from bot.scheduling.preflight import Preflight
from bot.scheduling.sources import AllDigests
from bot.scheduling.watermarks import WatermarkStore
from bot.settings import Settings
from bot.slack.views.digest import DigestRenderer
from bot.slack.views.notice_words import NoticeWords
from bot.slack.views.shared import SharedAnswers
from bot.subscriptions.store import SubscriptionStore


@dataclass(frozen=True)
class Workspace:
    """What the outbox needs of Slack, and of the files."""

    installation: Installation
    messenger: Messenger
    audiences: RememberedAudiences
    briefings: LibrarySource
    places: ClaimPlaces


class Stores:
    """The outbox's stores on one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.bell = _bell(database, settings.database_url)
        self.deliveries = DeliveryStore(database, settings.timing, self.bell)
        self.history = DeliveryHistory(database)
        self.destinations = SqlDestinationStore(database)
        self.revisions = RevisionStore(database)
        self.subscriptions = SubscriptionStore(database)
        self.watermarks = WatermarkStore(database)


def _bell(database: Database, url: str) -> LocalNotifier:
    if database.is_sqlite:
        return LocalNotifier()
    # Its driver is an extra, which nobody needs who stays with SQLite.
    bell: LocalNotifier = import_module(
        "bot.outbox.postgres_notifier"
    ).PostgresNotifier(url)
    return bell


Task = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Something that goes on until the event is set."""


@dataclass
class Outbox:
    """The outbox at work.

    `composers` and `notices_of` (by the first step of a notice's subject), `hooks`,
    `tasks`, which run beside the worker until told to stop, and what is awaited at the
    `end`, before the database is closed, may be added to until it runs.
    """

    stores: Stores
    settings: Settings
    workspace: Workspace
    alarm: asyncio.Event
    hourly: asyncio.Event
    metrics: Metrics = field(default_factory=Metrics)
    composers: dict[DeliveryKind, Composer] = field(default_factory=dict)
    notices_of: dict[str, Composer] = field(default_factory=dict)
    hooks: list[LoadHook] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    end: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores, settings = self.stores, self.settings
        clock = stores.deliveries
        briefings = self.workspace.briefings
        self.revisions = Revisions(stores.revisions, clock)
        self.intake = Intake(stores.deliveries)
        self.digests = AllDigests(briefings, stores.subscriptions)
        self.notices = CuratorNotices(stores.deliveries, briefings, self.digests)
        self.pacing = Pacing(Limits(posts_at_once=settings.workers))
        self.planner = Planner(
            stores.deliveries,
            stores.watermarks,
            stores.destinations,
            timing=settings.timing,
            subscribed=self.digests,
            is_behind=lambda: self.revisions.is_behind,
        )
        self.preflight = Preflight(
            self.workspace.messenger,
            stores.destinations,
            self.pacing,
            observer=self.notices,
            audience=unseen(briefings),
        )
        self._add_composers()

    def _add_composers(self) -> None:
        audiences, command = self.workspace.audiences, self.settings.command
        self.composers[DeliveryKind.DIGEST] = DigestComposer(
            self.digests,
            self.revisions,
            self.stores.deliveries,
            audiences=audiences,
            renderer=DigestRenderer(command),
            timing=self.settings.timing,
        )
        self.composers[DeliveryKind.SHARE] = ShareComposer(
            self.revisions, audiences=audiences, renderer=SharedAnswers(command)
        )
        notices = NoticeComposer(NoticeWords(), self.notices_of)
        self.composers[DeliveryKind.NOTICE] = notices

    @property
    def sharing(self) -> OutboxSharing:
        """What the button "Share here" calls."""
        return OutboxSharing(
            self.stores.deliveries,
            self.revisions,
            audiences=self.workspace.audiences,
            messenger=self.workspace.messenger,
        )

    @property
    def since(self) -> ChangesSince:
        """What "what changed?" asks."""
        return ChangesSince(
            self.stores.history, self.revisions, audiences=self.workspace.audiences
        )

    @property
    def listing(self) -> DigestListing:
        """What `/brief digests` and `/brief why` ask."""
        return DigestListing(
            self.workspace.briefings,
            self.stores.subscriptions,
            self.stores.destinations,
            audiences=self.workspace.audiences,
            history=self.stores.history,
            store=self.stores.deliveries,
        )

    def worker(self) -> Worker:
        """Return a worker; any number may run side by side."""
        kit = DeliveryContext(
            store=self.stores.deliveries,
            destinations=self.stores.destinations,
            messenger=self.workspace.messenger,
            composer=KindComposer(self.composers),
            observer=self.metrics.beside(self.notices),
            pacing=self.pacing,
            timing=self.settings.timing,
            uncertain=self.settings.uncertain,
        )
        return Worker(kit, self.stores.bell)

    async def run(self, stop: asyncio.Event) -> None:
        """Plan and deliver until told to stop; what is under way is finished first."""
        worker = self.worker()
        self.intake.use(worker)
        bell = asyncio.create_task(self.stores.bell.run(), name="bell")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.loads().follow(stop), name="loads")
                group.create_task(self.rounds().run(stop), name="rounds")
                group.create_task(worker.run(), name="worker")
                for task in self.tasks:
                    group.create_task(task(stop))
                await stop.wait()
                worker.stop()
        finally:
            self.intake.use(None)
            bell.cancel()

    def rounds(self) -> PlanningLoop:
        """Return the minute by minute of planning."""
        return PlanningLoop(
            self.revisions,
            self.planner,
            self.preflight,
            self.stores.deliveries,
            self.settings.timing,
            self.alarm,
        )

    def loads(self) -> Reloader:
        """Return what follows from each load."""
        return Reloader(
            self.workspace.briefings,
            self.revisions,
            self.planner,
            self.preflight,
            self.notices,
            vintage=partial(library_version, self.settings.briefs),
            installations=[self.workspace.installation],
            hooks=[*self.hooks, self._plan_at_once],
        )

    async def _plan_at_once(self, _library: object) -> None:
        """What was missed while we were away does not wait for the next minute."""
        self.alarm.set()


@asynccontextmanager
async def open_outbox(
    settings: Settings, workspace: Workspace, *, clock: Clock | None = None
) -> AsyncIterator[Outbox]:
    """Open the database, its tables up to date, and compose what posts.

    `clock` is for tests, which move the time.
    """
    url = settings.database_url
    async with open_database(url, clock=clock) as database, alarms() as alarm_clock:
        await migrate(database, url)
        stores = Stores(database, settings)
        minutely, hourly = alarm_clock.each_minute(), alarm_clock.each_hour()
        outbox = Outbox(stores, settings, workspace, minutely, hourly)
        yield outbox
        for finish in outbox.end:
            await finish()
        await stores.deliveries.close()
