"""The slash command: answered in its acknowledgement, from memory."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.slack.desk import Desk
from bot.slack.payloads import read_asker, text_in
from bot.slack.reply_cache import payload_json
from bot.slack.views.notices import WRONG_COMMAND, notice


def register(slack_app: AsyncApp, desk: Desk) -> None:
    """Listen to the command; it is looked for first, as Bolt walks its listeners."""

    async def brief(body: dict[str, Any]) -> BoltResponse:
        words, trigger_id = text_in(body, "text"), text_in(body, "trigger_id")
        return answered(await desk.typed(read_asker(body), words, trigger_id))

    slack_app.command(desk.command)(brief)


def register_fallback(slack_app: AsyncApp, desk: Desk) -> None:
    """Answer a command that was given to the app and is none of ours."""

    async def another_command() -> BoltResponse:
        words = WRONG_COMMAND.format(command=desk.command)
        return answered(payload_json(notice(words)))

    slack_app.command(re.compile(""))(another_command)


def answered(ready_json: str) -> BoltResponse:
    """Return the acknowledgement that carries the answer."""
    headers: dict[str, Any] = {"content-type": "application/json;charset=utf-8"}
    return BoltResponse(status=200, body=ready_json, headers=headers)
