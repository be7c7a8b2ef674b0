"""`register`: every listener in the order in which Bolt asks them."""

from slack_bolt.async_app import AsyncApp

from bot.slack.desk import Desk
from bot.slack.listeners import actions, commands, events, fallbacks, shortcuts


def register(slack_app: AsyncApp, desk: Desk) -> None:
    """Register all listeners: the command first, since it must be quick."""
    commands.register(slack_app, desk)
    actions.register(slack_app, desk)
    shortcuts.register(slack_app, desk)
    events.register(slack_app, desk)

    commands.register_fallback(slack_app, desk)
    fallbacks.register(slack_app)
