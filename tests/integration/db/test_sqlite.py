"""SQLite in threads: whole transactions, to their end, and nothing but the database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.db.database import Database, open_database
from bot.errors import DatabaseUnavailable

COUNT = text("SELECT count(*) FROM pairs")
ADD = text("INSERT INTO pairs VALUES (1)")


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    async with open_database(sqlite_url) as database:
        await database.write(lambda c: c.execute(text("CREATE TABLE pairs (id INT)")))
        yield database


async def number(database: Database) -> object:
    return await database.read(lambda c: c.scalar(COUNT))


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    """All of it is there, or none."""

    async def half(connection: AsyncConnection) -> None:
        await connection.execute(ADD)
        raise KeyError("in the middle")

    with pytest.raises(KeyError, match="in the middle"):
        await database.write(half)

    assert await number(database) == 0


async def test_work_that_waits_for_something_else_is_refused(
    database: Database,
) -> None:
    """A transaction that waits for the network would hold up everybody."""

    async def slow(connection: AsyncConnection) -> None:
        await connection.execute(ADD)
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError) as refused:
        await database.write(slow)

    assert str(refused.value) == (
        "A transaction waited for something else than its database."
    )
    assert await number(database) == 0


async def test_a_transaction_outlives_whoever_asked_for_it(
    database: Database,
) -> None:
    """Cut off between BEGIN and COMMIT, the writing connection would be lost."""
    writing = asyncio.create_task(database.write(lambda c: c.execute(ADD)))
    await asyncio.sleep(0)

    writing.cancel()
    await database.write(lambda c: c.execute(ADD))

    assert await number(database) == 2


async def test_reading_cannot_write(database: Database) -> None:
    """A slip in a statement is found by the first test, not by a curator."""
    with pytest.raises(DatabaseUnavailable, match="readonly"):
        await database.read(lambda c: c.execute(ADD))
