"""`build_app`: the whole bot, composed in one place.

What is opened here is closed here, in reverse. Tests call the same `build_app`.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import SettingsError
from bot.files.briefs import YamlBriefingSource
from bot.files.claim_places import YamlClaimPlaces
from bot.files.watch import WatchedBriefings
from bot.interfaces import Clock, LibrarySource
from bot.questions.answers import Answers
from bot.questions.channel_default_store import ChannelDefaultStore
from bot.questions.channel_defaults import ChannelDefaults
from bot.settings import Mode, Settings, Slack
from bot.slack.app import BriefApp
from bot.slack.background import Background
from bot.slack.clients import Clients, identify, posting_client, reading_client
from bot.slack.deadline import timely_session
from bot.slack.desk import Desk
from bot.slack.directory import SlackAudiences
from bot.slack.failures import delivery_error
from bot.slack.http import SlackEndpoint
from bot.slack.listeners.registration import register
from bot.slack.messenger import SlackMessenger, single_workspace
from bot.slack.reply_cache import ReplyCache
from bot.slack.responder import Responder
from bot.slack.socket import SocketMode
from bot.web import Health, WebServer
from bot.wiring_outbox import Outbox, Workspace, open_outbox
from bot.wiring_readers import Readers
from bot.wiring_talk import Talk

log = logging.getLogger(__name__)

DRAIN_S = 10.0
"""How long a stop waits for what is in flight."""
NOT_SERVED = "{place} has an error, which the log names: the last good state is served."
"""Anybody may ask for the health, and an error quotes its file."""
NOT_CONNECTED = "Not connected to Slack."
NO_DATABASE = "The database does not answer."
DATABASE_S = 1.0
"""How long a health check waits for the database."""
BEHIND = "Another process has newer briefings: this one plans nothing."


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class App:
    """The running bot."""

    settings: Settings
    clients: Clients
    briefings: LibrarySource
    slack_app: BriefApp
    background: Background
    outbox: Outbox
    socket: SocketMode | None
    web: WebServer | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until told to stop; then finish what is in flight, 10 s at the most."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.outbox.run(stop), name="outbox")
            if self.socket is not None:
                group.create_task(self.socket.watch(stop), name="socket")
            await stop.wait()
            log.info("app.stopping")
            await self.slack_app.drain(DRAIN_S)
            await self.background.drain(DRAIN_S)

    async def health(self) -> Health:
        """Return how the bot is, in words that an operator can act on."""
        served = self.briefings.served
        obstacles = await self._obstacles()
        warnings = [NOT_SERVED.format(place=error.place) for error in served.errors]
        if self.outbox.revisions.is_superseded:
            warnings.append(BEHIND)
        return Health(
            ready=not obstacles,
            degraded=bool(warnings),
            reasons=(*warnings, *obstacles),
            facts={"revision": served.library.content_hash[:12]},
        )

    async def _obstacles(self) -> list[str]:
        """Return what keeps the bot from serving."""
        found = []
        if self.socket is not None and not await self.socket.is_connected():
            found.append(NOT_CONNECTED)
        if not await self.outbox.stores.database.is_reachable(DATABASE_S):
            found.append(NO_DATABASE)
        return found


@asynccontextmanager
async def build_app(
    settings: Settings, *, clock: Clock | None = None
) -> AsyncIterator[App]:
    """Compose the bot and open its connections. `clock` is for tests.

    Raise `SettingsError` where a token, a folder or an address is not good, and
    `BriefingError` where the briefings have no good state to start with.
    """
    mode, time = settings.slack.mode, clock or SystemClock()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(timely_session())
        clients = await connect(settings.slack, session)
        workspace = open_workspace(settings, clients, time)
        outbox = await stack.enter_async_context(
            open_outbox(settings, workspace, clock=clock)
        )
        store = ChannelDefaultStore(outbox.stores.database)
        defaults = ChannelDefaults(await store.load())
        app = _compose(settings, clients, outbox, clock=time, defaults=defaults)
        stack.push_async_callback(app.background.drain, 0.0)
        await _open_doors(app, mode, stack)
        yield app


async def connect(slack: Slack, session: aiohttp.ClientSession) -> Clients:
    """Return the clients of the workspace that the bot token belongs to."""
    token, url = slack.bot_token.get_secret_value(), slack.api_url
    reading = reading_client(token, session=session, base_url=url)
    try:
        identity = await identify(reading)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as exc:
        raise SettingsError(f"{url} does not let me in. {delivery_error(exc)}") from exc
    posting = posting_client(token, session=session, base_url=url)
    return Clients(posting, reading, identity)


def open_workspace(settings: Settings, clients: Clients, clock: Clock) -> Workspace:
    """Read the briefings, and return what the outbox needs of them and of Slack.

    Raise the first `BriefingError` where they have no good state to start with.
    """
    source = YamlBriefingSource(
        settings.briefs, default_handling=settings.default_handling
    )
    return Workspace(
        clients.identity.installation,
        SlackMessenger(single_workspace(clients)),
        SlackAudiences(single_workspace(clients), clock),
        WatchedBriefings(source, clock),
        YamlClaimPlaces(source),
    )


def _compose(
    settings: Settings,
    clients: Clients,
    outbox: Outbox,
    *,
    clock: Clock,
    defaults: ChannelDefaults,
) -> App:
    background = Background()
    answers = _answers(outbox, background, clock=clock, defaults=defaults)
    slack_app = BriefApp(
        clients,
        background,
        signing_secret=settings.slack.signing_secret.get_secret_value(),
        command=settings.command,
    )
    talk = Talk(outbox, clients, background, clock=clock, defaults=defaults)
    readers = Readers(outbox, clients, background, gaps=talk.gaps, clock=clock)
    desk = Desk(
        answers=answers,
        replies=ReplyCache(settings.command),
        doorway=Responder(single_workspace(clients)),
        background=background,
        command=settings.command,
        sharing=outbox.sharing,
        curators=talk.curators,
        memory=talk.memory,
        verbs={**readers.verbs, **talk.verbs},
        since=outbox.since,
        forget=outbox.workspace.audiences.forget,
    )
    register(slack_app, desk, partial(readers.register, desk=desk), talk.register)
    return App(
        settings=settings,
        clients=clients,
        briefings=outbox.workspace.briefings,
        slack_app=slack_app,
        background=background,
        outbox=outbox,
        socket=_socket(settings, clients, slack_app),
    )


def _answers(
    outbox: Outbox,
    background: Background,
    *,
    clock: Clock,
    defaults: ChannelDefaults,
) -> Answers:
    """Compose the answers to commands, and keep them warm through every load."""
    store = ChannelDefaultStore(outbox.stores.database)
    answers = Answers(
        briefings=outbox.workspace.briefings,
        audiences=outbox.workspace.audiences,
        defaults=defaults,
        clock=clock,
        keep_default=lambda new: background.start(store.save(new), "channel default"),
    )
    _warm(answers)
    outbox.hooks.append(lambda _library: asyncio.to_thread(_warm, answers))
    return answers


def _warm(answers: Answers) -> None:
    """Prepare a snapshot's answers, and spare the collector walking it at each pass.

    With 10,000 claims one pass takes longer than an answer may.
    """
    gc.unfreeze()
    answers.warm()
    gc.collect()
    gc.freeze()


def _socket(
    settings: Settings, clients: Clients, slack_app: BriefApp
) -> SocketMode | None:
    token = settings.slack.app_token.get_secret_value()
    return SocketMode(slack_app, token, clients.reading) if token else None


async def _open_doors(app: App, mode: Mode, stack: AsyncExitStack) -> None:
    """Listen for health checks first, so that a slow Slack is no dead process."""
    endpoint = SlackEndpoint(app.slack_app) if mode is Mode.HTTP else None
    app.web = await stack.enter_async_context(
        WebServer(
            app.health,
            app.outbox.metrics.registry,
            host=app.settings.host,
            port=app.settings.port,
            slack=endpoint.handle if endpoint else None,
        )
    )
    if app.socket is not None:
        stack.push_async_callback(app.socket.close)
        await app.socket.connect()
