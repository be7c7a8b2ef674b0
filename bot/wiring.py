"""Builds the running bot: Bolt's listeners over its capabilities, HTTP and the socket.

In order, once; nothing is changed after it is built. What is opened here is closed
here, in reverse. Tests call the same `build_app`.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import aiohttp

from bot.capabilities import (
    Capabilities,
    open_capabilities,
    open_workspace,
)
from bot.corrections.records import count_waiting
from bot.curators.curator_directory import CuratorDirectory
from bot.curators.dashboard import CuratorDashboard
from bot.curators.feedback import Feedback
from bot.curators.handling import Handling
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.installations.installed import Installations
from bot.installations.removal import Removal
from bot.installations.store import OAuthStates
from bot.installations.token_cipher import TokenCipher
from bot.installations.token_renewal import TokenRenewal
from bot.interfaces import Clock, SystemClock
from bot.metrics import Metrics
from bot.outbox.backlog import backlogs
from bot.outbox.notifier import announce_change
from bot.outbox.pacing import Pacing
from bot.questions.answers import ReadTracker, warm_up
from bot.questions.conversation import Conversation
from bot.questions.sharing import Sharing
from bot.readers.home import Home
from bot.readers.personal_data import PersonalData
from bot.readers.receipts import Receipts
from bot.reloader import LoadHook
from bot.scheduling.digest_status import DigestListing
from bot.settings import Mode, Settings
from bot.slack import (
    commands,
    controls,
    corrections,
    curating,
    digests,
    feedback,
    home,
    personal_data,
    questions,
    receipts,
    subscriptions,
    workspace_events,
)
from bot.slack.app import BriefApp
from bot.slack.clients import (
    InstalledClients,
    connect_installed,
    reading_client,
    session_with_deadlines,
)
from bot.slack.http import SlackEndpoint
from bot.slack.installation_check import InstallationCheck
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH
from bot.slack.oauth import (
    InstallFlow,
    InstallPages,
    Welcome,
    install_flow,
    renewer,
)
from bot.slack.registration import register
from bot.slack.reply_cache import ReplyCache
from bot.slack.responder import Responder
from bot.slack.socket import SocketMode
from bot.slack.views.subscriptions import introduction
from bot.subscriptions.manage import Subscriptions
from bot.web import Health, SlackHandler, WebServer

log = logging.getLogger(__name__)

DRAIN_S = 10.0  # How long a stop waits for what is in flight.
NOT_SERVED = "{place} has an error, which the log names: the last good state is served."
"""Anybody may ask for the health, and an error quotes its file."""
NOT_CONNECTED = "Not connected to Slack."
DATABASE_S = 1.0  # How long a health check waits for the database.
SET_BACK = (
    "The clock was set back at {at:%H:%M} UTC: digests had been planned until "
    "{until:%d %b %H:%M} UTC, and are planned on from now. Let NTP set the clock."
)
SAID_FOR = timedelta(hours=1)
"""How long a health check tells of a clock that was set back."""
WORDS_ALONE = "Sentence vectors are not to be had, as the log says: words alone answer."
BEHIND = "Another process has newer briefings: this one plans nothing."


@dataclass(frozen=True)
class App:
    """The running bot."""

    settings: Settings
    clients_of: InstalledClients
    capabilities: Capabilities
    slack_app: BriefApp
    check: InstallationCheck
    renewal: TokenRenewal | None
    socket: SocketMode | None
    web: WebServer

    @property
    def installed(self) -> Installations:
        """The workspaces that the app is in."""
        return self.clients_of.installed

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; then finish what is in flight, 10 s at the most."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.capabilities.run(stop), name="capabilities")
            group.create_task(self.check.run(stop), name="installation check")
            if self.renewal is not None:
                group.create_task(self.renewal.run(stop), name="token renewal")
            if self.socket is not None:
                group.create_task(self.socket.watch(stop), name="socket")
            await stop.wait()
            log.info("app.stopping")
            await self.slack_app.drain(DRAIN_S)
            await self.capabilities.background.drain(DRAIN_S)


@asynccontextmanager
async def build_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    after_load: Sequence[LoadHook] = (),
    pacing: Pacing | None = None,
) -> AsyncIterator[App]:
    """Build the bot and open its connections; tests put their own time in its place.

    Raise `SettingsError` where a token, a folder or an address is not good, and
    `BriefingError` where the briefings have no good state to start with.
    """
    is_http = settings.slack.mode is Mode.HTTP
    if settings.slack.has_oauth:
        TokenCipher(settings.keys).encrypt("")  # Better now than at an installation.
        settings.check_oauth()
    time = clock or SystemClock()
    if settings.wish.why_idle:
        log.warning("meaning.idle", extra={"reason": settings.wish.why_idle})
    async with AsyncExitStack() as stack:
        metrics = Metrics(time.now)
        session = await stack.enter_async_context(
            session_with_deadlines(metrics.slack_call)
        )
        api_url = settings.slack.api_url
        clients_of = await connect_installed(
            settings.slack.bot_token.get_secret_value(), session, api_url=api_url
        )
        workspace = open_workspace(settings, clients_of, time)
        capabilities = await stack.enter_async_context(
            open_capabilities(
                settings,
                workspace,
                clock=clock,
                after_load=after_load,
                pacing=pacing,
                metrics=metrics,
            )
        )
        await asyncio.to_thread(warm_up, capabilities.answers)
        check, renewal, flow = _installing(capabilities, clients_of, session)
        slack_app = _slack_app(capabilities, clients_of, time, check, flow)
        token = settings.slack.app_token.get_secret_value()
        socket = None
        if token:
            client = reading_client("", session=session, base_url=api_url)
            socket = SocketMode(
                slack_app,
                token,
                client,
                metrics=metrics,
                forget=workspace.directory.forget_all,
            )
            workspace.directory.rely_on(socket.hears)

        secret = settings.slack.signing_secret.get_secret_value()
        endpoint = SlackEndpoint(slack_app, secret) if is_http else None
        # Health checks are answered first, so that a slow Slack is no dead process.
        web = await stack.enter_async_context(
            WebServer(
                partial(_health, capabilities, socket),
                partial(_metrics_page, capabilities),
                host=settings.host,
                port=settings.port,
                slack=endpoint.handle if endpoint else None,
                pages=_pages(flow),
            )
        )
        if socket is not None:
            stack.push_async_callback(socket.close)
            await socket.connect()
        yield App(
            settings,
            clients_of,
            capabilities,
            slack_app,
            check,
            renewal,
            socket,
            web,
        )


def _installing(
    capabilities: Capabilities,
    clients_of: InstalledClients,
    session: aiohttp.ClientSession,
) -> tuple[InstallationCheck, TokenRenewal | None, InstallFlow | None]:
    """Return what looks after installations, and what lets workspaces install the app.

    Without OAuth there is the environment's token alone, which is looked at.
    """
    settings, stores = capabilities.settings, capabilities.stores
    slack, database, store = settings.slack, stores.database, stores.installations
    removal = Removal(
        database,
        store,
        clients_of.installed,
        kept_for=timedelta(days=settings.removed_days),
    )
    check = InstallationCheck(database, store, removal, clients_of, asyncio.Event())
    if not slack.has_oauth:
        return check, None, None

    secret = slack.client_secret.get_secret_value()
    renew = renewer(slack.client_id, secret, session=session, api_url=slack.api_url)
    renewal = TokenRenewal(
        database, store, clients_of.installed, renew, asyncio.Event()
    )
    flow = install_flow(
        store,
        OAuthStates(database),
        Welcome(database, store, check, capabilities.workspace.briefings),
        client_id=slack.client_id,
        client_secret=secret,
        public_url=settings.public_url,
        session=session,
        api_url=slack.api_url,
    )
    return check, renewal, flow


def _pages(flow: InstallFlow | None) -> dict[str, SlackHandler]:
    if flow is None:
        return {}
    pages = InstallPages(flow)
    return {INSTALL_PATH: pages.install, REDIRECT_PATH: pages.finish}


async def _health(capabilities: Capabilities, socket: SocketMode | None) -> Health:
    """Return how the bot is, in words that an operator can act on."""
    served = capabilities.workspace.briefings.served
    warnings = [NOT_SERVED.format(place=error.place) for error in served.errors]
    if capabilities.revisions.is_superseded:
        warnings.append(BEHIND)
    mended, now = capabilities.planner.mended, capabilities.stores.database.now()
    if mended is not None and now - mended.at < SAID_FOR:
        warnings.append(SET_BACK.format(at=mended.at, until=mended.planned_until))
    if capabilities.meanings.trouble:
        warnings.append(WORDS_ALONE)

    obstacles = []
    if socket is not None and not await socket.is_connected():
        obstacles.append(NOT_CONNECTED)
    if trouble := await capabilities.write_probe.trouble(DATABASE_S):
        obstacles.append(trouble)
    return Health(
        ready=not obstacles,
        degraded=bool(warnings),
        reasons=(*warnings, *obstacles),
        facts={"revision": served.library.content_hash[:12]},
    )


async def _metrics_page(capabilities: Capabilities) -> bytes:
    """Return the numbers, those that are asked of the database among them."""
    metrics, revisions = capabilities.metrics, capabilities.revisions
    served = capabilities.workspace.briefings.served
    metrics.serving(served, is_behind=revisions.is_superseded)
    metrics.meaning(works=not capabilities.meanings.trouble)
    metrics.busy(len(asyncio.all_tasks()))
    database = capabilities.stores.database
    now = database.now()
    try:
        async with asyncio.timeout(DATABASE_S):
            waiting, asked = await database.read(
                lambda c: (backlogs(c, now=now), count_waiting(c))
            )
        metrics.database_answered(waiting, corrections=asked)
    except (DatabaseUnavailable, TimeoutError):
        metrics.database_away()
    return metrics.page()


def _slack_app(
    capabilities: Capabilities,
    clients_of: InstalledClients,
    clock: Clock,
    check: InstallationCheck,
    oauth_flow: InstallFlow | None,
) -> BriefApp:
    """Return Bolt's app with a handler for each subject behind its listeners."""
    settings, workspace = capabilities.settings, capabilities.workspace
    stores, background = capabilities.stores, capabilities.background
    responder = Responder(clients_of)
    manage = Subscriptions(
        stores.subscriptions,
        briefings=workspace.briefings,
        audiences=workspace.directory,
        people=workspace.directory,
        introduce=partial(introduction, command=settings.command),
        clock=clock,
    )

    reply_cache = ReplyCache(settings.command)
    read_tracker = ReadTracker(capabilities.shown, capabilities.unanswered, clock)
    question_handlers = questions.QuestionHandlers(
        conversation=Conversation(capabilities.worker),
        answers=capabilities.answers,
        reply_cache=reply_cache,
        read_tracker=read_tracker,
        responder=responder,
        background=background,
    )
    curators = CuratorDirectory(
        workspace.briefings,
        workspace.directory,
        stores.destinations.pins,
        workspace.messenger,
        clock=clock,
    )
    home_handlers = home.HomeHandlers(
        home=Home(
            briefings=workspace.briefings,
            audiences=workspace.directory,
            revisions=capabilities.revisions,
            visits=stores.visits,
            subscriptions=manage,
            people=workspace.directory,
            curators=curators,
            dashboard=CuratorDashboard(
                database=stores.database,
                briefings=workspace.briefings,
                unanswered=capabilities.unanswered,
                shown=stores.shown,
                history=stores.history,
                digests=capabilities.digests,
                revisions=stores.revisions,
                votes=stores.votes,
                handled=stores.handled,
                links=capabilities.links,
                clock=clock,
            ),
            clock=clock,
        ),
        questions=question_handlers,
        responder=responder,
        background=background,
        command=settings.command,
    )
    subscription_handlers = subscriptions.SubscriptionHandlers(
        subscriptions=manage,
        digests=capabilities.digests,
        responder=responder,
        background=background,
        command=settings.command,
        refresh_home=home_handlers.draw,
    )
    digest_handlers = digests.DigestHandlers(
        DigestListing(
            workspace.briefings,
            stores.subscriptions,
            stores.destinations,
            audiences=workspace.directory,
            history=stores.history,
            store=stores.deliveries,
            watermarks=stores.watermarks,
        ),
        settings.command,
    )
    curating_handlers = curating.CuratingHandlers(
        Handling(stores.deliveries, capabilities.unanswered, stores.handled),
        responder,
        background,
        home_handlers.draw,
    )
    feedback_handlers = feedback.FeedbackHandlers(
        feedback=Feedback(
            stores.deliveries,
            capabilities.revisions,
            capabilities.unanswered,
            audiences=workspace.directory,
        ),
        responder=responder,
        background=background,
        votes=stores.votes,
        team_url=lambda of: clients_of(of).identity.team_url,
    )
    privacy_handlers = personal_data.PrivacyHandlers(
        data=PersonalData(
            database=stores.database,
            unanswered=stores.unanswered,
            turns=stores.turns,
            shown_store=stores.shown,
            shown=capabilities.shown,
            visits=stores.visits,
            votes=stores.votes,
            subscriptions=stores.subscriptions,
            notices=capabilities.notices,
        ),
        responder=responder,
        background=background,
        command=settings.command,
        questions_go_to=settings.wish.goes_to,
    )
    receipt_handlers = receipts.ReceiptHandlers(
        Receipts(
            stores.history,
            capabilities.revisions,
            workspace.directory,
            workspace.directory,
            clock,
            timedelta(days=settings.messages_days),
        ),
        settings.command,
    )
    command_handlers = commands.CommandHandlers(
        answers=capabilities.answers,
        reply_cache=reply_cache,
        read_tracker=read_tracker,
        responder=responder,
        background=background,
        command=settings.command,
        verbs={
            **digest_handlers.verbs,
            **subscription_handlers.verbs,
            **privacy_handlers.verbs,
            **receipt_handlers.verbs,
        },
    )
    page_handlers = controls.PageHandlers(
        answers=capabilities.answers,
        reply_cache=reply_cache,
        read_tracker=read_tracker,
        sharing=Sharing(
            stores.deliveries,
            capabilities.revisions,
            audiences=workspace.directory,
            messenger=workspace.messenger,
        ),
        feedback=feedback_handlers,
        receipts=receipt_handlers,
        responder=responder,
        background=background,
        command=settings.command,
    )

    slack_app = BriefApp(
        clients_of,
        background,
        signing_secret=settings.slack.signing_secret.get_secret_value(),
        command=settings.command,
        metrics=capabilities.metrics,
        oauth_flow=oauth_flow,
    )

    def look_at(installation: Installation) -> None:
        background.start(check.look_at(installation), "installation check")

    correction_handlers = corrections.CorrectionHandlers(
        corrections=capabilities.corrections,
        curators=curators,
        responder=responder,
        background=background,
    )
    register(
        slack_app,
        command_handlers,
        page_handlers,
        subscription_handlers.register,
        home_handlers.register,
        question_handlers.register,
        feedback_handlers.register,
        curating_handlers.register,
        correction_handlers.register,
        privacy_handlers.register,
        workspace_events.WorkspaceEventHandlers(
            workspace.directory,
            manage,
            partial(announce_change, stores.database),
            capabilities.move_channel,
            capabilities.rooms.changed,
            look_at,
        ).register,
    )
    return slack_app
