"""What a database says of itself: which programs may use it, and what it may have lost.

A database that was put back to an earlier state has forgotten what was posted since.
Nobody has to say so: a copy made by `backup` carries a mark, and another copy stands in
another place than the one noted in it. Where neither shows, `briefing-bot restore`
says it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, func, inspect, select, text, update

from bot.db.statements import insert_new
from bot.db.tables import database_state, deliveries

ONLY = 1
"""The key of the one row."""
COPY = "copy"
"""The place that a backup names: wherever it is found, it was restored."""
SUSPICIOUS_FOR = timedelta(days=1)
"""How long what follows from stored rows may be planned a second time: corrections and
notices are looked for each hour, and digests are late by hours at the most."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """The database was put back: what was done between these two times is not in it."""

    forgot_since: datetime
    """The last sign of life that it holds."""
    forgot_until: datetime
    """When it was found to be restored."""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What a process at work on a database has to go by."""

    oldest_program: str
    """The step that a program must know; empty where no step has said so."""
    restoration: Restoration | None
    """The last one, while what it lost may be planned again."""
    is_just_found: bool = False


def oldest_program(connection: Connection) -> str:
    """Return the step that a program must know to use the database, or empty."""
    if not inspect(connection).has_table(database_state.name):
        return ""
    return str(connection.scalar(select(database_state.c.oldest_program)) or "")


def show_life(connection: Connection, *, now: datetime) -> DatabaseState:
    """Note that a bot works on this database now, and return how the database is.

    A first start notes where it stands; one that finds itself in another place was
    restored, and notes that.
    """
    place = _place(connection)
    state = _locked_state(connection)
    is_just_found = state.place not in ("", place)
    if is_just_found:
        found: Restoration | None = _restored(connection, state, now)
    else:
        found = _earlier(state)
    _change(connection, found, place=place, alive_at=now)
    if found and now - found.forgot_until > SUSPICIOUS_FOR:
        found = None
    return DatabaseState(state.oldest_program, found, is_just_found)


def mark_restored(connection: Connection, *, now: datetime) -> Restoration:
    """Note that the database was restored, on the word of whoever did it."""
    found = _restored(connection, _locked_state(connection), now)
    _change(connection, found, place=_place(connection), alive_at=now)
    return found


def mark_copy(connection: Connection) -> None:
    """Note in a backup that it is one."""
    state = _locked_state(connection)
    _change(connection, _earlier(state), place=COPY, alive_at=state.alive_at)


def _locked_state(connection: Connection) -> Row[Any]:
    """Return the one row, made first where it is missing, and keep others from it."""
    first = {"only": ONLY, "oldest_program": "", "place": ""}
    connection.execute(insert_new(database_state, connection), first)
    return connection.execute(select(database_state).with_for_update()).one()


def _earlier(state: Row[Any]) -> Restoration | None:
    if state.forgot_since is None or state.forgot_until is None:
        return None
    return Restoration(state.forgot_since, state.forgot_until)


def _restored(connection: Connection, state: Row[Any], now: datetime) -> Restoration:
    """Return what is lost now, with what was lost before and is not settled yet.

    Where an earlier release left no sign of life, its last plan is one.
    """
    last_plan = select(func.max(deliveries.c.planned_at))
    since = state.alive_at or connection.scalar(last_plan) or now
    earlier = _earlier(state)
    if earlier and since - earlier.forgot_until <= SUSPICIOUS_FOR:
        since = min(since, earlier.forgot_since)
    return Restoration(since, now)


def _change(
    connection: Connection,
    restoration: Restoration | None,
    *,
    place: str,
    alive_at: datetime | None,
) -> None:
    connection.execute(
        update(database_state).values(
            place=place,
            alive_at=alive_at,
            forgot_since=restoration.forgot_since if restoration else None,
            forgot_until=restoration.forgot_until if restoration else None,
        )
    )


_MAY_NAME_SERVER = text(
    "SELECT has_function_privilege('pg_control_system()', 'execute')"
)
_SERVER = text("SELECT system_identifier FROM pg_control_system()")
_HISTORY = text(
    "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8), "
    "to_regclass('deliveries')::oid, pg_database.oid "
    "FROM pg_database WHERE datname = current_database()"
)


def _place(connection: Connection) -> str:
    """Return what changes when a database is restored to where it is.

    A recovery of PostgreSQL to a point in time, and a standby that takes over, begin
    another timeline; a dump read in makes other tables, on a new server another
    system. A copy of a SQLite file is another file on the disk.
    """
    if connection.dialect.name == "postgresql":
        may_name = connection.scalar(_MAY_NAME_SERVER)
        server = connection.scalar(_SERVER) if may_name else ""
        timeline, table, database = connection.execute(_HISTORY).one()
        return f"{server}/{timeline}/{database}/{table}"
    file = connection.exec_driver_sql("PRAGMA database_list").one()[2]
    return str(Path(file).stat().st_ino)
