"""Buttons and menus: acknowledged at once, answered by a tracked task."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.desk import Desk
from bot.slack.payloads import Interaction, read_asker, read_press, text_in
from bot.slack.views.controls import Action


def register(slack_app: AsyncApp, desk: Desk) -> None:
    """Listen to every control; those that are not ours get a kind word."""

    async def pressed(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        await ack()
        press = read_press(body, action)
        work = desk.pressed(press) if press else desk.misread(_unread(body))
        desk.background.start(work, "press")

    slack_app.action(re.compile(""))(pressed)


def _unread(body: dict[str, Any]) -> Interaction:
    return Interaction(
        read_asker(body),
        Action.OPEN,
        "",
        trigger_id=text_in(body, "trigger_id"),
        response_url=text_in(body, "response_url"),
        view_id=text_in(body, "view", "id"),
    )
