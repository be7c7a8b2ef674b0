"""Many workers on one database: channels read in order, nothing twice."""

import asyncio
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.block_kit.part import Part
from bot.installation import Installation
from bot.outbox.model import PostedMessage
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.outbox import HERE, Replica, make_delivery, open_replica

WORKERS, CHANNELS, ROUNDS = 8, 6, 6


@dataclass
class WatchingMessenger(RecordingMessenger):
    """Takes its time to post, and notes when two posts to one channel overlap."""

    under_way: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overlaps: int = 0

    async def post(
        self, installation: Installation, channel_id: str, part: Part, **options: Any
    ) -> PostedMessage:
        self.under_way[channel_id] += 1
        self.overlaps += self.under_way[channel_id] > 1
        await asyncio.sleep(0)
        posted = await super().post(installation, channel_id, part, **options)
        await asyncio.sleep(0)
        self.under_way[channel_id] -= 1
        return posted


async def work_until_all_is_sent(replicas: list[Replica], total: int) -> None:
    """Let the workers race until nothing is left."""
    messenger = replicas[0].messenger
    while len(messenger.messages) < total:
        await asyncio.gather(*(replica.work() for replica in replicas))


async def test_workers_that_race_keep_each_channel_in_order(database_url: str) -> None:
    """Two parts each, and rows that are added while others are being sent."""
    messenger = WatchingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replicas = [
            await stack.enter_async_context(open_replica(database_url, messenger))
            for _ in range(WORKERS)
        ]
        for replica in replicas:
            replica.composer.parts = ("Lead.", "Topic.")
        for number in reversed(range(ROUNDS)):
            due_at = MORNING - timedelta(minutes=number)
            rows = [
                make_delivery(f"C{c}", occurrence=str(number), due_at=due_at)
                for c in range(CHANNELS)
            ]
            await replicas[0].store.plan(rows)
            await asyncio.gather(*(replica.worker.take() for replica in replicas))
        await work_until_all_is_sent(replicas, 2 * CHANNELS * ROUNDS)

    assert messenger.overlaps == 0
    assert len(messenger.messages) == 2 * CHANNELS * ROUNDS
    for channel in range(CHANNELS):
        seen = [m for m in messenger.messages if m.channel_id == f"C{channel}"]
        expected = [
            make_delivery(f"C{channel}", occurrence=str(number)).key.delivery_id
            for number in reversed(range(ROUNDS))
        ]
        assert [m.mark.delivery_id for m in seen[::2]] == expected
        assert [m.mark.delivery_id for m in seen[1::2]] == expected


async def test_workspaces_are_served_in_turn(database_url: str) -> None:
    """A thousand rows of one do not keep the one of another waiting."""
    messenger = RecordingMessenger(StoppedClock())
    there = Installation("T02")
    async with open_replica(database_url, messenger) as replica:
        early = MORNING - timedelta(minutes=1)
        many = [make_delivery(f"C{n}", due_at=early) for n in range(300)]
        await replica.store.plan([*many, make_delivery(installation=there)])

        await replica.worker.take()
        await replica.worker.drain()

        first_round = {message.installation for message in messenger.messages}
        assert len(messenger.messages) < 300
        await replica.work()

    assert first_round == {HERE, there}
    assert len(messenger.messages) == 301
