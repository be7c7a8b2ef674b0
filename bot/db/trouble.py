"""What keeps a database from working, in one line with what to do about it.

An error that is none of these is a bug of ours, and is raised as it is.
"""

import errno
import sqlite3

from sqlalchemy import URL
from sqlalchemy import exc as sql_errors

AWAY = "The database is away: {said}. Start it, or mend BRIEFING_BOT_DATABASE_URL."
NO_USER = (
    ' That has no @, so I read "{host}" as the host and what follows it as its port: '
    "with a user and a password it is postgresql://USER:PASSWORD@HOST/NAME."
)
FULL = (
    "The disk that the database is on is full: nothing can be stored, so nothing is "
    "posted. Free some space; I go on by myself."
)
NO_OPTION = (
    "BRIEFING_BOT_DATABASE_URL has an option that PostgreSQL does not know ({said}). "
    "Take it out, or mend it."
)
TOO_MANY = (
    "The database lets no more connections in ({said}). End what holds them, or raise "
    "its limit: each process of mine takes up to twelve."
)
READ_ONLY = (
    "The database is readonly for me. Let the user that I run as write to it, and to "
    "the folder of a SQLite file."
)
READ_ONLY_SERVER = (
    "The database takes no writes ({said}): it is a standby, or "
    "default_transaction_read_only is on. End that, or name the primary in "
    "BRIEFING_BOT_DATABASE_URL."
)
DAMAGED = (
    "The database's file is damaged, or is no SQLite database. Stop me, put the last "
    "backup in its place, and start me again; BRIEFING_BOT_DATABASE_URL names it."
)
NO_ENTRY = (
    "The database's file cannot be opened. Its folder must exist, and the user that I "
    "run as must be allowed to write there; BRIEFING_BOT_DATABASE_URL names it."
)
BROKEN_DISK = (
    "The disk that the database is on cannot be read or written ({said}). Look at the "
    "system's log, and at the space that is left."
)
BUSY = (
    "Another process holds the database ({said}). End it, or wait; I go on by myself."
)
GONE = (
    'The database\'s file "{path}" was deleted or replaced while I ran, and what I '
    "would store is lost. Put it back, or start me again to begin with a new one."
)
NO_TABLES = (
    "The database has lost its tables ({said}): it was emptied or replaced. Put the "
    "last backup in its place, or start me again to begin with a new one."
)
NOT_ALLOWED = (
    "The database's user may not do that ({said}). Let it own the database and its "
    "tables, or name another user in BRIEFING_BOT_DATABASE_URL."
)

_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_CANTOPEN: NO_ENTRY,
    sqlite3.SQLITE_PERM: NO_ENTRY,
    sqlite3.SQLITE_IOERR: BROKEN_DISK,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
}
_POSTGRESQL = {
    "53100": FULL,
    "25006": READ_ONLY_SERVER,
    "42501": NOT_ALLOWED,
    "42P01": NO_TABLES,
}
"""https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_CONNECTING = {
    "invalid connection option": NO_OPTION,
    "too many connections": TOO_MANY,
    "too many clients": TOO_MANY,
    "connection slots are reserved": TOO_MANY,
}
"""What is said before there is a connection has no code."""
_FILES = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY}


def may_hold_password(url: URL) -> bool:
    """Say whether a password may stand where the port should: no user is named."""
    return url.port is not None and url.username is None


def trouble_of(error: sql_errors.DBAPIError, url: URL | None = None) -> str | None:
    """Say what is wrong with the database; None where the statement is.

    A port at the `url` that may be a password is not said.
    """
    original = error.orig
    said = str(original).strip().partition("\n")[0].rstrip(".")
    if isinstance(original, sqlite3.Error):
        # The low byte is the kind, the rest says more than we need.
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        text = _SQLITE.get(code)
        if text is None and said.startswith("no such table"):
            text = NO_TABLES
    else:
        text = _POSTGRESQL.get(getattr(original, "sqlstate", None) or "")
        if text is None:
            text = next((t for words, t in _CONNECTING.items() if words in said), None)
    if text is not None:
        return text.format(said=said)
    away = sql_errors.OperationalError, sql_errors.InterfaceError
    if not (isinstance(error, away) or error.connection_invalidated):
        return None
    if url is None or not may_hold_password(url):
        return AWAY.format(said=said)
    said = said.replace(f"port {url.port}", "that port")
    return AWAY.format(said=said) + NO_USER.format(host=url.host)


def trouble_of_file(error: OSError) -> str:
    """Say why a SQLite file cannot be had."""
    return _FILES.get(error.errno or 0, NO_ENTRY)
