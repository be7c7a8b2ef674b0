"""Opening databases: how they are set up, and what is said when they are away."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update

from bot.db.database import open_database
from bot.db.tables import payloads
from bot.errors import DatabaseUnavailable, SettingsError
from tests.fakes import MORNING

TASKS, UPDATES = 12, 30


async def test_no_update_is_lost_between_tasks_that_read_and_then_write(
    database_url: str,
) -> None:
    """Twelve tasks that read a row and then update it, on both databases."""
    async with open_database(database_url) as database:
        await database.write(_start_counting)

        async def count() -> None:
            for _ in range(UPDATES):
                await database.write(_add_one)

        await asyncio.gather(*(count() for _ in range(TASKS)))
        found = await database.read(_counted)

    assert found == TASKS * UPDATES


def _start_counting(connection: Connection) -> None:
    row = {"hash": "h", "revision": "", "audience": "", "content": "0"}
    connection.execute(insert(payloads).values(stored_at=MORNING, **row))


def _add_one(connection: Connection) -> None:
    seen = _counted(connection)
    connection.execute(update(payloads).values(content=str(seen + 1)))


def _counted(connection: Connection) -> int:
    statement = select(payloads.c.content).with_for_update()
    return int(connection.execute(statement).scalar_one())


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)],
)
async def test_sqlite_is_opened_for_keeps(
    sqlite_url: str, pragma: str, value: object
) -> None:
    """A committed row survives the power going out."""
    async with open_database(sqlite_url) as database:
        found = await database.write(lambda c: c.scalar(text(f"PRAGMA {pragma}")))

    assert found == value


@pytest.mark.parametrize("is_old", [False, True])
async def test_nobody_else_on_the_machine_reads_the_database(
    tmp_path: Path, is_old: bool
) -> None:
    """It holds what people asked; one that was open to others is closed to them."""
    path = tmp_path / "bot.sqlite3"
    if is_old:
        path.touch(mode=0o644)

    async with open_database(f"sqlite:///{path}") as database:
        await database.write(lambda c: c.execute(text("CREATE TABLE t (x INT)")))
        files = await asyncio.to_thread(lambda: list(tmp_path.iterdir()))
        modes = await asyncio.to_thread(lambda: {f.stat().st_mode for f in files})

    assert len(files) > 1
    assert {mode & 0o777 for mode in modes} == {0o600}


async def test_readers_cannot_write(sqlite_url: str) -> None:
    """Every change goes through the one connection that writes."""
    async with open_database(sqlite_url) as database:
        with pytest.raises(DatabaseUnavailable, match="readonly"):
            await database.read(lambda c: c.execute(text("DELETE FROM messages")))


async def test_time_is_the_databases(database_url: str) -> None:
    """Replicas agree on it; here both are the same machine's."""
    async with open_database(database_url) as database:
        before = datetime.now(UTC)
        await database.measure_clock()

        assert abs(database.now() - before) < timedelta(seconds=5)


async def test_a_database_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    """The caller backs off; nothing else is raised."""
    url = f"postgresql://nobody@/nowhere?host={tmp_path}"
    async with open_database(url) as database:
        with pytest.raises(DatabaseUnavailable, match="The database is away"):
            await database.read(_counted)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        (
            "sqlite:///:memory:",
            "A database in memory would forget what was sent. Give SQLite a file: "
            "sqlite:///briefing-bot.db.",
        ),
        (
            "sqlite:////no/such/folder/bot.db",
            'The folder "/no/such/folder" for the database does not exist. Create it, '
            "or name another file in BRIEFING_BOT_DATABASE_URL.",
        ),
        (
            "mysql://somewhere/bot",
            'A database of the kind "mysql" is none that the bot knows. '
            "Use sqlite:///PATH or postgresql://USER@HOST/NAME.",
        ),
    ],
)
async def test_an_address_that_is_no_good_says_what_is(url: str, text: str) -> None:
    """Start-up ends with a sentence that an operator can act on."""
    with pytest.raises(SettingsError) as raised:
        async with open_database(url):
            pass

    assert str(raised.value) == text
