"""A small Bolt app for scenes about the page: it greets, asks and shows a Home."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator

Json = dict[str, Any]


@asynccontextmanager
async def greeter(simulator: Simulator) -> AsyncIterator[AsyncApp]:
    """Run the app against a simulator, over Socket Mode, until the scene ends."""
    client = AsyncWebClient(simulator.bot_token, base_url=simulator.api_url)
    app = AsyncApp(client=client)
    _listen(app)
    handler = AsyncSocketModeHandler(app, simulator.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        # The SDK leaves the closing of its sockets to the next turns of the loop.
        await asyncio.sleep(0)


def _listen(app: AsyncApp) -> None:
    app.command("/brief")(_greet)
    app.action("ask")(_ask)
    app.action("topic")(_topic)
    app.action("pause")(_pause)
    app.view("question")(_answer)
    app.event("message")(_reply)
    app.event("app_home_opened")(_publish)
    app.shortcut("look_up")(_look_up)


async def _greet(ack: Any, command: Json) -> None:
    await ack(text="Hello", blocks=[section(f"*Hello* {command['text']}"), CONTROLS])


async def _ask(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=QUESTION)


async def _topic(ack: Any, action: Json, respond: Any) -> None:
    await ack()
    chosen = action["selected_option"]["value"]
    await respond(text=f"You chose {chosen}.", replace_original=True)


async def _answer(ack: Any, view: Json, body: Json, client: AsyncWebClient) -> None:
    asked = view["state"]["values"]["question"]["text"]["value"]
    if not asked.endswith("?"):
        await ack(response_action="errors", errors={"question": "Ask a question."})
        return
    await ack()
    await client.chat_postMessage(channel=body["user"]["id"], text=f"Asked: {asked}")


async def _reply(event: Json, say: Any) -> None:
    await say(text=f"You said: {event['text']}")


async def _publish(event: Json, client: AsyncWebClient) -> None:
    if event["tab"] == "home":
        await client.views_publish(user_id=event["user"], view=home("Good morning"))


async def _pause(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_publish(user_id=body["user"]["id"], view=home("Paused"))


async def _look_up(ack: Any, shortcut: Json, respond: Any) -> None:
    await ack()
    await respond(text=f"Looked up: {shortcut['message']['text']}")


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str) -> Json:
    return {"type": "button", "text": words(text), "action_id": action_id}


def home(heading: str) -> Json:
    controls = {"type": "actions", "elements": [button("Pause", "pause")]}
    header = {"type": "header", "text": words(heading)}
    return {"type": "home", "blocks": [header, section("*Your digests*"), controls]}


TOPIC_SELECT = {
    "type": "static_select",
    "action_id": "topic",
    "placeholder": words("Open a topic"),
    "options": [{"text": words(t.title()), "value": t} for t in ("lessons", "troops")],
}
CONTROLS = {"type": "actions", "elements": [button("Ask", "ask"), TOPIC_SELECT]}
QUESTION = {
    "type": "modal",
    "callback_id": "question",
    "title": words("Ask the curators"),
    "submit": words("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "question",
            "label": words("Your question"),
            "hint": words("The curators read this."),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
