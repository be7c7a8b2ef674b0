"""What the page is told, and what it can do, as whom."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator
from bot.simulator.tour import Folder, Step, Tour
from tests.patience import PATIENCE_S
from tests.unit.simulator.raw_socket import raw_socket

Json = dict[str, Any]


async def get(http: aiohttp.ClientSession, path: str, **query: str) -> Json:
    async with http.get(f"/client/{path}", params=query) as response:
        answer: Json = await response.json()
        return answer


async def post(http: aiohttp.ClientSession, path: str, body: Json) -> Json:
    async with http.post(f"/client/{path}", json=body) as response:
        answer: Json = await response.json()
        return answer


async def test_boot_tells_who_and_what_there_is(http: aiohttp.ClientSession) -> None:
    """The page starts from one answer."""
    boot = await get(http, "boot", **{"as": "U0ALICE"})

    assert boot["me"] == "U0ALICE"
    assert boot["team"]["name"] == "Meridian Desk"
    assert boot["app"]["bot_user_id"] == "U0BRIEF"
    assert boot["app"]["commands"][0]["command"] == "/brief"
    assert {user["id"] for user in boot["users"]} >= {"U0ALICE", "U0GITA", "U0BRIEF"}
    (dm,) = [each for each in boot["channels"] if each["is_im"]]
    assert dm["user"] == "U0BRIEF"
    assert boot["tips"] == []
    assert boot["tour"] is None


async def test_boot_hands_on_what_newcomers_may_try() -> None:
    """The page offers the tips and the tour that the simulator was started with."""
    step = Step(title="A", text="B", button="C", look="D", user="alice", say="/brief")
    tour = Tour(steps=(step,), ending="E", folder=Folder(path="/briefs"))
    async with (
        Simulator(tips=["/brief"], tour=tour) as sim,
        aiohttp.ClientSession(base_url=sim.url) as session,
    ):
        boot = await get(session, "boot")

    assert boot["tips"] == ["/brief"]
    (told,) = boot["tour"]["steps"]
    assert (told["user"], told["channel"]) == ("U0ALICE", sim.dm("alice"))
    assert boot["tour"]["ending"] == "E"
    assert boot["tour"]["folder"] == {"path": "/briefs", "open_post": ""}


async def test_a_guest_sees_only_channels_they_are_in(
    http: aiohttp.ClientSession,
) -> None:
    """Guests do not browse public channels."""
    boot = await get(http, "boot", **{"as": "U0GITA"})

    assert [each["name"] for each in boot["channels"]] == ["visitors", ""]


async def test_boot_without_a_name_is_the_first_person(
    http: aiohttp.ClientSession,
) -> None:
    """The page opens before anybody has said who they are."""
    boot = await get(http, "boot")

    assert boot["me"] == "U0ALICE"


async def test_a_message_is_sent_and_listed(http: aiohttp.ClientSession) -> None:
    """What one person writes the others read, escaped and with mentions as tokens."""
    body = {"as": "U0ALICE", "channel": "C0KOREA", "text": "a < b, @brief?"}

    sent = await post(http, "send", body)
    listed = await get(http, "messages", **{"as": "U0BRUNO", "channel": "C0KOREA"})

    assert sent["ok"] is True
    (message,) = listed["messages"]
    assert message["text"] == "a &lt; b, <@U0BRIEF>?"
    assert message["ts"] == sent["ts"]


async def test_a_thread_is_listed_apart(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """The channel shows the parent with its count, the thread shows both."""
    parent = (await sim.type("alice", "#korea-desk", "News?")).message
    assert parent
    await sim.type("bruno", "#korea-desk", "None", parent.ts)

    viewer = {"as": "U0ALICE", "channel": "C0KOREA"}
    channel = await get(http, "messages", **viewer)
    thread = await get(http, "messages", **viewer, thread_ts=parent.ts)

    assert [each["reply_count"] for each in channel["messages"]] == [1]
    assert [each["text"] for each in thread["messages"]] == ["News?", "None"]


async def test_an_ephemeral_is_listed_for_its_reader_alone(
    http: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    """Nobody else finds it in the channel."""
    await slack.chat_postEphemeral(channel="C0KOREA", user="U0ALICE", text="psst")

    hers = await get(http, "messages", **{"as": "U0ALICE", "channel": "C0KOREA"})
    his = await get(http, "messages", **{"as": "U0BRUNO", "channel": "C0KOREA"})

    assert [each["ephemeral_to"] for each in hers["messages"]] == ["U0ALICE"]
    assert his["messages"] == []


async def test_a_private_channel_is_not_there_for_others(
    http: aiohttp.ClientSession,
) -> None:
    """Membership decides what can be read."""
    listed = await get(http, "messages", **{"as": "U0CHIYO", "channel": "C0SECRET"})

    assert listed == {"ok": False, "error": "channel_not_found"}


async def test_unread_messages_are_counted_until_the_channel_is_opened(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """The sidebar's number goes when the channel was looked at."""
    await sim.type("bruno", "#korea-desk", "News")

    before = await _unread(http)
    await get(http, "messages", **{"as": "U0ALICE", "channel": "C0KOREA"})

    assert (before, await _unread(http)) == (1, 0)


async def _unread(http: aiohttp.ClientSession) -> int:
    boot = await get(http, "boot", **{"as": "U0ALICE"})
    (room,) = [each for each in boot["channels"] if each["id"] == "C0KOREA"]
    return int(room["unread"])


async def test_the_stream_tells_what_the_reader_may_see(
    http: aiohttp.ClientSession, sim: Simulator, slack: AsyncWebClient
) -> None:
    """Another person's ephemeral never arrives; what is public does, with its type."""
    async with http.get("/client/stream", params={"as": "U0ALICE"}) as stream:
        await stream.content.readuntil(b": hello\n\n")

        await slack.chat_postEphemeral(channel="C0KOREA", user="U0BRUNO", text="psst")
        posted = await slack.chat_postMessage(channel="C0KOREA", text="News")
        await slack.chat_update(channel="C0KOREA", ts=posted["ts"], text="Old news")
        await slack.chat_delete(channel="C0KOREA", ts=posted["ts"])
        sim.rename("#korea-desk", "peninsula")

        told = [await _next(stream) for _ in range(4)]

    assert [each["type"] for each in told] == [
        "message",
        "message_changed",
        "message_deleted",
        "channel",
    ]
    assert told[1]["message"]["text"] == "Old news"
    assert told[3]["channel"]["name"] == "peninsula"


async def _next(stream: aiohttp.ClientResponse) -> Json:
    async with asyncio.timeout(PATIENCE_S):
        line = await stream.content.readuntil(b"\n\n")
    told: Json = json.loads(line.removeprefix(b"data: "))
    return told


async def test_a_reply_is_told_with_what_it_answers(
    http: aiohttp.ClientSession, sim: Simulator
) -> None:
    """A page learns from it how many replies the channel's message has now."""
    parent = (await sim.type("alice", "#korea-desk", "News?")).message
    assert parent
    async with http.get("/client/stream", params={"as": "U0ALICE"}) as stream:
        await stream.content.readuntil(b"\n\n")
        await sim.type("bruno", "#korea-desk", "None", parent.ts)
        told = await stream.content.readuntil(b"\n\n")

    event = json.loads(told.removeprefix(b"data: "))
    assert event["message"]["text"] == "None"
    assert (event["parent"]["ts"], event["parent"]["reply_count"]) == (parent.ts, 1)


async def test_a_home_is_told_once_published(
    http: aiohttp.ClientSession, slack: AsyncWebClient
) -> None:
    """Before the app publishes one there is none."""
    before = await get(http, "home", **{"as": "U0ALICE"})
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await slack.views_publish(user_id="U0ALICE", view=home)
    after = await get(http, "home", **{"as": "U0ALICE"})

    assert before["view"] is None
    assert after["view"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("/nonsense", "/nonsense is not a valid command."),
        ("/brief", "dispatch_failed"),
    ],
    ids=["unknown command", "no app connected"],
)
async def test_a_command_that_cannot_run_says_why(
    http: aiohttp.ClientSession, text: str, error: str
) -> None:
    """The composer shows Slack's own words."""
    body = {"as": "U0ALICE", "channel": "C0KOREA", "text": text}

    assert await post(http, "send", body) == {"ok": False, "error": error}


async def test_a_malformed_act_is_refused(http: aiohttp.ClientSession) -> None:
    """A mistake of the page is told apart from a refusal of Slack's."""
    async with http.post("/client/send", json={"as": "U0ALICE"}) as response:
        answer = await response.json()

    assert response.status == 400
    assert answer == {"ok": False, "error": "invalid request: KeyError('channel')"}


BUTTON: Json = {
    "type": "button",
    "text": {"type": "plain_text", "text": "Sources"},
    "action_id": "sources",
}
FORM: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Ask"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [{"type": "actions", "elements": [BUTTON]}],
}


async def test_every_act_of_the_page_reaches_the_app(
    http: aiohttp.ClientSession, sim: Simulator, slack: AsyncWebClient
) -> None:
    """Pressing, submitting, closing, shortcuts and the Home, each by its own path."""
    posted = await slack.chat_postMessage(
        channel="C0KOREA", text="News", blocks=FORM["blocks"]
    )
    opened = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"), view={**FORM, "notify_on_close": True}
    )
    message = {"type": "message", "channel": "C0KOREA", "ts": posted["ts"]}
    view_id = opened["view"]["id"]
    view = {"type": "view", "view_id": view_id}
    acts: list[tuple[str, Json, str]] = [
        ("home_opened", {"tab": "messages"}, "event_callback"),
        ("action", {"container": message, "action_id": "sources"}, "block_actions"),
        ("action", {"container": view, "action_id": "sources"}, "block_actions"),
        (
            "shortcut",
            {"channel": "C0KOREA", "ts": posted["ts"], "callback_id": "look_up"},
            "message_action",
        ),
        ("close", {"view_id": view_id}, "view_closed"),
    ]

    seen = []
    async with raw_socket(sim) as socket:
        await socket.next()
        for path, body, _ in acts:
            acting = asyncio.create_task(post(http, path, {"as": "U0ALICE", **body}))
            envelope = await socket.next()
            await socket.ack(envelope)
            assert (await acting) == {"ok": True}
            seen.append(envelope["payload"]["type"])

    assert seen == [type for _, _, type in acts]


async def test_a_form_with_errors_says_which(
    http: aiohttp.ClientSession, sim: Simulator, slack: AsyncWebClient
) -> None:
    """The page shows them beside the blocks."""
    field = {
        "type": "input",
        "block_id": "why",
        "label": {"type": "plain_text", "text": "Why"},
        "element": {"type": "plain_text_input", "action_id": "text"},
    }
    opened = await slack.views_open(
        trigger_id=sim.triggers.issue("U0ALICE"), view={**FORM, "blocks": [field]}
    )
    body = {
        "as": "U0ALICE",
        "view_id": opened["view"]["id"],
        "state": {"values": {"why": {"text": {"value": "Hm"}}}},
    }

    async with raw_socket(sim) as socket:
        await socket.next()
        submitting = asyncio.create_task(post(http, "submit", body))
        envelope = await socket.next()
        answer = {"response_action": "errors", "errors": {"why": "Say more."}}
        await socket.ack(envelope, answer)

        assert await submitting == {"ok": True, **answer}
