"""`register`: every listener, in the order in which Bolt asks them."""

import re
from collections.abc import Callable

from slack_bolt.async_app import AsyncAck

from bot.slack.app import BriefApp
from bot.slack.commands import CommandHandlers
from bot.slack.controls import PageHandlers

Register = Callable[[BriefApp], None]
"""Registers the listeners of one subject."""
ANYTHING = re.compile("")


def register(
    slack_app: BriefApp,
    commands: CommandHandlers,
    pages: PageHandlers,
    *others: Register,
) -> None:
    """Register the listeners of all subjects, the quickest first.

    1. The command, which is answered before Bolt walks its listeners.
    2. The other subjects, which listen to controls, forms and events of their own.
    3. The controls under answers: all that are nobody else's.
    4. Catch-alls: whatever is not answered, Slack would send again.
    """
    commands.register(slack_app)
    for register_others in others:
        register_others(slack_app)
    pages.register(slack_app)

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def offer_nothing(ack: AsyncAck) -> None:
        await ack(options=[])

    async def do_nothing() -> None:
        return

    commands.register_fallback(slack_app)
    slack_app.view(ANYTHING)(acknowledge)
    slack_app.view_closed(ANYTHING)(acknowledge)
    slack_app.shortcut(ANYTHING)(acknowledge)
    slack_app.options(ANYTHING)(offer_nothing)
    slack_app.event(ANYTHING)(do_nothing)
