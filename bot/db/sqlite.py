"""SQLite in threads: one hop for a whole transaction, however much it asks."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Dialect, create_engine, event
from sqlalchemy.ext.asyncio import AsyncConnection

ResultT = TypeVar("ResultT")
Work = Callable[[AsyncConnection], Awaitable[ResultT]]

BUSY_TIMEOUT_S = 10


class SqliteThreads:
    """Runs transactions in so many threads, each with a connection of its own.

    A driver that is asked from the loop hops between threads at each statement, some
    ten times in a transaction of two: there and back take longer than SQLite does.
    """

    def __init__(self, path: Path, *, threads: int, writes: bool) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="sqlite")
        self._engine = create_engine(
            URL.create("sqlite", database=str(path)),
            pool_size=threads,
            max_overflow=0,
            # The driver must not begin transactions by itself: it begins deferred ones,
            # which fail when they first write after somebody else did.
            connect_args={
                "isolation_level": None,
                "timeout": BUSY_TIMEOUT_S,
                "check_same_thread": False,
            },
        )
        begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", lambda c: c.exec_driver_sql(begin))
        if not writes:
            event.listen(self._engine, "connect", _refuse_writes)

    async def run(self, work: Work[ResultT]) -> ResultT:
        """Run a transaction; a caller who gives up leaves it to finish by itself."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transact, work)

    def _transact(self, work: Work[ResultT]) -> ResultT:
        with self._engine.begin() as connection:
            return _finish(work(cast("AsyncConnection", _Here(connection))))

    async def close(self) -> None:
        """Let what is under way finish, and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


class _Here:
    """A connection with the face of an `AsyncConnection`, which never waits.

    Only what the stores ask of one is here; another method is an error at its first
    use.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        return self._connection.execute(statement, parameters)

    async def scalar(self, statement: Any, parameters: Any = None) -> Any:
        return self._connection.scalar(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> Any:
        return self._connection.exec_driver_sql(statement, parameters)

    async def run_sync(self, ask: Callable[..., Any], *arguments: Any) -> Any:
        return ask(self._connection, *arguments)


def _finish(work: Awaitable[ResultT]) -> ResultT:
    """Run to its end what waits for nothing but its connection."""
    try:
        next(work.__await__())
    except StopIteration as end:
        result: ResultT = end.value
        return result
    raise RuntimeError("A transaction waited for something else than its database.")


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _refuse_writes(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()
