"""A machine that can hardly keep up sends late, and not in vain again and again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.outbox.model import Composed, Delivery, Skipped
from tests.fakes import PlainComposer, RecordingMessenger, StoppedClock
from tests.integration.outbox.outbox_steps import PAST_LEASE
from tests.outbox import TIMING, Replica, make_delivery, open_replica

LATER = TIMING.renew_every * 2
"""A worker comes round at least so often, here with most of a lease gone."""


@dataclass
class SlowComposer(PlainComposer):
    """A composer that takes as long as it is let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        composed = await super().compose(delivery)
        await self.let.wait()
        return composed


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def composer() -> SlowComposer:
    return SlowComposer()


@pytest.fixture
async def slow(
    database_url: str, clock: StoppedClock, composer: SlowComposer
) -> AsyncIterator[Replica]:
    """A worker that is preparing a digest."""
    messenger = RecordingMessenger(clock)
    async with open_replica(database_url, messenger, composer=composer) as replica:
        await replica.store.plan([make_delivery()])
        await replica.worker.take()
        yield replica
        composer.let.set()
        await replica.worker.drain()


async def test_a_row_that_is_slowly_prepared_stays_its_holders(
    slow: Replica, database_url: str, clock: StoppedClock, composer: SlowComposer
) -> None:
    """Taken away and prepared anew, it would cost the machine what it lacks."""
    other = RecordingMessenger(clock)
    async with open_replica(database_url, other) as beside:
        for _ in range(10):
            clock.move(LATER)
            await slow.worker.take()
            assert await beside.worker.take() == 0

        composer.let.set()
        await slow.worker.drain()
        await beside.work()

    assert slow.messenger.texts == ["Good morning."]
    assert other.texts == []
    assert [delivery.attempt for delivery in composer.composed] == [1]


async def test_a_row_that_is_never_done_is_given_up(
    slow: Replica, database_url: str, clock: StoppedClock, composer: SlowComposer
) -> None:
    """Whatever it waits for, its lane does not wait with it for ever."""
    for _ in range(int(TIMING.longest_in_hand / LATER) + 3):
        clock.move(LATER)
        await slow.worker.take()

    other = RecordingMessenger(clock)
    async with open_replica(database_url, other) as beside:
        await beside.work()
        composer.let.set()
        await slow.worker.drain()

    # Its own worker had it anew, or the other one: it was posted once.
    assert len(slow.messenger.texts + other.texts) == 1


async def test_the_row_of_a_worker_that_is_gone_is_free_after_its_lease(
    slow: Replica, database_url: str, clock: StoppedClock
) -> None:
    """Nobody renews it."""
    clock.move(PAST_LEASE)

    other = RecordingMessenger(clock)
    async with open_replica(database_url, other) as beside:
        await beside.work()

    assert other.texts == ["Good morning."]
    assert slow.messenger.texts == []


async def test_a_row_that_nobody_took_is_posted_after_its_lease(
    slow: Replica, clock: StoppedClock, composer: SlowComposer
) -> None:
    """As it begins, it gets a whole lease; the old one says nothing of it."""
    clock.move(PAST_LEASE)
    composer.let.set()
    await slow.worker.drain()

    assert slow.messenger.texts == ["Good morning."]
