"""New rows are heard here at once, and in other replicas; so are changes of people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, text

from bot.db.database import open_database
from bot.outbox.notifier import Notifier, announce_change
from bot.outbox.postgres_notifier import PostgresNotifier
from tests.outbox import HERE
from tests.patience import PATIENCE_S

CUT_LISTENERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'
"""


@dataclass
class Follower:
    """A replica's notifier, and what it was told to forget; None is everything."""

    notifier: PostgresNotifier
    forgotten: "list[tuple[object, ...] | None]" = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def forget(self, *what: object) -> None:
        self.forgotten.append(what or None)
        self.more.set()

    async def has_forgotten(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.forgotten) < count:
                self.more.clear()
                await self.more.wait()

    async def hears(self, wanted: bool) -> None:
        """Wait until others are heard, or are not heard any more."""
        async with asyncio.timeout(PATIENCE_S):
            while self.notifier.hears_others is not wanted:
                await self.notifier.wait(0.01)


@asynccontextmanager
async def following(url: str) -> AsyncIterator[Follower]:
    """Run a notifier until the block ends, from its first connection on."""
    follower = Follower(PostgresNotifier(url))
    follower.notifier.follow(follower.forget, follower.forget)
    running = asyncio.create_task(follower.notifier.run())
    await follower.has_forgotten(1)
    try:
        yield follower
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_notifier_is_silent_again_after_it_was_heard() -> None:
    """One notification wakes one round."""
    notifier = Notifier()
    notifier.notify()

    assert await notifier.wait(PATIENCE_S) is True
    assert await notifier.wait(0.0) is False


async def test_a_notification_is_heard_in_another_replica(postgres_url: str) -> None:
    """A row planned here is sent there without waiting for a poll."""
    async with following(postgres_url) as here, following(postgres_url) as there:
        async with asyncio.timeout(PATIENCE_S):
            while not await there.notifier.wait(0.1):
                here.notifier.notify()


async def test_a_change_is_heard_in_every_replica(postgres_url: str) -> None:
    """Slack tells one process of it, and all forget what they knew."""
    async with (
        following(postgres_url) as here,
        following(postgres_url) as there,
        open_database(postgres_url) as database,
    ):
        await announce_change(database, HERE, "U0ALICE", "C0CLOSED")
        await here.has_forgotten(2)
        await there.has_forgotten(2)

    assert here.forgotten == there.forgotten == [None, (HERE, "U0ALICE", "C0CLOSED")]


async def test_nothing_is_heard_before_a_connection_and_after_it(
    postgres: Engine, postgres_url: str
) -> None:
    """Whoever relies on hearing of changes knows when that is in vain."""
    assert not PostgresNotifier(postgres_url).hears_others
    assert Notifier().hears_others

    async with following(postgres_url) as follower:
        await follower.hears(True)
        with postgres.begin() as connection:
            connection.execute(text(CUT_LISTENERS))
        await follower.hears(False)
        await follower.has_forgotten(2)

    assert follower.forgotten == [None, None]
