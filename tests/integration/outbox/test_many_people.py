"""Thousands of people at the same hour, and conversations that open slowly."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import DeliveryError
from bot.outbox.pacing import CALLS_AT_ONCE, Method, Pacing
from tests.fakes import Once, RecordingMessenger, StoppedClock
from tests.outbox import (
    HERE,
    TIMING,
    UNLIMITED,
    Replica,
    make_delivery,
    no_pause,
    open_replica,
)

TO_LOOK_UP = TIMING.lease + TIMING.settle + timedelta(seconds=1)
DROPPED = DeliveryError("the connection dropped", ambiguous=True)
PEOPLE = [f"U{n:03}" for n in range(3 * CALLS_AT_ONCE)]
CONVERSATIONS = {f"D{n:03}" for n in range(3 * CALLS_AT_ONCE)}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def replica(database_url: str, clock: StoppedClock) -> AsyncIterator[Replica]:
    pacing = Pacing(UNLIMITED, time=lambda: clock.now().timestamp(), pause=no_pause)
    messenger = RecordingMessenger(clock)
    async with open_replica(database_url, messenger, pacing=pacing) as replica:
        yield replica


async def test_nobody_waits_until_a_conversation_may_be_opened(
    replica: Replica,
) -> None:
    """A post may go to a person, and its answer names the conversation, for good."""
    replica.composer.parts = ("Lead.", "Topic.")
    await replica.store.plan([make_delivery(person) for person in PEOPLE])

    await replica.work()

    posts = replica.messenger.messages
    assert replica.reasons == ["sent"] * len(PEOPLE)
    assert {post.channel_id for post in posts} == CONVERSATIONS
    pins = await replica.context.destinations.pins(HERE)
    assert set(pins.values()) == CONVERSATIONS


@pytest.mark.parametrize("is_there", [True, False], ids=["there", "not there"])
async def test_an_unclear_post_to_a_person_is_looked_for_in_the_conversation(
    replica: Replica, clock: StoppedClock, is_there: bool
) -> None:
    """History is asked for by that, so it is opened first."""
    while not replica.context.pacing.read_turn(HERE, Method.OPEN):
        pass
    fails = Once(DROPPED)
    if is_there:
        replica.messenger.after = fails
    else:
        replica.messenger.before = fails
    await replica.store.plan([make_delivery("U001")])
    await replica.work()

    for _ in range(4):
        clock.move(TO_LOOK_UP)
        await replica.work()

    assert len(replica.reasons) == 1
    assert [post.channel_id for post in replica.messenger.messages] == ["D001"]
