"""The message shortcut: slash commands do not work in threads, this does."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.manifest import LOOK_UP
from bot.slack.payloads import Interaction, read_asker, text_in
from bot.slack.views.controls import Action
from bot.slack.views.mrkdwn import written


def register(slack_app: AsyncApp, desk: Desk) -> None:
    """Search the briefing for the words of any message."""

    async def look_up(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        press = Interaction(
            read_asker(body),
            Action.OPEN,
            written(text_in(body, "message", "text")),
            trigger_id=text_in(body, "trigger_id"),
            response_url=text_in(body, "response_url"),
        )
        desk.background.start(desk.look_up(press), "look-up")

    slack_app.message_shortcut(LOOK_UP)(look_up)
