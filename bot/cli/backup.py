"""`backup` and `restore`: a copy of the SQLite file beside a running bot, and back."""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer
from sqlalchemy import make_url

from bot.cli.database import is_missing, without_password
from bot.db.database import open_database
from bot.db.database_state import Restoration, mark_copy, mark_restored
from bot.db.migrate import is_usable, migrate
from bot.errors import SettingsError
from bot.settings import Settings

ON_POSTGRESQL = (
    "The database is on PostgreSQL: back it up and restore it with the server's own "
    "means (pg_dump, base backups and the write-ahead log). After a restore, run "
    "`briefing-bot restore` without a file before the bot starts."
)
MISSING = (
    "There is no database at {url}. Set BRIEFING_BOT_DATABASE_URL to where it is, or "
    "run this where the bot runs."
)
EXISTS = 'There is a file "{path}" already, which is not written over: name another.'
NO_FOLDER = 'The folder "{path}" does not exist: create it, or name another.'
NO_BACKUP = '"{path}" is no backup of the bot\'s database: {why}.'
RUNNING = (
    'A bot is running on "{path}": stop it first. What it posts while the file is '
    "exchanged would be forgotten."
)
COPIED = (
    "Wrote {path} ({size:,} bytes). Put it back with `briefing-bot restore {path}`."
)
COPIED_UNMARKED = (
    "Wrote {path} ({size:,} bytes), as another release left it. Put it back with "
    "`briefing-bot restore {path}`, never by hand: it cannot say that it is a copy."
)
RESTORED = (
    "The database is marked as restored. What may have been posted from {since} to "
    "{until} UTC is looked for in Slack before it is posted again."
)
MOVED = "The file that was there is now {path}."


def write_backup(target: Path) -> None:
    """Copy the SQLite file, whole as of one moment; nobody else may read the copy.

    Raise `SettingsError` where there is nothing to copy, or something in the way.
    """
    source = _sqlite_file(must_be_there=True)
    if not target.parent.is_dir():
        raise SettingsError(NO_FOLDER.format(path=target.parent))
    if target.exists():
        raise SettingsError(EXISTS.format(path=target))

    with _beside(target) as copy:
        with (
            closing(_opened(source)) as there,
            closing(sqlite3.connect(copy)) as here,
        ):
            there.backup(here)
        is_marked = asyncio.run(_mark_copy(copy))
        _sync(copy)
        # A link is made only where nothing is, even if somebody was quicker.
        try:
            os.link(copy, target)
        except FileExistsError:
            raise SettingsError(EXISTS.format(path=target)) from None
    text = COPIED if is_marked else COPIED_UNMARKED
    typer.echo(text.format(path=target, size=target.stat().st_size))


def restore_backup(backup: Path) -> None:
    """Put a backup where the database is; the file that is there is kept beside it.

    Raise `SettingsError` where it is no backup, or where a bot runs on the database.
    """
    target = _sqlite_file(must_be_there=False)
    if not target.parent.is_dir():
        raise SettingsError(NO_FOLDER.format(path=target.parent))
    _check(backup)
    kept = None
    with _beside(target) as copy:
        with closing(_opened(backup)) as there, closing(sqlite3.connect(copy)) as here:
            there.backup(here)
        found = asyncio.run(_mark(f"sqlite:///{copy}"))
        _sync(copy)
        if target.exists():
            _leave_wal(target)
            at = datetime.now(UTC)
            kept = target.with_name(f"{target.name}.before-{at:%Y%m%dT%H%M%S}")
            target.rename(kept)
        copy.replace(target)
    if kept:
        typer.echo(MOVED.format(path=kept))
    _say(found)


def mark_as_restored() -> None:
    """Note that the database was put back by other means, of whichever kind it is."""
    url = Settings.read().database_url
    if is_missing(url):
        raise SettingsError(MISSING.format(url=without_password(url)))
    _say(asyncio.run(_mark(url)))


def _sqlite_file(*, must_be_there: bool) -> Path:
    url = Settings.read().database_url
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise SettingsError(ON_POSTGRESQL)
    if must_be_there and is_missing(url):
        raise SettingsError(MISSING.format(url=without_password(url)))
    return Path(parsed.database or "")


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file that is there; SQLite would make one that is not."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a file of our own in the same folder, which does not outlive the block."""
    number, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    os.close(number)
    path = Path(name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _check(backup: Path) -> None:
    """Raise `SettingsError` unless the file is a whole database of ours."""
    if not backup.is_file():
        raise SettingsError(NO_BACKUP.format(path=backup, why="there is no such file"))
    try:
        with closing(_opened(backup)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            step = connection.execute("SELECT version_num FROM alembic_version")
            step.fetchone()
    except sqlite3.DatabaseError as exc:
        raise SettingsError(NO_BACKUP.format(path=backup, why=exc)) from exc
    if found != "ok":
        raise SettingsError(NO_BACKUP.format(path=backup, why=found))


def _leave_wal(path: Path) -> None:
    """Write into the file what its log holds, so that it can be moved alone.

    SQLite lets nobody leave that mode while another connection is open.
    """
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as exc:
            raise SettingsError(RUNNING.format(path=path)) from exc


async def _mark_copy(path: Path) -> bool:
    async with open_database(f"sqlite:///{path}") as database:
        if not await is_usable(database):
            return False
        await database.write(mark_copy)
        return True


async def _mark(url: str) -> Restoration:
    """Mark a database; one of an earlier release gets a place for it first."""
    async with open_database(url) as database:
        await migrate(database, url)
        now = database.now()
        return await database.write(lambda c: mark_restored(c, now=now))


def _say(found: Restoration) -> None:
    times = (f"{at:%d %b %H:%M}" for at in (found.forgot_since, found.forgot_until))
    since, until = times
    typer.echo(RESTORED.format(since=since, until=until))
