"""Reaching the curators: two forms, opened by a press and kept when they are sent."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.background import Background
from bot.slack.feedback_desk import FeedbackDesk
from bot.slack.payloads import read_any_press, read_asker
from bot.slack.views.controls import Action
from bot.slack.views.feedback import QUESTION, REPORT


def register(slack_app: AsyncApp, desk: FeedbackDesk, background: Background) -> None:
    """Listen to "Ask the curators" and to both forms."""

    async def ask(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        background.start(desk.ask(read_any_press(body, action)), "ask")

    async def submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        view = body.get("view") or {}
        await ack(**await desk.submitted(read_asker(body), view))

    slack_app.action(re.compile(f"^{Action.ASK}/"))(ask)
    slack_app.view(REPORT)(submit)
    slack_app.view(QUESTION)(submit)
