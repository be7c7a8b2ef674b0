"""`Readers`: what people set up for themselves, composed in one place."""

from collections.abc import Mapping
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.outbox import Outbox
from bot.services.audiences import Asker
from bot.services.interfaces import Clock
from bot.services.subscribing import Subscribing
from bot.services.subscriptions import Subscriptions
from bot.slack.background import Background
from bot.slack.blocks.subscribing import introduction
from bot.slack.clients import Clients
from bot.slack.desk import Verb
from bot.slack.doorway import Doorway
from bot.slack.listeners import subscriptions as subscription_listeners
from bot.slack.messenger import only
from bot.slack.people import SlackPeople
from bot.slack.subscription_desk import SubscriptionDesk


class Readers:
    """Subscriptions, over the outbox's stores and the workspace's clients."""

    def __init__(
        self, outbox: Outbox, clients: Clients, background: Background, *, clock: Clock
    ) -> None:
        command = outbox.settings.command
        people = SlackPeople(only(clients))
        self._forget = outbox.workspace.audiences.forget
        self._subscriptions = SubscriptionDesk(
            subscribing=Subscribing(
                outbox.stores.subscriptions,
                briefings=outbox.workspace.briefings,
                audiences=outbox.workspace.audiences,
                people=people,
                introduce=partial(introduction, command=command),
                clock=clock,
            ),
            subscriptions=Subscriptions(outbox.stores.subscriptions, people),
            digests=outbox.digests,
            doorway=Doorway(only(clients)),
            background=background,
            command=command,
            refresh_home=_refresh_nothing,
        )

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {
            "subscribe": self._subscriptions.typed_subscribe,
            "subscriptions": self._subscriptions.typed_list,
        }

    def register(self, slack_app: AsyncApp) -> None:
        """Register the listeners, before those for everything of a kind."""
        subscription_listeners.register(slack_app, self._subscriptions, self._forget)


async def _refresh_nothing(_asker: Asker) -> None:
    return
