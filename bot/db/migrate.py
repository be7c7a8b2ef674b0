"""Keeping the database at this release's tables, without loading Alembic here."""

import asyncio
import os
import sys

from sqlalchemy import Connection, inspect, text

from bot.db.database import Database
from bot.errors import SettingsError

HEAD = "v0006"
"""The last step in `migrations/versions`."""

ADDRESS_VARIABLE = "BRIEFING_BOT_DATABASE_URL"
TIMEOUT_S = 120


async def migrate(database: Database, url: str) -> None:
    """Bring the tables up to date in a process of its own, unless they are.

    Alembic and what it imports stay out of the bot's memory. Raise `SettingsError`
    with what the step said, or where the database is of a later release.
    """
    found = await database.read(version)
    if found == HEAD:
        return
    if found > HEAD:
        raise SettingsError(
            f'The database is at step "{found}", this release knows "{HEAD}". Run the '
            "release that made it, or restore an older copy."
        )
    await _run(url)


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
