"""Fixtures that several floors of tests share."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from bot.db.database import open_database
from bot.db.migrate import migrate
from tests.databases import (
    empty_tables,
    postgres_engine,
    postgres_server,
    sqlite_file,
)

# No test may fail because the machine is slow or busy. The rest is as hypothesis has
# it, which draws the same examples each time in continuous integration.
settings.register_profile(
    "any-machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("any-machine")

# Words alone answer, whether or not the extra is installed here: what is tested of
# vectors asks for them.
os.environ["BRIEFING_BOT_MEANING"] = "off"


def pytest_xdist_auto_num_workers() -> int:
    """Run two tests for each core: scenes wait more than they work."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """A PostgreSQL server for the whole run: no test is skipped for lack of one."""
    with postgres_server() as url:
        engine = postgres_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def postgres_url(postgres: Engine) -> str:
    """An empty database on PostgreSQL."""
    empty_tables(postgres)
    return postgres.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with empty tables, made once and copied for each test."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    sqlite_file(path)
    return path


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """An empty database in a SQLite file."""
    copy = shutil.copy(empty_sqlite, tmp_path / "briefing-bot.db")
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as the bot makes it, made once and copied by whoever needs one."""
    path = tmp_path_factory.mktemp("migrated") / "migrated.db"
    asyncio.run(_migrated(f"sqlite:///{path}"))
    return path


async def _migrated(url: str) -> None:
    async with open_database(url) as database:
        await migrate(database, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn: both keep the same contract."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url
