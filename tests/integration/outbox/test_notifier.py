"""Bells: new rows are heard here at once, and in other replicas."""

import asyncio

from bot.outbox.notifier import LocalNotifier
from bot.outbox.postgres_notifier import PostgresNotifier
from tests.patience import PATIENCE_S


async def test_a_notifier_is_silent_again_after_it_was_heard() -> None:
    """One notification wakes one round."""
    notifier = LocalNotifier()
    notifier.notify()

    assert await notifier.wait(PATIENCE_S) is True
    assert await notifier.wait(0.0) is False


async def test_a_ring_is_heard_in_another_replica(postgres_url: str) -> None:
    """A row planned here is sent there without waiting for a poll."""
    here, there = PostgresNotifier(postgres_url), PostgresNotifier(postgres_url)
    running = [asyncio.create_task(notifier.run()) for notifier in (here, there)]
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await there.wait(0.1):
                here.notify()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
