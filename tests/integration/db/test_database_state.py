"""A database knows that it was restored, and names the programs it is for."""

import asyncio
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from bot.db.database import Database, open_database
from bot.db.database_state import (
    SUSPICIOUS_FOR,
    DatabaseState,
    Restoration,
    mark_copy,
    mark_restored,
    show_life,
)
from bot.db.migrate import migrate
from bot.errors import DatabaseUnavailable
from tests.databases import postgres_server, recover_postgres, restart_postgres
from tests.fakes import MORNING
from tests.patience import PATIENCE_S

MINUTE = timedelta(minutes=1)
LATER = MORNING + timedelta(hours=3)


async def live(database: Database, *, at: datetime = MORNING) -> DatabaseState:
    return await database.write(lambda c: show_life(c, now=at))


async def test_a_database_that_stays_where_it_is_has_lost_nothing(
    database_url: str,
) -> None:
    """Neither a first start nor an outage of hours is a restore."""
    async with open_database(database_url) as database:
        states = [await live(database), await live(database, at=LATER)]

    assert [state.restoration for state in states] == [None, None]


async def test_a_copy_in_another_file_is_found_to_be_restored(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Whoever copies a file back need not say so."""
    path, kept = Path(sqlite_url.removeprefix("sqlite:///")), tmp_path / "kept.db"
    async with open_database(sqlite_url) as database:
        await live(database)
    shutil.copy(path, kept)
    shutil.move(kept, path)

    async with open_database(sqlite_url) as database:
        found = await live(database, at=LATER)
        again = await live(database, at=LATER + MINUTE)

    assert found.restoration == Restoration(MORNING, LATER)
    assert (found.is_just_found, again.is_just_found) == (True, False)
    assert again.restoration == found.restoration


async def test_a_copy_on_a_server_is_found_to_be_restored(postgres: Engine) -> None:
    """It is another database there, whose rows came from elsewhere."""
    admin = postgres.execution_options(isolation_level="AUTOCOMMIT")

    def on_server(statement: str) -> None:
        with admin.connect() as connection:
            connection.execute(text(statement))

    def url_of(name: str) -> str:
        return postgres.url.set(database=name).render_as_string(hide_password=False)

    for name in ("before", "after"):
        on_server(f"DROP DATABASE IF EXISTS {name}")
    on_server("CREATE DATABASE before")
    async with open_database(url_of("before")) as database:
        await migrate(database, url_of("before"))
        await live(database)
    on_server("CREATE DATABASE after TEMPLATE before")

    async with open_database(url_of("after")) as database:
        state = await live(database, at=LATER)
    for name in ("before", "after"):
        on_server(f"DROP DATABASE {name} WITH (FORCE)")

    assert state.restoration == Restoration(MORNING, LATER)


async def test_a_backup_is_restored_wherever_it_is_found(database_url: str) -> None:
    """It carries a mark, even where it is copied over the file that it came from."""
    async with open_database(database_url) as database:
        await live(database)
        await database.write(mark_copy)

        state = await live(database, at=LATER)

    assert state.restoration == Restoration(MORNING, LATER)


async def test_the_operator_may_say_that_a_database_was_restored(
    database_url: str,
) -> None:
    """A disk that was set back looks as it always did."""
    async with open_database(database_url) as database:
        await live(database)

        said = await database.write(lambda c: mark_restored(c, now=LATER))

        assert said == Restoration(MORNING, LATER)
        assert (await live(database, at=LATER + MINUTE)).restoration == said


async def test_after_a_day_nothing_can_be_planned_again(database_url: str) -> None:
    """What was lost has been found by then, or was too late."""
    async with open_database(database_url) as database:
        await live(database)
        await database.write(lambda c: mark_restored(c, now=LATER))

        state = await live(database, at=LATER + SUSPICIOUS_FOR + MINUTE)

    assert state.restoration is None


async def test_a_second_restore_keeps_what_the_first_had_lost(
    database_url: str,
) -> None:
    """Somebody tries one backup after the other."""
    async with open_database(database_url) as database:
        await live(database)
        await database.write(lambda c: mark_restored(c, now=LATER))
        await live(database, at=LATER + MINUTE)

        second = LATER + timedelta(hours=1)
        said = await database.write(lambda c: mark_restored(c, now=second))

    assert said == Restoration(MORNING, second)


async def test_a_server_that_was_recovered_has_lost_something() -> None:
    """Its timeline is another one; that of a server restarted is the same."""
    with postgres_server() as url:
        async with open_database(url) as database:
            await migrate(database, url)
            await live(database)
        await asyncio.to_thread(restart_postgres, url)
        async with open_database(url) as database:
            restarted = await live(database, at=MORNING + MINUTE)
        await asyncio.to_thread(recover_postgres, url)
        async with open_database(url) as database, asyncio.timeout(PATIENCE_S):
            recovered = None
            while recovered is None:
                # While it recovers it can be read, and not written to.
                with suppress(DatabaseUnavailable):
                    recovered = await live(database, at=LATER)

    assert restarted.restoration is None
    assert recovered.restoration == Restoration(MORNING + MINUTE, LATER)
