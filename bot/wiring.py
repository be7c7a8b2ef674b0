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

import aiohttp

from bot.capabilities import (
    Capabilities,
    open_capabilities,
    open_workspace,
)
from bot.installations.installed import Installations
from bot.installations.removal import Removal
from bot.installations.store import OAuthStates
from bot.installations.token_cipher import TokenCipher
from bot.installations.token_renewal import TokenRenewal
from bot.interfaces import Clock, SystemClock
from bot.listeners import build_slack_app
from bot.metrics import Metrics
from bot.operator_pages import OperatorPages
from bot.outbox.pacing import Pacing
from bot.questions.answers import warm_up
from bot.reloader import LoadHook
from bot.settings import Mode, Settings
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
from bot.slack.socket import SocketMode
from bot.slack.waits import USUAL_WAITS, Waits
from bot.web import SlackHandler, WebServer

log = logging.getLogger(__name__)

DRAIN_S = 10.0  # How long a stop waits for what is in flight.


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
    waits: Waits = USUAL_WAITS,
) -> AsyncIterator[App]:
    """Build the bot and open its connections; tests put their own time in its place.

    They wait longer, too, so that no busy machine fails them.

    Raise `SettingsError` where a token, a folder or an address is not good, and
    `BriefingError` where the briefings have no good state to start with.
    """
    # What is wrong with the tokens themselves is said before Slack is asked about them.
    is_http = settings.slack.mode is Mode.HTTP
    if settings.slack.has_oauth:
        TokenCipher(settings.keys).encrypt("")  # Better now than at an installation.
        settings.check_oauth()
    time = clock or SystemClock()
    if settings.embeddings.why_idle:
        log.warning("meaning.idle", extra={"reason": settings.embeddings.why_idle})
    async with AsyncExitStack() as stack:
        metrics = Metrics(time.now)
        session = await stack.enter_async_context(
            session_with_deadlines(metrics.slack_call)
        )
        api_url = settings.slack.api_url
        clients_of = await connect_installed(
            settings.slack.bot_token.get_secret_value(), session, api_url=api_url
        )
        workspace = open_workspace(settings, clients_of, time, waits)
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
        slack_app = build_slack_app(capabilities, clients_of, time, check, flow, waits)
        socket = _socket_mode(capabilities, slack_app, session)
        # Health checks are answered first, so that a slow Slack is no dead process.
        web = await stack.enter_async_context(
            _web_server(capabilities, slack_app, socket, flow, is_http=is_http)
        )
        if socket is not None:
            stack.push_async_callback(socket.close)
            await socket.connect()
        yield App(
            settings, clients_of, capabilities, slack_app, check, renewal, socket, web
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


def _socket_mode(
    capabilities: Capabilities, slack_app: BriefApp, session: aiohttp.ClientSession
) -> SocketMode | None:
    """Return what takes Slack's requests from a socket; None where there is no token.

    What is remembered of people and channels lasts as long as the socket hears.
    """
    slack, directory = capabilities.settings.slack, capabilities.workspace.directory
    token = slack.app_token.get_secret_value()
    if not token:
        return None
    socket = SocketMode(
        slack_app,
        token,
        reading_client("", session=session, base_url=slack.api_url),
        metrics=capabilities.metrics,
        forget=directory.forget_all,
    )
    directory.rely_on(socket.hears)
    return socket


def _web_server(
    capabilities: Capabilities,
    slack_app: BriefApp,
    socket: SocketMode | None,
    flow: InstallFlow | None,
    *,
    is_http: bool,
) -> WebServer:
    """Return what answers HTTP: operators, installers, and Slack where it calls."""
    settings = capabilities.settings
    endpoint, pages = None, dict[str, SlackHandler]()
    if is_http:
        secret = settings.slack.signing_secret.get_secret_value()
        endpoint = SlackEndpoint(slack_app, secret)
    if flow is not None:
        install = InstallPages(flow)
        pages = {INSTALL_PATH: install.install, REDIRECT_PATH: install.finish}
    operators = OperatorPages(capabilities, socket)
    return WebServer(
        operators.health,
        operators.metrics,
        host=settings.host,
        port=settings.port,
        slack=endpoint.handle if endpoint else None,
        pages=pages,
    )
