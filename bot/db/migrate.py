"""Keeping the database at this release's tables, without loading Alembic here."""

import asyncio
import logging
import os
import sys

from sqlalchemy import Connection, inspect, text

from bot.db.database import Database
from bot.db.database_state import oldest_program
from bot.errors import SettingsError

log = logging.getLogger(__name__)

HEAD = "v0019"
"""The last step in `migrations/versions`."""

ADDRESS_VARIABLE = "BRIEFING_BOT_DATABASE_URL"
TIMEOUT_S = 120

TOO_OLD = (
    'This release knows the database up to step "{ours}", and by now it is for '
    'releases that know "{oldest}". Start the newer release, or restore a backup from '
    "before it was upgraded."
)
NOT_YET = (
    'The database is at step "{found}" of an earlier release. Start the bot with '
    "`briefing-bot run`, which brings it up to date."
)
NOT_UTF8 = (
    "The database's text is {encoding}, which cannot hold every word. Make one with "
    "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0, and name it in "
    "BRIEFING_BOT_DATABASE_URL."
)


async def migrate(database: Database, url: str) -> None:
    """Bring the tables up to date in a process of its own, unless they are.

    Alembic and what it imports stay out of the bot's memory. A database of a later
    release is used as it is, while that release lets this one. Raise `SettingsError`
    where it does not, or with what the step said.
    """
    found = await database.read(version)
    if found == HEAD:
        return
    if found > HEAD:
        oldest = await database.read(oldest_program)
        refuse_if_too_old(oldest or found)
        log.warning("database.newer", extra={"step": found, "known": HEAD})
        return
    if not found:
        await database.read(refuse_foreign_encoding)
    await _run(url)


def refuse_if_too_old(oldest: str) -> None:
    """Raise `SettingsError` where a program must know more steps than this one."""
    if oldest > HEAD:
        raise SettingsError(TOO_OLD.format(ours=HEAD, oldest=oldest))


def refuse_foreign_encoding(connection: Connection) -> None:
    """Raise `SettingsError` where a server would store other text than it is given."""
    if connection.dialect.name != "postgresql":
        return
    encoding = str(connection.scalar(text("SHOW server_encoding")))
    if encoding != "UTF8":
        raise SettingsError(NOT_UTF8.format(encoding=encoding))


async def is_usable(database: Database) -> bool:
    """Say whether the tables hold what this release reads, and perhaps more."""
    found, oldest = await database.read(steps)
    return found >= HEAD and (oldest or found) <= HEAD


def steps(connection: Connection) -> tuple[str, str]:
    """Return the step that the database is at, and that which a program must know."""
    return version(connection), oldest_program(connection)


def version(connection: Connection) -> str:
    """Return the step that the database is at; empty before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    found = connection.execute(text("SELECT version_num FROM alembic_version"))
    return str(found.scalar_one_or_none() or "")


async def _run(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.db.migrations",
        # It finds the bot where we found it, whatever folder it is started in.
        env=os.environ
        | {
            ADDRESS_VARIABLE: url,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError as exc:
        process.kill()
        raise SettingsError(
            f"The database was not brought up to date within {TIMEOUT_S} s. Is another "
            "process holding it?"
        ) from exc
    if process.returncode != 0:
        last_line = output.decode().strip().rpartition("\n")[2]
        raise SettingsError(
            f"The database could not be brought up to date: {last_line}"
        )
