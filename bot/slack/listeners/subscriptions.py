"""Subscriptions: the form, its button on every digest, the menus in lists."""

import re
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.payloads import read_any_press, read_asker, read_installation, text_in
from bot.slack.subscription_desk import SubscriptionDesk
from bot.slack.views.controls import Action
from bot.slack.views.subscriptions import CALLBACK_ID, CHANGE


def register(
    slack_app: AsyncApp, desk: SubscriptionDesk, forget: Callable[..., None]
) -> None:
    """Listen to everything about subscriptions, before the listeners for the rest.

    `forget` drops what is known of a person: of one event Bolt tells one listener.
    """

    async def subscribe(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        await ack()
        press = read_any_press(body, action)
        desk.background.start(desk.pressed_subscribe(press), "subscribe")

    async def submit(ack: AsyncAck, body: dict[str, Any]) -> None:
        view = body.get("view") or {}
        await ack(**await desk.submitted(read_asker(body), view))

    async def change(
        ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]
    ) -> None:
        await ack()
        press = read_any_press(body, action)
        desk.background.start(desk.pressed_change(press), "subscription")

    async def person_changed(body: dict[str, Any], event: dict[str, Any]) -> None:
        installation, user = read_installation(body), event.get("user")
        if isinstance(user, dict):
            forget(installation, text_in(user, "id"))
            await desk.person_changed(installation, user)

    async def uninstalled(body: dict[str, Any]) -> None:
        await desk.uninstalled(read_installation(body))

    slack_app.action(re.compile(f"^{Action.SUBSCRIBE}/"))(subscribe)
    slack_app.action(re.compile(f"^{CHANGE}/"))(change)
    slack_app.view(CALLBACK_ID)(submit)
    slack_app.event("user_change")(person_changed)
    slack_app.event("app_uninstalled")(uninstalled)
