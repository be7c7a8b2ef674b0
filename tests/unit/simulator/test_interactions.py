"""Presses, forms and shortcuts, and what the acknowledgement does."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.errors import SlackError
from bot.simulator.interactions import Outcome
from bot.simulator.server import Simulator
from tests.unit.simulator.raw_socket import RawSocket, raw_socket

Json = dict[str, Any]

BUTTON = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Sources"},
    "action_id": "sources",
    "value": "troops",
}
MENU = {
    "type": "static_select",
    "action_id": "topic",
    "options": [
        {"text": {"type": "plain_text", "text": name.title()}, "value": name}
        for name in ("troops", "wonsan")
    ],
}
CONTROLS = {"type": "actions", "block_id": "controls", "elements": [BUTTON, MENU]}
FORM = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "private_metadata": "C0KOREA",
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
FILLED = {"why": {"text": {"type": "plain_text_input", "value": "Because"}}}


@pytest.fixture
async def socket(sim: Simulator) -> AsyncIterator[RawSocket]:
    async with raw_socket(sim) as opened:
        await opened.next()
        yield opened


@pytest.fixture
async def ts(slack: AsyncWebClient) -> str:
    """A message with a button and a menu."""
    posted = await slack.chat_postMessage(
        channel="C0KOREA", text="News", blocks=[CONTROLS]
    )
    return str(posted["ts"])


@pytest.fixture
async def form(sim: Simulator, slack: AsyncWebClient) -> str:
    """A modal open on Alice's screen."""
    trigger_id = sim.triggers.issue("U0ALICE")
    opened = await slack.views_open(trigger_id=trigger_id, view=FORM)
    return str(opened["view"]["id"])


async def exchange(
    socket: RawSocket, act: Coroutine[Any, Any, Outcome], answer: Json | None = None
) -> tuple[Json, Outcome]:
    """Do something, acknowledge it, and return its payload and what came of it."""
    acting = asyncio.create_task(act)
    envelope = await socket.next()
    await socket.ack(envelope, answer)
    payload: Json = envelope["payload"]
    return payload, await acting


async def test_a_pressed_button_says_where_it_stands(
    sim: Simulator, socket: RawSocket, ts: str
) -> None:
    """The payload holds the button's value, the message and its channel."""
    press = sim.press("alice", "C0KOREA", ts, "sources")

    payload, outcome = await exchange(socket, press)

    assert outcome.ok
    assert payload["type"] == "block_actions"
    (action,) = payload["actions"]
    assert (action["action_id"], action["value"]) == ("sources", "troops")
    assert action["block_id"] == "controls"
    assert payload["message"]["ts"] == ts
    assert payload["container"]["channel_id"] == "C0KOREA"
    assert payload["user"]["id"] == "U0ALICE"


async def test_a_chosen_option_comes_whole(
    sim: Simulator, socket: RawSocket, ts: str
) -> None:
    """Its value is enough to choose it."""
    press = sim.press("alice", "C0KOREA", ts, "topic", selected_option="wonsan")

    payload, _ = await exchange(socket, press)

    assert payload["actions"][0]["selected_option"]["text"]["text"] == "Wonsan"


@pytest.mark.parametrize(
    ("action_id", "chosen", "error"),
    [
        ("gone", {}, "no_such_action"),
        ("topic", {"selected_option": "paris"}, "no_such_option"),
    ],
)
async def test_what_is_not_shown_cannot_be_pressed(
    sim: Simulator, ts: str, action_id: str, chosen: dict[str, str], error: str
) -> None:
    """A test that presses thin air fails by itself."""
    with pytest.raises(SlackError, match=error):
        await sim.press("alice", "C0KOREA", ts, action_id, **chosen)


async def test_a_button_in_an_ephemeral_carries_no_message(
    sim: Simulator, slack: AsyncWebClient, socket: RawSocket
) -> None:
    """The container says that it is ephemeral; the text is not told again."""
    whispered = await slack.chat_postEphemeral(
        channel="C0KOREA", user="U0ALICE", text="psst", blocks=[CONTROLS]
    )
    press = sim.press("alice", "C0KOREA", whispered["message_ts"], "sources")

    payload, _ = await exchange(socket, press)

    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload


@pytest.mark.parametrize("values", [{}, {"why": {"text": {"value": None}}}])
async def test_a_form_whose_field_is_empty_is_not_sent(
    sim: Simulator, slack: AsyncWebClient, values: Json
) -> None:
    """Slack's client asks for it itself; the form stays open."""
    opened = await slack.views_open(trigger_id=sim.triggers.issue("U0ALICE"), view=FORM)

    outcome = await sim.submit_view("alice", opened["view"]["id"], values)

    assert outcome.errors == {"why": "Please complete this required field."}
    assert len(sim.workspace.views.stack("U0ALICE")) == 1


async def test_a_submitted_form_carries_its_values_and_closes(
    sim: Simulator, socket: RawSocket, form: str
) -> None:
    """An empty acknowledgement closes the modal."""
    payload, outcome = await exchange(socket, sim.submit_view("alice", form, FILLED))

    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"] == FILLED
    assert payload["view"]["private_metadata"] == "C0KOREA"
    assert outcome.ok
    assert sim.workspace.views.stack("U0ALICE") == ()


async def test_errors_keep_the_form_open(
    sim: Simulator, socket: RawSocket, form: str
) -> None:
    """They are shown beside the blocks they name."""
    answer = {"response_action": "errors", "errors": {"why": "Say more."}}

    _, outcome = await exchange(socket, sim.submit_view("alice", form, FILLED), answer)

    assert outcome.errors == {"why": "Say more."}
    assert len(sim.workspace.views.stack("U0ALICE")) == 1


async def test_errors_about_other_blocks_are_refused(
    sim: Simulator, socket: RawSocket, form: str
) -> None:
    """Slack cannot show an error where nothing is to be filled in."""
    answer = {"response_action": "errors", "errors": {"when": "Too late."}}

    _, outcome = await exchange(socket, sim.submit_view("alice", form, FILLED), answer)

    assert outcome.error == "invalid_response_action"


@pytest.mark.parametrize(
    ("action", "depth"), [("update", 1), ("push", 2), ("clear", 0)]
)
async def test_a_response_action_moves_the_stack(
    sim: Simulator, socket: RawSocket, form: str, action: str, depth: int
) -> None:
    """The acknowledgement may update, push or clear."""
    view = {**FORM, "title": {"type": "plain_text", "text": "Thanks"}}
    answer = {"response_action": action, "view": view}

    await exchange(socket, sim.submit_view("alice", form, FILLED), answer)

    stack = sim.workspace.views.stack("U0ALICE")
    assert len(stack) == depth
    assert [view.content["title"]["text"] for view in stack[-1:]] == (
        ["Thanks"] if depth else []
    )


async def test_a_bad_view_in_the_acknowledgement_is_an_error(
    sim: Simulator, socket: RawSocket, form: str
) -> None:
    """The limits hold there too."""
    answer = {"response_action": "update", "view": {**FORM, "blocks": [{}]}}

    _, outcome = await exchange(socket, sim.submit_view("alice", form, FILLED), answer)

    assert outcome.error == "invalid_arguments"


async def test_closing_is_told_only_when_asked_for(
    sim: Simulator, slack: AsyncWebClient, socket: RawSocket, form: str
) -> None:
    """`notify_on_close` brings a `view_closed`, without a trigger."""
    silent = await sim.close_view("alice", form)
    opened = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"), view={**FORM, "notify_on_close": True}
    )

    payload, _ = await exchange(socket, sim.close_view("alice", opened["view"]["id"]))

    assert silent.ok
    assert (payload["type"], payload["is_cleared"]) == ("view_closed", False)
    assert "trigger_id" not in payload


async def test_a_press_in_a_view_carries_what_was_filled_in(
    sim: Simulator, slack: AsyncWebClient, socket: RawSocket
) -> None:
    """The view's state goes along."""
    opened = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"),
        view={**FORM, "blocks": [*FORM["blocks"], CONTROLS]},
    )
    press = sim.press_in_view("alice", opened["view"]["id"], "sources", state=FILLED)

    payload, _ = await exchange(socket, press)

    assert payload["container"] == {"type": "view", "view_id": opened["view"]["id"]}
    assert payload["view"]["state"]["values"] == FILLED
    assert "response_url" not in payload


async def test_a_shortcut_carries_the_message(
    sim: Simulator, socket: RawSocket
) -> None:
    """It works in threads too, where commands do not."""
    parent = (await sim.type("alice", "#korea-desk", "News?")).message
    assert parent
    reply = (await sim.type("bruno", "#korea-desk", "Kursk", parent.ts)).message
    assert reply

    payload, outcome = await exchange(
        socket, sim.shortcut("alice", "C0KOREA", reply.ts, "look_up")
    )

    assert outcome.ok
    assert payload["type"] == "message_action"
    assert payload["callback_id"] == "look_up"
    assert payload["message"]["text"] == "Kursk"
    assert payload["channel"]["id"] == "C0KOREA"


async def test_a_command_is_not_for_threads(sim: Simulator) -> None:
    """Slack says so without asking the app."""
    parent = (await sim.type("alice", "#korea-desk", "News?")).message
    assert parent

    outcome = await sim.type("alice", "#korea-desk", "/brief", parent.ts)

    assert outcome.error == "/brief is not supported in threads. Sorry!"


async def test_a_command_is_not_for_other_companies(sim: Simulator) -> None:
    """Only members of the installing workspace can run it."""
    outcome = await sim.type("erik", "#partners", "/brief")

    assert outcome.error == "/brief is not a valid command."


@pytest.mark.parametrize(
    ("channel", "name"),
    [("#korea-desk", "korea-desk"), ("#korea-curators", "privategroup")],
)
async def test_a_command_names_no_private_channel(
    sim: Simulator, socket: RawSocket, channel: str, name: str
) -> None:
    """The id is told, the name is not."""
    payload, _ = await exchange(socket, sim.type("alice", channel, "/brief a"))

    assert payload["channel_name"] == name


async def test_a_command_without_escaping_gets_plain_names(
    sim: Simulator, socket: RawSocket
) -> None:
    """`should_escape` is off in the default workspace."""
    payload, _ = await exchange(
        socket, sim.type("alice", "#korea-desk", "/brief @bruno <&>")
    )

    assert payload["text"] == "@bruno <&>"


async def test_bad_blocks_in_the_acknowledgement_are_an_error(
    sim: Simulator, socket: RawSocket
) -> None:
    """The asker sees that something is wrong, and no message."""
    answer = {"text": "x", "blocks": [{"type": "poem"}]}

    _, outcome = await exchange(
        socket, sim.type("alice", "#korea-desk", "/brief"), answer
    )

    assert outcome.error == "invalid_blocks"
    assert sim.shown() == ()
