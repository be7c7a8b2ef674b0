"""The one thing that SQLite and PostgreSQL spell alike but SQLAlchemy does not."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_new(table: Table, connection: AsyncConnection) -> Any:
    """Insert rows whose primary key is new, and leave the others as they are."""
    return _insert(table, connection).on_conflict_do_nothing()


def upsert(
    table: Table, connection: AsyncConnection, *, change: tuple[str, ...]
) -> Any:
    """Insert a row, or change these columns of the one with the same key."""
    statement = _insert(table, connection)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: statement.excluded[name] for name in change},
    )


def _insert(table: Table, connection: AsyncConnection) -> Any:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
