"""Transactions: whole, to their end, and nothing but the database in them."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from bot.db.database import Database, open_database
from tests.fakes import RecordingMessenger, StoppedClock
from tests.outbox import make_delivery, open_replica

COUNT = text("SELECT count(*) FROM pairs")
ADD = text("INSERT INTO pairs VALUES (1)")
PATIENCE_S = 30
"""No test waits so long: it is what a test that hangs fails by."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as database:
        await database.write(_empty_table)
        yield database


def _empty_table(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE IF NOT EXISTS pairs (id INT)"))
    connection.execute(text("DELETE FROM pairs"))


def _add(connection: Connection) -> None:
    connection.execute(ADD)


async def number(database: Database) -> object:
    return await database.read(lambda c: c.scalar(COUNT))


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    """All of it is there, or none."""

    def half(connection: Connection) -> None:
        connection.execute(ADD)
        raise KeyError("in the middle")

    with pytest.raises(KeyError, match="in the middle"):
        await database.write(half)

    assert await number(database) == 0


async def test_work_that_would_wait_is_refused(database: Database) -> None:
    """A transaction that waits for the network would hold up everybody."""

    async def slow(connection: Connection) -> None:
        connection.execute(ADD)
        await asyncio.sleep(0)

    with pytest.raises(TypeError, match="A transaction waits for nothing"):
        # Without the assignment mypy refuses it already.
        _ = await database.write(slow)

    assert await number(database) == 0


async def test_the_loop_goes_on_while_sqlite_works(sqlite_url: str) -> None:
    """A transaction may take its time: it has a thread, and the loop has its own."""
    loop_went_on = threading.Event()
    asyncio.get_running_loop().call_soon(loop_went_on.set)

    async with open_database(sqlite_url) as database:
        assert await database.write(lambda c: loop_went_on.wait(PATIENCE_S))


async def test_every_step_of_a_delivery_is_done_without_waiting(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With asyncio's debugging on, no thread touches the loop or blocks it."""
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = PATIENCE_S
    messenger = RecordingMessenger(StoppedClock())

    async with open_replica(database_url, messenger) as replica:
        await replica.store.plan([make_delivery(f"C{i}") for i in range(50)])
        await replica.work()

    assert len(messenger.messages) == 50
    assert [r for r in caplog.records if r.name == "asyncio"] == []


async def test_a_transaction_outlives_whoever_asked_for_it(
    database: Database,
) -> None:
    """Cut off between BEGIN and COMMIT, the writing connection would be lost."""
    writing = asyncio.create_task(database.write(_add))
    await asyncio.sleep(0)

    writing.cancel()
    await database.write(_add)

    assert await number(database) == 2
