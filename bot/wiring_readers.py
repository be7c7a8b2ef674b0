"""`Readers`: what people set up and look at for themselves, composed in one place."""

from collections.abc import Mapping
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.corrections.store import ShownWordingStore
from bot.curators.dashboard import CuratorDashboard
from bot.curators.directory import CuratorDirectory
from bot.curators.edit_links import EditLinks
from bot.interfaces import Clock
from bot.questions.unanswered import UnansweredQuestions
from bot.readers.home import Home
from bot.readers.visits import VisitStore
from bot.slack.background import Background
from bot.slack.clients import Clients
from bot.slack.desk import Desk, Verb
from bot.slack.digest_desk import DigestDesk
from bot.slack.home_desk import HomeDesk
from bot.slack.listeners import home as home_listeners
from bot.slack.listeners import subscriptions as subscription_listeners
from bot.slack.messenger import single_workspace
from bot.slack.people import SlackPeople
from bot.slack.responder import Responder
from bot.slack.subscription_desk import SubscriptionDesk
from bot.slack.views.subscribing import introduction
from bot.subscriptions.manage import Subscriptions
from bot.subscriptions.subscribe import Subscribing
from bot.wiring_outbox import Outbox


class Readers:
    """Subscriptions and App Home, over the outbox and the workspace's clients."""

    def __init__(
        self,
        outbox: Outbox,
        clients: Clients,
        background: Background,
        *,
        gaps: UnansweredQuestions,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._clients_of = single_workspace(clients)
        self._background = background
        self._gaps = gaps
        self._clock = clock
        self._people = SlackPeople(self._clients_of)
        self._subscriptions = Subscriptions(outbox.stores.subscriptions, self._people)
        self._home = HomeDesk(self._compose_home(), self._clients_of, self._command)
        self._desk = self._compose_subscriptions()
        self._digests = DigestDesk(outbox.listing, self._command)

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {
            **self._digests.verbs,
            "subscribe": self._desk.typed_subscribe,
            "subscriptions": self._desk.typed_list,
        }

    def register(self, slack_app: AsyncApp, desk: Desk) -> None:
        """Register the listeners, before those for everything of a kind."""
        forget = self._outbox.workspace.audiences.forget
        subscription_listeners.register(slack_app, self._desk, forget)
        home_listeners.register(slack_app, self._home, desk)

    @property
    def _command(self) -> str:
        return self._outbox.settings.command

    def _compose_subscriptions(self) -> SubscriptionDesk:
        workspace = self._outbox.workspace
        subscribing = Subscribing(
            self._outbox.stores.subscriptions,
            briefings=workspace.briefings,
            audiences=workspace.audiences,
            people=self._people,
            introduce=partial(introduction, command=self._command),
            clock=self._clock,
        )
        return SubscriptionDesk(
            subscribing=subscribing,
            subscriptions=self._subscriptions,
            digests=self._outbox.digests,
            doorway=Responder(self._clients_of),
            background=self._background,
            command=self._command,
            refresh_home=self._home.refresh,
        )

    def _compose_home(self) -> Home:
        stores, workspace = self._outbox.stores, self._outbox.workspace
        curators = CuratorDirectory(
            workspace.briefings,
            self._people,
            stores.destinations,
            workspace.messenger,
            clock=self._clock,
        )
        return Home(
            briefings=workspace.briefings,
            audiences=workspace.audiences,
            revisions=self._outbox.revisions,
            visits=VisitStore(stores.database),
            subscriptions=self._subscriptions,
            people=self._people,
            curators=curators,
            curation=self._compose_curation(),
            clock=self._clock,
        )

    def _compose_curation(self) -> CuratorDashboard:
        stores, workspace = self._outbox.stores, self._outbox.workspace
        return CuratorDashboard(
            briefings=workspace.briefings,
            gaps=self._gaps,
            glimpses=ShownWordingStore(stores.database),
            history=stores.history,
            digests=self._outbox.digests,
            revisions=stores.revisions,
            links=EditLinks(self._outbox.settings.edit_url, workspace.places),
            clock=self._clock,
        )
