"""`open_outbox`: everything that posts, composed in one place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module

from bot.installation import Installation
from bot.metrics import Metrics
from bot.scheduling import alarms
from bot.services.audiences import RememberedAudiences
from bot.services.composers import KindComposer, NoticeComposer
from bot.services.deliveries import DeliveryKind
from bot.services.digest_listing import DigestListing
from bot.services.digest_sources import AllDigests
from bot.services.digests import DigestComposer
from bot.services.edit_links import ClaimPlaces
from bot.services.intake import Intake
from bot.services.interfaces import BriefingSource, Clock, Composer, Messenger
from bot.services.loading import LoadHook, Loads, unseen
from bot.services.notices import CuratorNotices
from bot.services.pacing import Limits, Pacing
from bot.services.phases.equipment import Equipment
from bot.services.planner import Planner
from bot.services.preflight import Preflight
from bot.services.revisions import Revisions
from bot.services.rounds import Rounds
from bot.services.sharing import OutboxSharing, ShareComposer
from bot.services.since import SinceTold
from bot.services.worker import Worker
from bot.settings import Settings
from bot.slack.blocks.digest import DigestRenderer
from bot.slack.blocks.notice_words import NoticeWords
from bot.slack.blocks.shared import SharedAnswers
from bot.storage.bells import LocalBell
from bot.storage.database import Database, open_database
from bot.storage.deliveries import SqlDeliveryStore
from bot.storage.destinations import SqlDestinationStore
from bot.storage.git import vintage_of
from bot.storage.history import SqlDeliveryHistory
from bot.storage.migrate import migrate
from bot.storage.revisions import SqlRevisionStore
from bot.storage.subscriptions import SqlSubscriptionStore
from bot.storage.watermarks import SqlWatermarkStore


@dataclass(frozen=True)
class Workspace:
    """What the outbox needs of Slack, and of the files."""

    installation: Installation
    messenger: Messenger
    audiences: RememberedAudiences
    briefings: BriefingSource
    places: ClaimPlaces


class Stores:
    """The outbox's stores on one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.bell = _bell(database, settings.database_url)
        self.deliveries = SqlDeliveryStore(database, settings.timing, self.bell)
        self.history = SqlDeliveryHistory(database)
        self.destinations = SqlDestinationStore(database)
        self.revisions = SqlRevisionStore(database)
        self.subscriptions = SqlSubscriptionStore(database)
        self.watermarks = SqlWatermarkStore(database)


def _bell(database: Database, url: str) -> LocalBell:
    if database.is_sqlite:
        return LocalBell()
    # Its driver is an extra, which nobody needs who stays with SQLite.
    bell: LocalBell = import_module("bot.storage.postgres_bell").PostgresBell(url)
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
    def has_moved_on(self) -> bool:
        """Say whether another process has newer briefings than this one."""
        return self.revisions.is_published and self.revisions.is_behind

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
    def since(self) -> SinceTold:
        """What "what changed?" asks."""
        return SinceTold(
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
        kit = Equipment(
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

    def rounds(self) -> Rounds:
        """Return the minute by minute of planning."""
        return Rounds(
            self.revisions,
            self.planner,
            self.preflight,
            self.stores.deliveries,
            self.settings.timing,
            self.alarm,
        )

    def loads(self) -> Loads:
        """Return what follows from each load."""
        return Loads(
            self.workspace.briefings,
            self.revisions,
            self.planner,
            self.preflight,
            self.notices,
            vintage=partial(vintage_of, self.settings.briefs),
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
