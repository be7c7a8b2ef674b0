"""What the bot does for people and by itself, built in order and once.

1. `open_workspace`: what Slack and the files give.
2. `open_capabilities`: the database, and everything that works on it.

What is opened here is closed here. A command that needs no listeners opens this much.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.channels import Channels
from bot.corrections.composer import CorrectionComposer
from bot.corrections.corrections import Corrections
from bot.corrections.pruning import Pruning
from bot.corrections.rooms import ChangedRooms
from bot.corrections.shown_wordings import ShownWordings, ShownWordingStore
from bot.curators.correction_notices import CorrectionNotices, has_second_curator
from bot.curators.edit_links import EditLinks
from bot.curators.feedback import SUBJECT, FeedbackComposer
from bot.curators.handling import (
    SUBJECT as HANDLED,
)
from bot.curators.handling import (
    HandledComposer,
    HandledStore,
)
from bot.curators.notices import CuratorNotices
from bot.curators.votes import VoteStore
from bot.db.database import Database, open_database
from bot.db.migrate import migrate
from bot.db.probe import WriteProbe
from bot.files.briefs import YamlBriefingSource
from bot.files.git import library_version
from bot.files.watch import WatchedBriefings
from bot.housekeeping import Housekeeping
from bot.installations.installed import Installations
from bot.installations.store import InstallationStore
from bot.installations.token_cipher import TokenCipher
from bot.interfaces import Clock, LibrarySource, SystemClock
from bot.meaning.meanings import Meanings, choose_embedder
from bot.meaning.vector_store import VectorStore
from bot.metrics import Metrics
from bot.moves import adopt
from bot.outbox.composers import ComposerOfKind, KindComposer, NoticeComposer
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.interfaces import Messenger
from bot.outbox.model import DeliveryKind
from bot.outbox.notifier import notifier_for
from bot.outbox.pacing import PaceLimits, Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.watermarks import WatermarkStore
from bot.outbox.worker import Worker
from bot.questions.answer_composer import AnswerComposer
from bot.questions.answers import Answers, warm_up
from bot.questions.changes_since import ChangesSince
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaultStore
from bot.questions.conversation import ConversationTurnStore
from bot.questions.sharing import ShareComposer
from bot.questions.unanswered import UnansweredQuestions, UnansweredStore
from bot.readers.home_visits import VisitStore
from bot.reloader import LoadHook, Reloader, visibility_check
from bot.revisions import Revisions, RevisionStore
from bot.scheduling.alarms import Alarms, alarms
from bot.scheduling.digest_composer import DigestComposer
from bot.scheduling.digest_sources import AllDigests
from bot.scheduling.planner import Planner
from bot.scheduling.planning_loop import PlanningLoop
from bot.scheduling.preflight import Preflight
from bot.settings import Settings
from bot.slack.background import Background
from bot.slack.clients import InstalledClients
from bot.slack.directory import SlackDirectory
from bot.slack.messenger import SlackMessenger
from bot.slack.views.corrections import SlackCorrectionRenderer
from bot.slack.views.digest import render_digest
from bot.slack.views.feedback import render_note
from bot.slack.views.notices import handled_notice, render_notice
from bot.slack.views.render import PostedAnswers, render_shared
from bot.slack.waits import USUAL_WAITS, Waits
from bot.subscriptions.store import SubscriptionStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """Slack as the capabilities need it, and the files."""

    installed: Installations
    messenger: Messenger
    directory: SlackDirectory
    briefings: LibrarySource
    source: YamlBriefingSource


def open_workspace(
    settings: Settings,
    clients_of: InstalledClients,
    clock: Clock,
    waits: Waits = USUAL_WAITS,
) -> Workspace:
    """Read the briefings, and return them with what is asked of Slack.

    Raise the first `BriefingError` where they have no good state to start with.
    """
    handling = settings.default_handling
    source = YamlBriefingSource(
        settings.briefs,
        default_handling=handling,
        wants_workspaces=settings.slack.has_oauth,
    )
    return Workspace(
        clients_of.installed,
        SlackMessenger(clients_of),
        SlackDirectory(clients_of, clock, waits),
        WatchedBriefings(source, clock),
        source,
    )


class Stores:
    """Every table's store on one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.notifier = notifier_for(settings.database_url)
        self.deliveries = DeliveryStore(database, self.notifier)
        self.history = DeliveryHistory(database)
        self.destinations = DestinationStore(database)
        self.revisions = RevisionStore(database)
        self.watermarks = WatermarkStore(database)
        self.subscriptions = SubscriptionStore(database)
        self.channel_defaults = ChannelDefaultStore(database)
        self.turns = ConversationTurnStore(database)
        self.unanswered = UnansweredStore(database)
        self.shown = ShownWordingStore(database)
        self.visits = VisitStore(database)
        self.votes = VoteStore(database)
        self.installations = InstallationStore(
            database, TokenCipher(settings.keys), client_id=settings.slack.client_id
        )
        self.vectors = VectorStore(database)
        self.handled = HandledStore(database)


class Capabilities:
    """What the bot does for people and by itself, without Bolt's listeners.

    `planning_alarm` wakes the planning loop before its next minute.
    """

    def __init__(
        self,
        settings: Settings,
        workspace: Workspace,
        stores: Stores,
        *,
        clock: Clock,
        alarm_clock: Alarms,
        channel_defaults: Sequence[ChannelDefault],
        after_load: Sequence[LoadHook],
        pacing: Pacing | None,
        metrics: Metrics,
    ) -> None:
        self.settings = settings
        self.workspace = workspace
        self.stores = stores
        self.background = Background()
        self.metrics = metrics
        self.write_probe = WriteProbe(stores.database)
        self.revisions = Revisions(stores.revisions, stores.deliveries)
        self.digests = AllDigests(workspace.briefings, stores.subscriptions)
        self.links = EditLinks(settings.edit_url, workspace.source)
        self.notices = CuratorNotices(
            stores.deliveries,
            workspace.briefings,
            self.digests,
            link_to=self.links.to_error,
        )
        self.shown = ShownWordings(
            stores.shown, quiet=self.settings.correction_rules.quiet
        )
        self.unanswered = UnansweredQuestions(
            stores.unanswered,
            stores.deliveries,
            audiences=workspace.directory,
            clock=clock,
        )
        self.channels = Channels(
            stores.database,
            stores.channel_defaults,
            stores.destinations,
            self.background,
            workspace.installed,
            stored=channel_defaults,
        )
        self.channels.follow(stores.notifier)

        pacing = pacing or Pacing(
            PaceLimits(
                workspace_per_minute=settings.posts_per_minute,
                posts_at_once=settings.workers,
            ),
            in_hand=settings.timing.in_hand,
        )
        self._build_corrections()
        self._build_answers(clock)
        self._build_worker(pacing)
        self._build_planning(alarm_clock, pacing, after_load)
        self._build_housekeeping(alarm_clock, clock)

    def _build_corrections(self) -> None:
        """Build what tells people that something they were shown is wrong by now."""
        stores, workspace = self.stores, self.workspace
        self.corrections = Corrections(
            stores.database,
            self.revisions,
            stores.notifier,
            rules=self.settings.correction_rules,
            has_second=has_second_curator,
            ask=CorrectionNotices(
                stores.deliveries,
                stores.history,
                workspace.briefings,
                lambda: workspace.installed.keys,
                link_to=self.links.to_claim,
            ),
        )
        self.rooms = ChangedRooms(
            stores.database,
            self.revisions,
            workspace.directory,
            stores.notifier,
            siblings=workspace.installed.siblings,
            has_left=workspace.installed.has_left,
            tell=self.notices.overheard,
        )

    def _build_answers(self, clock: Clock) -> None:
        """Build what goes from a person's words to an answer, at once and posted."""
        stores, audiences = self.stores, self.workspace.directory
        self.meanings = Meanings(
            choose_embedder(self.settings.embeddings),
            stores.vectors,
            count=self.metrics.count_vector,
        )
        self.answers = Answers(
            briefings=self.workspace.briefings,
            audiences=audiences,
            defaults=self.channels.defaults,
            changes_since=ChangesSince(
                stores.history, self.revisions, audiences=audiences
            ),
            clock=clock,
            observe=self.metrics.answered,
            meanings=self.meanings,
        )
        self.answer_composer = AnswerComposer(
            self.revisions,
            self.answers,
            audiences=audiences,
            turns=stores.turns,
            unanswered=self.unanswered,
            reads=stores.shown,
            subscriptions=stores.subscriptions,
            render=PostedAnswers(self.settings.command).render,
        )

    def _build_worker(self, pacing: Pacing) -> None:
        """Build what delivers, whatever the kind."""
        stores, workspace = self.stores, self.workspace
        context = DeliveryContext(
            database=stores.database,
            destinations=stores.destinations,
            messenger=workspace.messenger,
            composer=KindComposer(
                self._composers(),
                library=self.revisions.current,
                audiences=workspace.directory,
            ),
            observer=self.metrics.counting(self.corrections.hearing(self.notices)),
            pacing=pacing,
            timing=self.settings.timing,
            uncertain=self.settings.uncertain,
        )
        self.worker = Worker(context, stores.notifier)

    def _composers(self) -> dict[DeliveryKind, ComposerOfKind]:
        """Return who makes what a delivery of each kind says."""
        audiences, command = self.workspace.directory, self.settings.command
        feedback = FeedbackComposer(
            self.revisions,
            audiences=audiences,
            links=self.links,
            render=render_note,
        )
        return {
            DeliveryKind.ANSWER: self.answer_composer,
            DeliveryKind.DIGEST: DigestComposer(
                self.digests,
                self.revisions,
                self.stores.history,
                clock=self.stores.deliveries,
                audiences=audiences,
                render=partial(render_digest, command=command),
                timing=self.settings.timing,
            ),
            DeliveryKind.SHARE: ShareComposer(
                self.revisions,
                audiences=audiences,
                render=partial(render_shared, command=command),
            ),
            DeliveryKind.CORRECTION: CorrectionComposer(
                self.stores.database,
                self.revisions,
                audiences=audiences,
                renderer=SlackCorrectionRenderer(),
            ),
            DeliveryKind.NOTICE: NoticeComposer(
                render_notice,
                {
                    SUBJECT: feedback,
                    HANDLED: HandledComposer(self.stores.history, handled_notice),
                },
            ),
        }

    def _build_planning(
        self, alarm_clock: Alarms, pacing: Pacing, after_load: Sequence[LoadHook]
    ) -> None:
        """Build what plans digests by the minute, and anew after each load."""
        settings, stores, workspace = self.settings, self.stores, self.workspace
        self.planning_alarm = alarm_clock.each_minute()
        self.planner = Planner(
            stores.deliveries,
            stores.watermarks,
            stores.destinations,
            timing=settings.timing,
            subscribed=self.digests,
            is_behind=lambda: self.revisions.is_behind,
            count_mended=self.metrics.count_mended,
        )
        preflight = Preflight(
            workspace.messenger,
            stores.destinations,
            pacing,
            notify=self.notices.found,
            audience=visibility_check(workspace.briefings),
        )
        self.planning_loop = PlanningLoop(
            self.revisions,
            self.planner,
            preflight,
            stores.deliveries,
            settings.timing,
            self.planning_alarm,
        )
        self.reloader = Reloader(
            workspace.briefings,
            self.revisions,
            self.planner,
            preflight,
            self.notices,
            library_version=partial(library_version, settings.briefs),
            installed=workspace.installed,
            hooks=[
                self.unanswered.loaded,
                self.shown.refresh,
                self.meanings.follow,
                self.corrections.loaded,
                *after_load,
                self._begin_with,
            ],
        )

    async def _begin_with(self, _library: object) -> None:
        """Have answers ready, and what was missed meanwhile not wait for its minute."""
        await asyncio.to_thread(warm_up, self.answers)
        self.planning_alarm.set()

    def _build_housekeeping(self, alarm_clock: Alarms, clock: Clock) -> None:
        """Build what forgets, each hour, what was kept long enough."""
        settings, stores = self.settings, self.stores
        self.housekeeping = Housekeeping(
            turns=stores.turns,
            unanswered_store=stores.unanswered,
            shown_store=stores.shown,
            votes=stores.votes,
            pruning=Pruning(
                stores.database, kept_for=timedelta(days=settings.messages_days)
            ),
            vectors=stores.vectors,
            meanings=self.meanings,
            unanswered=self.unanswered,
            shown=self.shown,
            corrections=self.corrections,
            revisions=self.revisions,
            clock=clock,
            kept_for=timedelta(days=settings.questions_days),
            alarm=alarm_clock.each_hour(),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Plan and deliver until told to stop; what is under way is finished first."""
        notifier = asyncio.create_task(self.stores.notifier.run(), name="notifier")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.reloader.follow(stop), name="reloader")
                following = self.reloader.follow_installations(stop)
                group.create_task(following, name="installations")
                group.create_task(self.planning_loop.run(stop), name="planning loop")
                group.create_task(self.housekeeping.run(stop), name="housekeeping")
                group.create_task(self.meanings.run(stop), name="meanings")
                group.create_task(self.corrections.run(stop), name="corrections")
                group.create_task(self.rooms.run(stop), name="changed rooms")
                group.create_task(self.worker.run(), name="worker")
                await stop.wait()
                self.worker.stop()
        finally:
            notifier.cancel()


@asynccontextmanager
async def open_capabilities(
    settings: Settings,
    workspace: Workspace,
    *,
    clock: Clock | None = None,
    after_load: Sequence[LoadHook] = (),
    pacing: Pacing | None = None,
    metrics: Metrics | None = None,
) -> AsyncIterator[Capabilities]:
    """Open the database, its tables up to date, and build what works on it.

    `clock`, `after_load` (told of each library taken over) and `pacing` are for tests.
    """
    url = settings.database_url
    async with open_database(url, clock=clock) as database, alarms() as alarm_clock:
        await migrate(database, url)
        stores = Stores(database, settings)
        installed = workspace.installed
        for one in installed.all:
            await adopt(database, one.installation)
        await stores.installations.enter_all(installed.all)
        await installed.follow(stores.installations.stored, stores.notifier)
        workspace.directory.follow(stores.notifier)
        capabilities = Capabilities(
            settings,
            workspace,
            stores,
            clock=clock or SystemClock(),
            alarm_clock=alarm_clock,
            channel_defaults=await stores.channel_defaults.load(),
            after_load=after_load,
            pacing=pacing,
            metrics=metrics or Metrics(),
        )
        yield capabilities
        await capabilities.background.drain(0.0)
        await capabilities.answer_composer.drain()
        await installed.close()
        await capabilities.meanings.close()
        await workspace.directory.close()
