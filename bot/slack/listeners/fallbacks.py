"""Catch-alls: whatever Slack sends, it is answered, or Slack would send it again."""

import re

from slack_bolt.async_app import AsyncAck, AsyncApp

ANYTHING = re.compile("")


def register(slack_app: AsyncApp) -> None:
    """Acknowledge what no other listener knows; registered last."""

    async def acknowledge(ack: AsyncAck) -> None:
        await ack()

    async def no_options(ack: AsyncAck) -> None:
        await ack(options=[])

    async def nothing_to_do() -> None:
        return

    slack_app.view(ANYTHING)(acknowledge)
    slack_app.view_closed(ANYTHING)(acknowledge)
    slack_app.shortcut(ANYTHING)(acknowledge)
    slack_app.options(ANYTHING)(no_options)
    slack_app.event(ANYTHING)(nothing_to_do)
