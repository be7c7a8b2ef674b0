"""Fixtures that several floors of tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.databases import (
    empty_tables,
    postgres_engine,
    postgres_server,
    sqlite_file,
)


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


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty database in a SQLite file."""
    return sqlite_file(tmp_path / "briefing-bot.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn: both keep the same contract."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url
