"""`register`: every listener in the order in which Bolt asks them."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.listeners import actions, commands, events, fallbacks, shortcuts

More = Callable[[AsyncApp], None]
"""Registers the listeners of one subject."""


def register(slack_app: AsyncApp, desk: Desk, *more: More) -> None:
    """Register all listeners: the command first, since it must be quick.

    `more` comes before what listens to everything of a kind.
    """
    commands.register(slack_app, desk)
    for register_these in more:
        register_these(slack_app)
    actions.register(slack_app, desk)
    shortcuts.register(slack_app, desk)
    events.register(slack_app, desk)

    commands.register_fallback(slack_app, desk)
    fallbacks.register(slack_app)
