"""The bot's database as commands find it: whether it is there, and whether it lasts."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url

from bot.db.database import Database, open_database
from bot.db.migrate import HEAD, NOT_YET, is_usable, refuse_if_too_old, steps
from bot.db.trouble import NO_ENTRY, READ_ONLY, may_hold_password
from bot.errors import SettingsError
from bot.settings import Settings

AnswerT = TypeVar("AnswerT")

CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""The files by which Docker and Podman mark what they run."""

NOT_LASTING = (
    "The database is inside this container and goes with it: a new one would not know "
    "what was delivered. Mount a volume there, or set BRIEFING_BOT_DATABASE_URL."
)


@asynccontextmanager
async def found_database(url: str) -> AsyncIterator[Database | None]:
    """Open the database beside a running bot; None where there is none we can read."""
    if is_missing(url):
        yield None
        return
    async with open_database(url) as database:
        yield database if await is_usable(database) else None


def ask_database(
    ask: Callable[[Database], Awaitable[AnswerT]], *, missing: str
) -> AnswerT:
    """Return what the bot's database answers.

    Raise `SettingsError` where there is none, in the words of `missing` with its url,
    and where it is another release's.
    """
    url = Settings.read().database_url
    no_database = SettingsError(missing.format(url=without_password(url)))

    async def answer() -> AnswerT:
        if is_missing(url):
            raise no_database
        async with open_database(url) as database:
            found, oldest = await database.read(steps)
            if not found:
                raise no_database
            refuse_if_too_old(oldest or found)
            if found < HEAD:
                raise SettingsError(NOT_YET.format(found=found))
            return await ask(database)

    return asyncio.run(answer())


def is_missing(url: str) -> bool:
    """Say whether it is a SQLite file that is not there."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite"
    return is_file and not Path(parsed.database or "").exists()


def can_write(path: Path) -> bool:
    return os.access(path, os.W_OK)


def file_trouble(url: str, *, may_write: Callable[[Path], bool] = can_write) -> str:
    """Say why a SQLite file cannot be written to, without trying; or nothing."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return ""
    path = Path(parsed.database or "").absolute()
    if path.exists():
        # Beside it stands its log.
        is_fine = may_write(path) and may_write(path.parent)
        return "" if is_fine else READ_ONLY
    return "" if may_write(path.parent) else NO_ENTRY


def is_forgotten(
    url: str,
    *,
    marks: tuple[Path, ...] = CONTAINER_MARKS,
    root: Path = Path("/"),
) -> bool:
    """Say whether a SQLite file lies on a container's own disk, not on a volume."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not any(m.exists() for m in marks):
        return False
    folder = Path(parsed.database or "").absolute().parent
    return folder.exists() and folder.stat().st_dev == root.stat().st_dev


def without_password(url: str) -> str:
    """Return a database's address without its password.

    One may stand among the driver's options, too, so that none of these is shown; and
    where no host is named, in the port's place.
    """
    parsed = make_url(url).set(query={})
    shown = parsed.render_as_string(hide_password=True)
    if may_hold_password(parsed):
        return shown.replace(f":{parsed.port}", ":***", 1)
    return shown
