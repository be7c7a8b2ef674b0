"""`response_url`: how often, how long, and what it can touch."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.simulator.clock import SteppedClock
from bot.simulator.server import Simulator
from tests.unit.simulator.raw_socket import raw_socket


@pytest.fixture
async def url(sim: Simulator) -> str:
    """What came with a command in a channel that the app is no member of."""
    async with raw_socket(sim) as socket:
        await socket.next()
        typing = asyncio.create_task(sim.type("alice", "#europe-desk", "/brief"))
        envelope = await socket.next()
        await socket.ack(envelope)
        await typing
        return str(envelope["payload"]["response_url"])


async def test_a_reply_is_for_the_asker_where_the_app_is_no_member(
    sim: Simulator, url: str
) -> None:
    """Ephemeral unless it says otherwise."""
    answer = await AsyncWebhookClient(url).send(text="News")

    (shown,) = sim.shown()
    assert (answer.status_code, answer.body) == (200, "ok")
    assert shown.message
    assert (shown.message.channel, shown.message.ephemeral_to) == (
        "C0EUROPE",
        "U0ALICE",
    )


async def test_in_channel_is_for_everybody(sim: Simulator, url: str) -> None:
    """`response_type` decides."""
    await AsyncWebhookClient(url).send(text="News", response_type="in_channel")

    (shown,) = sim.shown()
    assert shown.message
    assert shown.message.ephemeral_to == ""


async def test_a_sixth_use_is_refused(sim: Simulator, url: str) -> None:
    """404 `used_url`; the SDK raises nothing."""
    webhook = AsyncWebhookClient(url)

    answers = [await webhook.send(text=str(number)) for number in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    assert len(sim.shown()) == 5


async def test_after_half_an_hour_it_is_refused(url: str, clock: SteppedClock) -> None:
    """404 `expired_url`."""
    await clock.advance(30 * 60 + 1)

    answer = await AsyncWebhookClient(url).send(text="Late")

    assert answer.status_code == 404
    assert "expired_url" in answer.body


async def test_an_ephemeral_is_replaced_and_stays_one(sim: Simulator, url: str) -> None:
    """It cannot be turned into a message for the channel."""
    webhook = AsyncWebhookClient(url)
    await webhook.send(text="One moment")
    await webhook.send(text="News", replace_original=True, response_type="in_channel")

    first, second = sim.shown()
    assert (first.kind, second.kind) == ("ephemeral", "ephemeral_changed")
    assert second.message
    assert (second.message.text, second.message.ephemeral_to) == ("News", "U0ALICE")


async def test_an_original_is_deleted(sim: Simulator, url: str) -> None:
    """What was whispered can be taken back."""
    webhook = AsyncWebhookClient(url)
    await webhook.send(text="One moment")
    await webhook.send(delete_original=True)

    assert [shown.kind for shown in sim.shown()] == ["ephemeral", "ephemeral_deleted"]


@pytest.mark.parametrize(
    "payload", [{"text": ""}, {"blocks": [{"type": "poem"}]}], ids=["empty", "blocks"]
)
async def test_bad_content_is_refused(
    http: aiohttp.ClientSession, url: str, payload: dict[str, Any]
) -> None:
    """The limits hold here as well."""
    async with http.post(url, json=payload) as response:
        assert response.status == 400


async def test_a_press_in_a_thread_is_answered_there(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """The reply stands where the button stood."""
    parent = await slack.chat_postMessage(channel="C0KOREA", text="News")
    button = {
        "type": "button",
        "text": {"type": "plain_text", "text": "More"},
        "action_id": "more",
    }
    reply = await slack.chat_postMessage(
        channel="C0KOREA",
        text="More?",
        thread_ts=parent["ts"],
        blocks=[{"type": "actions", "elements": [button]}],
    )
    async with raw_socket(sim) as socket:
        await socket.next()
        pressing = asyncio.create_task(
            sim.press("alice", "C0KOREA", reply["ts"], "more")
        )
        envelope = await socket.next()
        await socket.ack(envelope)
        await pressing

    await AsyncWebhookClient(envelope["payload"]["response_url"]).send(text="Here")

    shown = sim.shown()[-1].message
    assert shown
    assert shown.thread_ts == parent["ts"]
