"""Statements that SQLite and PostgreSQL spell differently, or SQLAlchemy for them.

Those that are the same each time are made once: making one and naming it for
SQLAlchemy's own cache takes longer than SQLite takes over it.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Table,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.installation import Installation


def of_installation(
    installation: Installation, table: FromClause
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Compare the key that every table has."""
    return (
        table.c.enterprise_id == installation.enterprise_id,
        table.c.team_id == installation.team_id,
    )


def is_among(
    columns: Sequence[ColumnElement[Any]], keys: Iterable[Sequence[Any]]
) -> ColumnElement[bool]:
    """Compare a key of several columns with some; at most a few hundred.

    Spelt out: SQLite uses no index for pairs among pairs, and reads the whole table.
    """
    equal = (
        and_(*(column == value for column, value in zip(columns, key, strict=True)))
        for key in keys
    )
    return or_(false(), *equal)


def insert_new(table: Table, connection: Connection) -> Any:
    """Insert rows whose primary key is new, and leave the others as they are."""
    return _insert_new(table, connection.dialect.name)


@cache
def _insert_new(table: Table, dialect: str, *, is_returning: bool = False) -> Any:
    statement = _insert(table, dialect).on_conflict_do_nothing()
    return statement.returning(*table.primary_key) if is_returning else statement


def insert_many_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> set[tuple[Any, ...]]:
    """Insert many rows whose primary key is new, and return the keys of these."""
    if connection.dialect.name == "postgresql":
        statement = _insert_arrays(table, rows).returning(*table.primary_key)
        return {tuple(key) for key in connection.execute(statement)}

    statement = _insert_new(table, connection.dialect.name, is_returning=True)
    return {tuple(key) for key in connection.execute(statement, rows)}


def _insert_arrays(table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Send each column as one array.

    psycopg looks for placeholders with a regular expression, and takes seconds over
    those of ten thousand rows.
    """
    columns = [table.c[name] for name in rows[0]]
    arrays = (
        func.unnest(literal([row[c.name] for row in rows], postgresql.ARRAY(c.type)))
        for c in columns
    )
    names = [column.name for column in columns]
    statement = postgresql.insert(table).from_select(names, select(*arrays))
    return statement.on_conflict_do_nothing()


def upsert(
    table: Table,
    connection: Connection,
    *,
    change: tuple[str, ...],
    unless: str = "",
) -> Any:
    """Insert a row, or change these columns of the one with the same key.

    A row whose column `unless` has the new value already is left as it is.
    """
    return _upsert(table, connection.dialect.name, change, unless)


@cache
def _upsert(table: Table, dialect: str, change: tuple[str, ...], unless: str) -> Any:
    statement = _insert(table, dialect)
    differs = table.c[unless] != statement.excluded[unless] if unless else None
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={name: statement.excluded[name] for name in change},
        where=differs,
    )


def add_up(table: Table, connection: Connection, *, column: str) -> Any:
    """Insert a row, or add its number to the one with the same key."""
    return _add_up(table, connection.dialect.name, column)


@cache
def _add_up(table: Table, dialect: str, column: str) -> Any:
    statement = _insert(table, dialect)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={column: table.c[column] + statement.excluded[column]},
    )


def lock(connection: Connection, table: Table) -> None:
    """Let nobody else write the table until the transaction ends.

    A SQLite transaction that writes has the whole database to itself already.
    """
    if connection.dialect.name == "postgresql":
        statement = f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"
        connection.execute(text(statement))


def _insert(table: Table, dialect: str) -> Any:
    if dialect == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
