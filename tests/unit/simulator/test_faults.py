"""Faults: what the caller sees, and what was stored all the same."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.faults import FaultKind, FaultRule, Faults
from bot.simulator.server import Simulator
from tests.unit.simulator.watched_clock import WatchedClock

METADATA = {"event_type": "briefing_delivery", "event_payload": {"id": "a", "part": 1}}


def arm(sim: Simulator, kind: FaultKind, **more: Any) -> None:
    sim.faults.add(FaultRule(kind=kind, method="chat.postMessage", **more))


async def post(slack: AsyncWebClient) -> Any:
    return await slack.chat_postMessage(
        channel="C0KOREA", text="News", metadata=METADATA
    )


@pytest.mark.parametrize(
    ("kind", "stored"), [(FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1)]
)
async def test_a_dropped_connection_may_have_stored(
    sim: Simulator, slack: AsyncWebClient, kind: FaultKind, stored: int
) -> None:
    """The caller cannot tell one from the other."""
    arm(sim, kind)

    with pytest.raises(aiohttp.ClientConnectionError):
        await post(slack)

    assert len(sim.shown()) == stored


async def test_the_sdks_default_posts_twice_after_a_drop(sim: Simulator) -> None:
    """The trap that the posting client must avoid: one success, two messages."""
    arm(sim, FaultKind.DROP_AFTER, nth=1)
    default = AsyncWebClient(sim.bot_token, base_url=sim.api_url)

    await post(default)

    assert len(sim.shown()) == 2


@pytest.mark.parametrize(
    ("kind", "stored"), [(FaultKind.STATUS_BEFORE, 0), (FaultKind.STATUS_AFTER, 1)]
)
async def test_a_500_may_have_stored(
    sim: Simulator, http: aiohttp.ClientSession, kind: FaultKind, stored: int
) -> None:
    """Its body is no JSON."""
    arm(sim, kind, status=503)
    headers = {"Authorization": f"Bearer {sim.bot_token}"}
    body = {"channel": "C0KOREA", "text": "News"}

    async with http.post(
        "/api/chat.postMessage", json=body, headers=headers
    ) as response:
        assert (response.status, await response.text()) == (503, "upstream error")

    assert len(sim.shown()) == stored


@pytest.mark.parametrize(
    ("kind", "stored"), [(FaultKind.ERROR_BEFORE, 0), (FaultKind.ERROR_AFTER, 1)]
)
async def test_an_internal_error_may_have_stored(
    sim: Simulator, slack: AsyncWebClient, kind: FaultKind, stored: int
) -> None:
    """`internal_error` unless the rule names another."""
    arm(sim, kind)

    with pytest.raises(SlackApiError, match="internal_error"):
        await post(slack)

    assert len(sim.shown()) == stored


async def test_a_hanging_call_is_dropped_after_its_time(
    sim: Simulator, slack: AsyncWebClient, clock: WatchedClock
) -> None:
    """Nothing is stored."""
    arm(sim, FaultKind.HANG_AND_DROP, seconds=60)

    posting = asyncio.create_task(post(slack))
    await clock.somebody_sleeps(60)
    await clock.advance(60)

    with pytest.raises(aiohttp.ClientConnectionError):
        await posting
    assert sim.shown() == ()


async def test_a_hanging_call_may_store_when_the_caller_has_gone(
    sim: Simulator, slack: AsyncWebClient, clock: WatchedClock
) -> None:
    """The message appears after the caller gave up."""
    arm(sim, FaultKind.HANG_AND_STORE, seconds=60)

    posting = asyncio.create_task(post(slack))
    await clock.somebody_sleeps(60)
    posting.cancel()
    before = sim.shown()
    await clock.advance(60)
    shown = await sim.wait_for(lambda change: change.text == "News")

    assert before == ()
    assert shown.message


async def test_late_history_lacks_the_message_for_a_while(
    sim: Simulator, slack: AsyncWebClient, clock: WatchedClock
) -> None:
    """People see it at once; reading back does not."""
    arm(sim, FaultKind.LATE_HISTORY, seconds=30)
    await post(slack)

    early = await slack.conversations_history(channel="C0KOREA")
    await clock.advance(31)
    later = await slack.conversations_history(channel="C0KOREA")

    assert len(sim.shown()) == 1
    assert (len(early["messages"]), len(later["messages"])) == (0, 1)


async def test_metadata_may_be_dropped(sim: Simulator, slack: AsyncWebClient) -> None:
    """The answer shows that it is missing, and so does history."""
    arm(sim, FaultKind.NO_METADATA)

    posted = await post(slack)

    assert "metadata" not in posted["message"]


async def test_a_429_may_be_no_json(
    sim: Simulator, http: aiohttp.ClientSession
) -> None:
    """Only the header says how long."""
    arm(sim, FaultKind.PLAIN_429, seconds=7)
    headers = {"Authorization": f"Bearer {sim.bot_token}"}
    body = {"channel": "C0KOREA", "text": "News"}

    async with http.post(
        "/api/chat.postMessage", json=body, headers=headers
    ) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert await response.text() == "Too Many Requests"

    assert sim.shown() == ()


def draws(rule: FaultRule, calls: int) -> list[bool]:
    faults = Faults()
    faults.add(rule)
    return [faults.draw("chat.postMessage", "C1") is not None for _ in range(calls)]


def test_nth_fires_once() -> None:
    """Counted among the calls that match."""
    rule = FaultRule(kind=FaultKind.DROP_AFTER, nth=2)

    assert draws(rule, 4) == [False, True, False, False]


def test_count_bounds_how_often() -> None:
    """After that everything is well again."""
    rule = FaultRule(kind=FaultKind.DROP_AFTER, count=2)

    assert draws(rule, 4) == [True, True, False, False]


def test_a_seed_repeats_its_draws() -> None:
    """A failing run can be played again."""
    rule = FaultRule(kind=FaultKind.DROP_AFTER, probability=0.5, seed=7)

    assert draws(rule, 50) == draws(rule, 50)
    assert 10 < sum(draws(rule, 50)) < 40


def test_a_rule_matches_by_method_and_channel() -> None:
    """Other calls go well."""
    faults = Faults()
    faults.add(FaultRule(kind=FaultKind.DROP_AFTER, method="chat.update", channel="C1"))

    assert faults.draw("chat.postMessage", "C1") is None
    assert faults.draw("chat.update", "C2") is None
    assert faults.draw("chat.update", "C1") is not None
