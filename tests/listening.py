"""Bolt's listeners over a real database, to be talked to as Slack would."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.audiences import Asker, Audiences, People
from bot.curators.votes import VoteStore
from bot.installation import Installation
from bot.interfaces import SystemClock
from bot.moves import move_channel
from bot.outbox.notifier import announce_change
from bot.readers.receipts import Receipts
from bot.scheduling.digest_sources import AllDigests
from bot.simulator.server import Simulator
from bot.slack.app import BriefApp
from bot.slack.clients import Clients, single_workspace
from bot.slack.commands import CommandHandlers
from bot.slack.controls import PageHandlers
from bot.slack.directory import SlackDirectory
from bot.slack.feedback import FeedbackHandlers
from bot.slack.http import SlackEndpoint
from bot.slack.payloads import Json
from bot.slack.questions import QuestionHandlers
from bot.slack.receipts import ReceiptHandlers
from bot.slack.registration import register
from bot.slack.reply_cache import ReplyCache
from bot.slack.responder import Responder
from bot.slack.subscriptions import SubscriptionHandlers
from bot.slack.views.subscriptions import introduction
from bot.slack.workspace_events import WorkspaceEventHandlers
from bot.subscriptions.manage import Subscriptions
from bot.subscriptions.store import SubscriptionStore
from tests.answering import open_answering
from tests.fakes import StoppedClock
from tests.held import HeldBriefings
from tests.patience import PATIENCE_S, PATIENT


@dataclass(frozen=True)
class NoticingEventHandlers(WorkspaceEventHandlers):
    """Sets `noticed` after an event of a person or of the app was dealt with."""

    noticed: asyncio.Event = field(default_factory=asyncio.Event)

    async def person_changed(self, installation: Installation, event: Json) -> None:
        await super().person_changed(installation, event)
        self.noticed.set()

    async def ended(self, installation: Installation) -> None:
        await super().ended(installation)
        self.noticed.set()


@dataclass(frozen=True)
class ListeningBot:
    """The running listeners, and what they have stored of subscriptions."""

    slack_app: BriefApp
    clients: Clients
    store: SubscriptionStore
    noticed: asyncio.Event
    looked_at: list[Installation]

    async def kept(self) -> list[tuple[str, str, str]]:
        """Return title, destination and zone of each subscription."""
        installation = self.clients.identity.installation
        found = await self.store.of_installation(installation)
        return [(s.title, s.destination, s.rhythm.zone) for s in found]


@asynccontextmanager
async def open_listening(
    url: str,
    clients: Clients,
    briefings: HeldBriefings,
    clock: StoppedClock,
    *,
    audiences: Audiences | None = None,
    people: People | None = None,
) -> AsyncIterator[ListeningBot]:
    """Register every subject's listeners but those of the Home and of privacy.

    Slack itself is asked about people unless others stand in for it.
    """
    directory = SlackDirectory(single_workspace(clients), clock)
    responder = Responder(single_workspace(clients))
    reply_cache, command = ReplyCache("/brief"), "/brief"
    audiences = audiences or directory
    async with open_answering(url, briefings, audiences, clock) as answering:
        background = answering.background
        store = SubscriptionStore(answering.database)
        subscriptions = Subscriptions(
            store,
            briefings=briefings,
            audiences=audiences,
            people=people or directory,
            introduce=lambda subscription: introduction(subscription, command),
            clock=clock,
        )
        subscription_handlers = SubscriptionHandlers(
            subscriptions=subscriptions,
            digests=AllDigests(briefings, store),
            responder=responder,
            background=background,
            command=command,
            refresh_home=_no_home,
        )
        receipts = ReceiptHandlers(
            Receipts(
                answering.history,
                answering.revisions,
                audiences,
                people or directory,
                SystemClock(),
                timedelta(days=180),
            ),
            command,
        )
        feedback = FeedbackHandlers(
            answering.feedback,
            responder,
            background,
            VoteStore(answering.database),
            lambda _: "",
        )
        ended: list[Installation] = []
        events = NoticingEventHandlers(
            directory,
            subscriptions,
            partial(announce_change, answering.database),
            lambda of, old, new: move_channel(answering.database, [of], old, new),
            lambda _of, _channel: None,
            ended.append,
        )
        slack_app = BriefApp(
            single_workspace(clients),
            background,
            waits=PATIENT,
        )
        register(
            slack_app,
            CommandHandlers(
                answers=answering.answers,
                reply_cache=reply_cache,
                read_tracker=answering.read_tracker,
                responder=responder,
                background=background,
                command=command,
                verbs={**subscription_handlers.verbs, **receipts.verbs},
            ),
            PageHandlers(
                answers=answering.answers,
                reply_cache=reply_cache,
                read_tracker=answering.read_tracker,
                sharing=answering.sharing,
                feedback=feedback,
                receipts=receipts,
                responder=responder,
                background=background,
                command=command,
            ),
            subscription_handlers.register,
            QuestionHandlers(
                conversation=answering.conversation,
                is_agent=lambda _installation: False,
                answers=answering.answers,
                reply_cache=reply_cache,
                read_tracker=answering.read_tracker,
                responder=responder,
                background=background,
            ).register,
            feedback.register,
            events.register,
        )
        yield ListeningBot(slack_app, clients, store, events.noticed, ended)
        await background.drain(PATIENCE_S)
        await directory.close()


@asynccontextmanager
async def listening_to(
    sim: Simulator, url: str, clients: Clients, briefings: HeldBriefings
) -> AsyncIterator[ListeningBot]:
    """Serve briefings to a simulator over signed HTTP."""
    clock, secret = StoppedClock(sim.clock.now()), sim.signing_secret
    async with open_listening(url, clients, briefings, clock) as bot:
        application = web.Application()
        endpoint = SlackEndpoint(bot.slack_app, secret)
        application.router.add_post("/slack/events", endpoint.handle)
        async with TestServer(application) as server:
            sim.use_events_url(str(server.make_url("/slack/events")))
            yield bot


async def _no_home(_asker: Asker) -> None:
    return
