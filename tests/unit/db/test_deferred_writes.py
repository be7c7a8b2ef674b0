"""What answers do not wait for is done all the same."""

import asyncio

from bot.db.database import DeferredWrites
from bot.errors import DatabaseUnavailable
from tests.patience import PATIENCE_S

NEVER_S = 3600.0


async def test_what_is_put_off_is_done_when_its_time_has_come() -> None:
    """Nobody has to ask for it."""
    done = asyncio.Event()
    afterwards = DeferredWrites(0.0)

    async def work() -> None:
        done.set()

    afterwards.add(work())

    async with asyncio.timeout(PATIENCE_S):
        await done.wait()


async def test_what_is_put_off_is_done_at_once_for_whoever_asks() -> None:
    """The next question leans on what is on its way to the store."""
    did: list[str] = []
    afterwards = DeferredWrites(NEVER_S)

    async def work(what: str) -> None:
        did.append(what)

    afterwards.add(work("first"))
    afterwards.add(work("second"))
    await afterwards.done()

    assert did == ["first", "second"]
    await afterwards.done()


async def test_a_database_that_is_away_harms_nobody() -> None:
    """The answer has left; what is lost is a count."""
    afterwards = DeferredWrites(NEVER_S)

    async def work() -> None:
        raise DatabaseUnavailable("away")

    afterwards.add(work())
    await afterwards.done()
