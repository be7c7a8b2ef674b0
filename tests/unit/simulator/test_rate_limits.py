"""Rate limits: off by default, and then Slack's, or faster."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.clock import SteppedClock
from bot.simulator.rate_limits import BURST, RateLimits
from bot.simulator.server import Simulator


@pytest.fixture
def limits() -> RateLimits:
    made = RateLimits(SteppedClock())
    made.switch(on=True)
    return made


def test_limits_are_off_until_switched_on() -> None:
    """Most tests are not about them."""
    limits = RateLimits(SteppedClock())

    assert {limits.take_post("C1") for _ in range(100)} == {0.0}


def test_a_channel_takes_a_burst_and_then_one_a_second(limits: RateLimits) -> None:
    """Another channel is not held up by it."""
    burst = [limits.take_post("C1") for _ in range(BURST)]
    waits = limits.take_post("C1")

    assert burst == [0.0] * BURST
    assert 0.9 < waits <= 1.0
    assert limits.take_post("C2") == 0.0


def test_a_tier_counts_calls_a_minute(limits: RateLimits) -> None:
    """Twenty of tier 2, then one every three seconds."""
    taken = [limits.take_call("conversations.list", 20) for _ in range(20)]
    waits = limits.take_call("conversations.list", 20)

    assert set(taken) == {0.0}
    assert 2.9 < waits <= 3.0


def test_speed_shortens_the_wait() -> None:
    """At a hundred times the speed a second is ten milliseconds."""
    limits = RateLimits(SteppedClock())
    limits.switch(on=True, speed=100)
    for _ in range(BURST):
        limits.take_post("C1")

    assert limits.take_post("C1") <= 0.01


def test_all_posts_together_can_be_bounded() -> None:
    """The bound over the workspace holds beside that of each channel."""
    limits = RateLimits(SteppedClock())
    limits.switch(on=True, posts_per_minute=2)

    waits = [limits.take_post(channel) for channel in ("C1", "C2", "C3")]

    assert waits[:2] == [0.0, 0.0]
    assert 29 < waits[2] <= 30


async def test_too_many_posts_are_answered_with_retry_after(
    sim: Simulator, slack: AsyncWebClient
) -> None:
    """HTTP 429, `ratelimited`, whole seconds in the header; nothing is stored."""
    sim.limits.switch(on=True)
    for _ in range(BURST):
        await slack.chat_postMessage(channel="C0KOREA", text="x")

    with pytest.raises(SlackApiError) as caught:
        await slack.chat_postMessage(channel="C0KOREA", text="x")

    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["Retry-After"] == "1"
    assert len(sim.shown()) == BURST


async def test_time_gives_the_calls_back(
    sim: Simulator, slack: AsyncWebClient, clock: SteppedClock
) -> None:
    """After the wait the next post is taken."""
    sim.limits.switch(on=True)
    for _ in range(BURST):
        await slack.chat_postMessage(channel="C0KOREA", text="x")
    await clock.advance(1)

    assert (await slack.chat_postMessage(channel="C0KOREA", text="x"))["ok"]
