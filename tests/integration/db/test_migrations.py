"""Migrations: they make the tables, once, in a process of their own."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, insert, inspect, text

from bot.db import migrations
from bot.db.database import open_database
from bot.db.migrate import HEAD, is_usable, migrate, version
from bot.db.tables import database_state, metadata
from bot.errors import SettingsError
from tests.databases import postgres_engine, sqlite_file

STEPS = Path(migrations.__file__).parent / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return

    server: Engine = request.getfixturevalue("postgres")
    admin = server.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bare"))
        connection.execute(text("CREATE DATABASE bare"))
    yield server.url.set(database="bare").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE bare WITH (FORCE)"))


def engine(url: str) -> Engine:
    return create_engine(url) if url.startswith("sqlite") else postgres_engine(url)


async def test_migrations_make_the_tables_that_the_code_knows(bare_url: str) -> None:
    """A new column needs a new step: this finds what was forgotten."""
    async with open_database(bare_url) as database:
        await migrate(database, bare_url)
        assert await database.read(version) == HEAD

    made = engine(bare_url)
    with made.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    made.dispose()


async def test_replicas_that_start_together_migrate_once(bare_url: str) -> None:
    """The second waits, and finds nothing left to do."""
    async with open_database(bare_url) as one, open_database(bare_url) as other:
        await asyncio.gather(migrate(one, bare_url), migrate(other, bare_url))

        assert await one.read(version) == HEAD


def at_a_later_step(folder: Path, *, oldest: str) -> str:
    """Make a database that a later release has brought to its own step."""
    url = sqlite_file(folder / "later.db")
    made = create_engine(url)
    with made.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'v9999'"))
        row = {"only": 1, "oldest_program": oldest, "place": ""}
        connection.execute(insert(database_state), row)
    made.dispose()
    return url


async def test_a_database_for_later_releases_is_refused(tmp_path: Path) -> None:
    """An old release would not know what the new columns mean."""
    url = at_a_later_step(tmp_path, oldest="v9998")
    async with open_database(url) as database:
        with pytest.raises(SettingsError) as raised:
            await migrate(database, url)

    assert str(raised.value) == (
        f'This release knows the database up to step "{HEAD}", and by now it is for '
        'releases that know "v9998". Start the newer release, or restore a backup from '
        "before it was upgraded."
    )


async def test_a_later_step_that_only_added_something_is_no_obstacle(
    tmp_path: Path,
) -> None:
    """While a deploy is under way, replicas of both releases may start."""
    url = at_a_later_step(tmp_path, oldest=HEAD)
    async with open_database(url) as database:
        await migrate(database, url)

        assert await database.read(version) == "v9999"
        assert await is_usable(database)


def test_opening_the_outbox_loads_neither_alembic_nor_psycopg() -> None:
    """What a bot on SQLite does not use costs it no memory."""
    code = (
        "import sys, bot.outbox.plan, bot.db.migrate;"
        "print(*{'alembic', 'psycopg', 'mako'} & set(sys.modules))"
    )

    found = subprocess.run(  # A process of its own: this one has loaded them all.
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == ""


def test_steps_only_add(tmp_path: Path) -> None:
    """The release before works on beside them: what is gone goes one release later.

    It knows nothing of a new column either, and inserts its rows without.
    """
    url = f"sqlite:///{tmp_path / 'steps.db'}"
    config = Config()
    config.set_main_option("script_location", str(STEPS.parent))
    config.attributes["url"] = url
    made, before = create_engine(url), dict[str, set[str]]()

    for path in sorted(STEPS.glob("v0*.py")):
        command.upgrade(config, path.stem)
        found = inspect(made)
        after = {name: found.get_columns(name) for name in found.get_table_names()}
        for table, known in before.items():
            columns = {str(column["name"]): column for column in after[table]}
            assert known <= columns.keys()
            for name in columns.keys() - known:
                is_optional = columns[name]["nullable"] or columns[name]["default"]
                assert is_optional, f"{path.stem}: {table}.{name}"
        before = {
            table: {str(column["name"]) for column in columns}
            for table, columns in after.items()
        }
    made.dispose()
