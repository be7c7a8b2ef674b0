"""The bot's database as the commands find it: read beside a running bot, never made."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

from bot.db.database import Database, open_database
from bot.db.migrate import HEAD, version


@asynccontextmanager
async def found_database(url: str) -> AsyncIterator[Database | None]:
    """Open the database; None where no bot of this release has made one yet."""
    if is_missing(url):
        yield None
        return
    async with open_database(url) as database:
        is_ours = await database.read(version) == HEAD
        yield database if is_ours else None


def is_missing(url: str) -> bool:
    """Say whether it is a SQLite file that is not there."""
    parsed = make_url(url)
    is_file = parsed.get_backend_name() == "sqlite"
    return is_file and not Path(parsed.database or "").exists()
