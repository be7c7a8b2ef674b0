"""Which changes the app hears of, and in which words."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.server import Simulator

Json = dict[str, Any]


class Listener:
    """Stands where the app stands, and acknowledges everything."""

    def __init__(self) -> None:
        self.heard: list[Json] = []

    async def send(self, envelope: Any) -> Json:
        self.heard.append(envelope.payload)
        return {}

    @property
    def types(self) -> list[str]:
        return [payload["event"]["type"] for payload in self.heard]


@pytest.fixture
def listener(sim: Simulator) -> Listener:
    heard = Listener()
    sim.delivery.transport = heard
    return heard


async def settle() -> None:
    """Let the events that were sent in the background arrive."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_dm_is_heard(sim: Simulator, listener: Listener) -> None:
    """The outer payload names team, app and a unique id."""
    await sim.type("alice", sim.dm("alice"), "How many?")
    await settle()

    (payload,) = listener.heard
    assert payload["type"] == "event_callback"
    assert (payload["team_id"], payload["api_app_id"]) == ("T0MERIDIAN", "A0BRIEF")
    assert payload["event_id"].startswith("Ev")
    assert payload["authorizations"][0]["user_id"] == "U0BRIEF"
    event = payload["event"]
    assert (event["type"], event["channel_type"]) == ("message", "im")
    assert (event["user"], event["text"]) == ("U0ALICE", "How many?")


async def test_a_mention_is_heard_where_the_app_is_a_member(
    sim: Simulator, listener: Listener
) -> None:
    """`message.channels` is not subscribed to, so there is one event."""
    await sim.type("alice", "#korea-desk", "@brief how many?")
    await sim.type("alice", "#europe-desk", "@brief how many?")
    await settle()

    assert listener.types == ["app_mention"]
    assert listener.heard[0]["event"]["text"] == "<@U0BRIEF> how many?"


async def test_own_messages_are_heard_as_a_bots(
    slack: AsyncWebClient, listener: Listener
) -> None:
    """The bot's id tells them from a person's, and an edit has its subtype."""
    posted = await slack.chat_postMessage(channel="U0ALICE", text="News")
    await slack.chat_update(channel=posted["channel"], ts=posted["ts"], text="Old")
    await settle()

    first, second = (payload["event"] for payload in listener.heard)
    assert first["bot_id"] == "B0BRIEF"
    assert second["subtype"] == "message_changed"
    assert second["previous_message"]["text"] == "News"


ACTS: dict[str, tuple[Callable[[Simulator], None], list[str]]] = {
    "renamed": (lambda sim: sim.rename("#korea-desk", "asia"), ["channel_rename"]),
    "archived": (lambda sim: sim.archive("#korea-desk"), ["channel_archive"]),
    "private archived": (
        lambda sim: sim.archive("#korea-curators"),
        ["group_archive"],
    ),
    "another's private archived": (lambda sim: sim.archive("#board"), []),
    "shared": (lambda sim: sim.share("#korea-desk"), ["channel_shared"]),
    "unshared": (lambda sim: sim.unshare("#partners"), ["channel_unshared"]),
    "joined": (
        lambda sim: sim.join("gita", "#korea-desk"),
        ["member_joined_channel"],
    ),
    "left": (lambda sim: sim.leave("bruno", "#korea-desk"), ["member_left_channel"]),
    "joined where the app is not": (lambda sim: sim.join("chiyo", "#europe-desk"), []),
    "app removed": (
        lambda sim: sim.leave("brief", "#korea-desk"),
        ["member_left_channel"],
    ),
    "another id": (
        lambda sim: sim.change_id("#korea-curators", "C0CURATORS2"),
        ["channel_id_changed"],
    ),
    "new zone": (
        lambda sim: sim.change_user("alice", tz="Asia/Seoul"),
        ["user_change"],
    ),
    "tokens revoked": (lambda sim: sim.revoke_token(), ["tokens_revoked"]),
    "uninstalled": (
        lambda sim: sim.uninstall(),
        ["tokens_revoked", "app_uninstalled"],
    ),
}


@pytest.mark.parametrize(("act", "types"), ACTS.values(), ids=list(ACTS))
async def test_what_happens_is_heard(
    sim: Simulator,
    listener: Listener,
    act: Callable[[Simulator], None],
    types: list[str],
) -> None:
    """Each change has its event, as far as the app may know of it."""
    act(sim)
    await settle()

    assert listener.types == types


async def test_an_event_from_a_shared_channel_says_so(
    sim: Simulator, listener: Listener
) -> None:
    """Another company's person is marked by their team."""
    await sim.type("erik", "#partners", "@brief hello")
    await settle()

    (payload,) = listener.heard
    assert payload["is_ext_shared_channel"] is True
    assert payload["event"]["user_team"] == "T0FJORD"


async def test_messages_keep_their_place_when_a_channel_changes_its_id(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The old id is gone, the history is under the new one."""
    await slack.chat_postMessage(channel="C0CURATORS", text="News")
    sim.change_id("#korea-curators", "C0CURATORS2")

    listed = await slack.conversations_history(channel="C0CURATORS2")

    assert [message["text"] for message in listed["messages"]] == ["News"]
