"""The App Home: drawn when it is opened, searched from its own field."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.audiences import Asker
from bot.slack.desk import Desk
from bot.slack.home_desk import HomeDesk
from bot.slack.payloads import read_any_press, read_installation, text_in
from bot.slack.views.home import SEARCH


def register(slack_app: AsyncApp, home: HomeDesk, desk: Desk) -> None:
    """Listen to openings of the Home and to its search."""

    async def opened(body: dict[str, Any], event: dict[str, Any]) -> None:
        if text_in(event, "tab") != "home":
            return
        asker = Asker(read_installation(body), text_in(event, "user"))
        work = home.opened(asker, text_in(event, "view", "hash"))
        desk.background.start(work, "home")

    async def search(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        await ack()
        press = read_any_press(body, action)
        if press.value.strip():
            desk.background.start(desk.look_up(press), "search")

    slack_app.event("app_home_opened")(opened)
    slack_app.action(SEARCH)(search)
