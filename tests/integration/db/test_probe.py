"""Whether the database takes writes: asked seldom, answered with what to do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, make_url, select, text

from bot.db.database import Database, open_database
from bot.db.probe import EVERY_S, WriteProbe
from bot.db.tables import metadata
from bot.errors import DatabaseUnavailable
from tests.fakes import StoppedClock
from tests.patience import PATIENCE_S

EVERY = timedelta(seconds=EVERY_S)


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(database_url, clock=clock) as database:
        yield database


@pytest.fixture
async def on_file(sqlite_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(sqlite_url, clock=clock) as database:
        yield database


@pytest.fixture
def file(sqlite_url: str) -> Path:
    return Path(make_url(sqlite_url).database or "")


async def test_a_database_that_is_written_to_is_no_trouble(database: Database) -> None:
    """SQLite and PostgreSQL alike."""
    assert await WriteProbe(database).trouble(PATIENCE_S) == ""


async def test_it_writes_once_in_ten_seconds_however_often_it_is_asked(
    on_file: Database, clock: StoppedClock
) -> None:
    """Whoever polls does not wear the disk."""
    written: list[Connection] = []

    def count(connection: Connection) -> None:
        event.listen(connection.engine, "commit", written.append)

    await on_file.write(count)
    written.clear()
    probe = WriteProbe(on_file)
    for _ in range(3):
        await probe.trouble(PATIENCE_S)
    clock.move(EVERY)
    await probe.trouble(PATIENCE_S)

    assert len(written) == 2


async def test_a_clock_that_is_set_back_does_not_keep_it_from_writing(
    on_file: Database, clock: StoppedClock, file: Path
) -> None:
    """Ten seconds are counted by a clock that nobody sets."""
    probe = WriteProbe(on_file)
    await probe.trouble(PATIENCE_S)
    await asyncio.to_thread(file.unlink)
    clock.set_back(timedelta(hours=2))
    clock.move(EVERY)

    assert await probe.trouble(PATIENCE_S)


async def test_a_deleted_file_is_said_to_be_and_nothing_is_stored(
    on_file: Database, clock: StoppedClock, file: Path
) -> None:
    """SQLite would go on with a file that is gone with the process."""
    probe = WriteProbe(on_file)
    await probe.trouble(PATIENCE_S)
    await asyncio.to_thread(file.unlink)
    clock.move(EVERY)

    assert await probe.trouble(PATIENCE_S) == (
        f'The database\'s file "{file}" was deleted or replaced while I ran, and what '
        "I would store is lost. Put it back, or start me again to begin with a new one."
    )
    with pytest.raises(DatabaseUnavailable):
        await on_file.read(lambda c: c.scalar(select(1)))
    assert not await asyncio.to_thread(file.exists)


async def test_a_file_that_is_put_back_is_used_again(
    on_file: Database, clock: StoppedClock, file: Path
) -> None:
    """Somebody moved it, and saw."""
    probe = WriteProbe(on_file)
    await probe.trouble(PATIENCE_S)
    await asyncio.to_thread(file.rename, file.with_suffix(".away"))
    clock.move(EVERY)
    away = await probe.trouble(PATIENCE_S)
    await asyncio.to_thread(file.with_suffix(".away").rename, file)
    clock.move(EVERY)

    assert (bool(away), await probe.trouble(PATIENCE_S)) == (True, "")


async def test_tables_that_are_gone_are_said_to_be(
    database: Database, clock: StoppedClock
) -> None:
    """Somebody emptied it, or restored nothing."""
    await database.write(lambda c: metadata.drop_all(c))

    said = await WriteProbe(database).trouble(PATIENCE_S)

    assert said.startswith("The database has lost its tables (")
    assert said.endswith("or start me again to begin with a new one.")


async def test_a_full_database_is_said_to_be(on_file: Database) -> None:
    """SQLite's own error for a disk without space, brought about by a limit."""

    def fill(connection: Connection) -> None:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    await on_file.write(fill)
    with pytest.raises(DatabaseUnavailable, match="is full: nothing can be stored"):
        await on_file.write(
            lambda c: c.execute(text("CREATE TABLE more AS SELECT zeroblob(100000)"))
        )


async def test_a_server_that_is_away_is_said_to_be() -> None:
    """With what the server's driver says, in one line."""
    async with open_database("postgresql://nobody@127.0.0.1:1/away") as database:
        said = await WriteProbe(database).trouble(PATIENCE_S)

    assert said.startswith("The database is away: connection failed: ")
    assert said.endswith("Start it, or mend BRIEFING_BOT_DATABASE_URL.")


async def test_a_database_that_hangs_is_waited_for_no_longer_than_said(
    on_file: Database, database_url: str
) -> None:
    """A health check has an answer all the same."""
    async with open_database(database_url) as held:
        hanging = WriteProbe(held)

        assert await hanging.trouble(0.0) == "The database does not answer."
        assert await WriteProbe(on_file).trouble(PATIENCE_S) == ""
