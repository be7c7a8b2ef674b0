"""Whether the database takes writes, which reading it does not show."""

import asyncio
import logging
import math

from sqlalchemy import Connection, text, update

from bot.db.database import Database
from bot.db.migrate import HEAD
from bot.db.tables import database_state, metadata
from bot.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

EVERY_S = 10.0
NO_ANSWER = "The database does not answer."


STANDBY = "it takes no writes: it is a standby, or default_transaction_read_only is on"
NO_NEW_TABLES = "its user may not make tables in it"
NO_ROWS = "its user may not change the rows of {table}"
_UNCHANGEABLE = text(
    "SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE NOT ("
    "has_table_privilege(name, 'SELECT') AND has_table_privilege(name, 'INSERT') AND "
    "has_table_privilege(name, 'UPDATE') AND has_table_privilege(name, 'DELETE'))"
)


def what_is_forbidden(connection: Connection, *, step: str) -> str:
    """Return what a server forbids the bot at this step, without trying; or nothing."""
    if connection.dialect.name != "postgresql":
        return ""
    if connection.scalar(text("SHOW transaction_read_only")) == "on":
        return STANDBY
    if step < HEAD:
        create = text("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        return "" if connection.scalar(create) else NO_NEW_TABLES
    if step > HEAD:
        return ""
    names = {"names": [table.name for table in metadata.sorted_tables]}
    table = connection.scalar(_UNCHANGEABLE, names)
    return NO_ROWS.format(table=table) if table else ""


class WriteProbe:
    """Writes at most every ten seconds, however often it is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked_at = -math.inf
        self._asking: asyncio.Task[None] | None = None
        self._known = ""

    async def trouble(self, patience_s: float) -> str:
        """Return what keeps it from being written to, with a remedy, or nothing.

        One that is slow is asked no second time meanwhile.
        """
        now = self._database.elapsed_s()
        if self._asking is None and now - self._asked_at >= EVERY_S:
            self._asked_at = now
            self._asking = asyncio.create_task(self._ask())
        if self._asking is None:
            return self._known
        done, _ = await asyncio.wait([self._asking], timeout=patience_s)
        if not done:
            return NO_ANSWER
        self._asking = None
        return self._known

    async def _ask(self) -> None:
        before, probes = self._known, database_state.c.probes
        write = update(database_state).values(probes=1 - probes)
        try:
            await self._database.write(lambda connection: connection.execute(write))
        except DatabaseUnavailable as error:
            self._known = str(error)
            log.error("database.not_writable", extra={"reason": self._known})
        else:
            self._known = ""
            if before:
                log.warning("database.writable_again")
