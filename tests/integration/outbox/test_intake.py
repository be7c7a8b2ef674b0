"""Rows that somebody waits for: planned and begun at once, and never out of order."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.outbox.model import DeliveryKind, NewDelivery
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.outbox import HERE, Replica, make_delivery, open_replica, open_steps

CONVERSATIONS, QUESTIONS = 5, 6


def make_answer(number: int, channel_id: str = "D1") -> NewDelivery:
    """Return the answer to the question of that number in a conversation."""
    return make_delivery(
        channel_id,
        kind=DeliveryKind.ANSWER,
        subject=channel_id,
        occurrence=f"{number}",
        due_at=MORNING - timedelta(seconds=60 - number),
    )


async def open_working(
    stack: AsyncExitStack, url: str, slack: RecordingMessenger
) -> Replica:
    """Return a replica whose worker has made its first round."""
    replica = await stack.enter_async_context(open_replica(url, slack))
    await replica.worker.take()
    return replica


async def test_what_is_taken_in_is_sent_without_another_round(
    database_url: str,
) -> None:
    """Whoever asks does not wait for a notifier, a look and a statement."""
    slack = RecordingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replica = await open_working(stack, database_url, slack)

        assert await replica.worker.plan_now(make_answer(1))
        await replica.worker.drain()

    assert len(slack.messages) == 1


async def test_a_row_taken_in_twice_is_sent_once(database_url: str) -> None:
    """Slack tells of a mention in a DM twice, maybe in the same moment."""
    slack = RecordingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replica = await open_working(stack, database_url, slack)

        new = await asyncio.gather(
            *(replica.worker.plan_now(make_answer(1)) for _ in range(3))
        )
        await replica.worker.drain()
        again = await replica.worker.plan_now(make_answer(1))

    assert sorted(new) == [False, False, True]
    assert not again
    assert len(slack.messages) == 1


async def test_many_at_once_are_all_sent_in_the_order_of_each_conversation(
    database_url: str,
) -> None:
    """What is planned together is acquired by lane, like everything else."""
    slack = RecordingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replica = await open_working(stack, database_url, slack)
        rows = [
            make_answer(number, f"D{conversation}")
            for number in range(QUESTIONS)
            for conversation in range(CONVERSATIONS)
        ]

        await asyncio.gather(*(replica.worker.plan_now(row) for row in rows))
        await replica.worker.drain()
        await replica.work()

    for conversation in range(CONVERSATIONS):
        own = [m for m in slack.messages if m.channel_id == f"D{conversation}"]
        ids = [
            make_answer(n, f"D{conversation}").key.delivery_id for n in range(QUESTIONS)
        ]
        assert [message.mark.delivery_id for message in own] == ids


async def test_a_row_behind_another_of_its_lane_waits_for_it(
    database_url: str,
) -> None:
    """An answer that another replica is sending comes first."""
    slack = RecordingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replica = await open_working(stack, database_url, slack)
        async with open_steps(database_url, slack.clock) as other:
            await other.plan([make_answer(1)])
            (held,) = await other.acquire(HERE, 1)

            assert await replica.worker.plan_now(make_answer(2))
            await replica.worker.drain()
            assert slack.messages == []

            await other.release(held, retry_at=slack.clock.now(), failed=False)
            await replica.work()

    assert len(slack.messages) == 2


async def test_a_caller_who_gives_up_loses_nothing(sqlite_url: str) -> None:
    """A listener is cut after 2.5 seconds; what it began to store is delivered."""
    slack = RecordingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replica = await open_working(stack, sqlite_url, slack)
        asking = asyncio.create_task(replica.worker.plan_now(make_answer(1)))
        await asyncio.sleep(0)

        asking.cancel()
        await replica.worker.drain()

    assert len(slack.messages) == 1


async def test_without_a_worker_at_work_a_row_is_planned(sqlite_url: str) -> None:
    """A process that only listens, or is about to stop, leaves it to others."""
    slack = RecordingMessenger(StoppedClock())
    async with AsyncExitStack() as stack:
        replica = await stack.enter_async_context(open_replica(sqlite_url, slack))

        assert await replica.worker.plan_now(make_answer(1))
        await replica.worker.drain()
        assert slack.messages == []

        replica.worker.stop()
        assert await replica.worker.plan_now(make_answer(2))
        await replica.worker.drain()
        assert slack.messages == []

        assert len(await replica.steps.acquire(HERE, 5)) == 1
