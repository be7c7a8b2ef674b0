"""`VectorStore`: vectors in the database, by the hash of text, purpose and model."""

import sys
from array import array
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlalchemy import Connection, Delete, Update, delete, or_, select, update

from bot.db.database import Database
from bot.db.statements import insert_new
from bot.db.tables import vectors
from bot.meaning.embedders import Purpose, Vector

_NOTED_EACH = timedelta(days=1)
"""How exactly it is known when a vector was last of use."""
_AT_ONCE = 500
"""Rows of one statement: SQLite takes a bounded number of values."""


def key_of(text: str, purpose: Purpose, model: str) -> str:
    """Return the hash under which a text's vector is kept."""
    content = "\n".join((model, purpose, text)).encode("utf-8", "replace")
    return sha256(content).hexdigest()


class VectorStore:
    """Vectors of claims, and of the questions that tell chance; nobody's own words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, keys: Collection[str]) -> dict[str, "Vector[float]"]:
        """Return those that are kept, by key."""
        wanted = set(keys)
        statement = select(vectors.c.key, vectors.c.vector)
        rows = await self._database.rows(statement)
        return {key: from_bytes(kept) for key, kept in rows if key in wanted}

    async def add(self, found: Mapping[str, "Vector[float]"]) -> None:
        """Keep vectors by key; one that is there already stays."""
        now = self._database.now()
        rows = [
            {"key": key, "vector": to_bytes(v), "used_at": now}
            for key, v in found.items()
        ]
        for at in range(0, len(rows), _AT_ONCE):
            await self._database.write(partial(_add, rows[at : at + _AT_ONCE]))

    async def keep_only(self, keys: Collection[str]) -> int:
        """Drop all others, which nothing uses any more, and return how many."""
        wanted = set(keys)

        def drop(connection: Connection) -> int:
            kept = connection.execute(select(vectors.c.key)).scalars()
            unused = sorted(set(kept) - wanted)
            for at in range(0, len(unused), _AT_ONCE):
                some = vectors.c.key.in_(unused[at : at + _AT_ONCE])
                connection.execute(delete(vectors).where(some))
            return len(unused)

        return await self._database.write(drop)

    async def note_use(self, keys: Collection[str]) -> None:
        """Note that these are of use today: what is of none for long enough ends."""
        now, wanted = self._database.now(), sorted(keys)
        is_due = or_(vectors.c.used_at.is_(None), vectors.c.used_at < now - _NOTED_EACH)
        for at in range(0, len(wanted), _AT_ONCE):
            some = vectors.c.key.in_(wanted[at : at + _AT_ONCE])
            noted = update(vectors).where(some, is_due).values(used_at=now)
            await self._database.write(partial(_execute, noted))

    async def drop_unused(self, then: datetime) -> int:
        """Drop what has been of no use since then, and return how many.

        The time of a row from a release that noted none begins now.
        """
        undated = update(vectors).where(vectors.c.used_at.is_(None))
        begun = undated.values(used_at=self._database.now())
        await self._database.write(partial(_execute, begun))
        some = select(vectors.c.key).where(vectors.c.used_at < then).limit(_AT_ONCE)
        old, dropped = delete(vectors).where(vectors.c.key.in_(some)), 0
        while number := await self._database.write(partial(_execute, old)):
            dropped += number
        return dropped

    async def count(self, keys: Collection[str]) -> int:
        """Return how many of these are kept."""
        statement = select(vectors.c.key)
        kept = await self._database.read(lambda c: c.execute(statement).scalars().all())
        return len(set(keys).intersection(kept))


def _execute(statement: Delete | Update, connection: Connection) -> int:
    return connection.execute(statement).rowcount


def _add(rows: Sequence[Mapping[str, object]], connection: Connection) -> None:
    connection.execute(insert_new(vectors, connection), rows)


def to_bytes(vector: "Vector[float]") -> bytes:
    """Return the numbers as 32-bit floats, the least byte first on every machine."""
    ordered = array("f", vector)
    if sys.byteorder == "big":
        ordered.byteswap()
    return ordered.tobytes()


def from_bytes(kept: bytes) -> "Vector[float]":
    """Return the vector that was kept."""
    ordered = array("f")
    ordered.frombytes(kept[: len(kept) - len(kept) % ordered.itemsize])
    if sys.byteorder == "big":
        ordered.byteswap()
    return ordered
