"""The engines: how SQLite and PostgreSQL are opened, read, and written to."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, func, make_url, select
from sqlalchemy import exc as sql_errors
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.db.sqlite import BUSY_TIMEOUT_S, ResultT, SqliteThreads, Work
from bot.errors import DatabaseUnavailable, SettingsError
from bot.interfaces import Clock

CLOCK_GOOD_FOR_S = 10
POSTGRES_POOL = 10
SQLITE_READERS = 4


class Engine(Protocol):
    """Runs transactions, each to its end."""

    async def run(self, work: Work[ResultT]) -> ResultT:
        """Commit what this did, or leave everything as it was."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class Database:
    """One database: `write` runs a transaction that may change it, `read` one that not.

    On SQLite all writes go through one connection, one after the other, each begun
    IMMEDIATE: twelve tasks that read and then update lose none of their updates, and
    none finds the database locked. No work given here may wait for the network, nor
    on SQLite for anything but its connection.
    """

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        clock: Clock | None,
        *,
        is_sqlite: bool,
    ) -> None:
        self.is_sqlite = is_sqlite
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._running: set[asyncio.Task[Any]] = set()
        self._ahead = datetime.now(UTC) - _monotonic_now()
        self._measured_at = float("-inf")

    def now(self) -> datetime:
        """Return the database's time; replicas agree on it, whatever their clocks say.

        On PostgreSQL it is this process's monotonic clock, set by the server's at the
        last `measure_clock` (before the first, by this machine's). On SQLite there is
        one machine, and its clock counts.
        """
        if self._clock is not None:
            return self._clock.now()
        if self.is_sqlite:
            return datetime.now(UTC)
        return _monotonic_now() + self._ahead

    async def measure_clock(self) -> None:
        """Set our idea of the server's time, unless that was done seconds ago."""
        age_s = time.monotonic() - self._measured_at
        if self.is_sqlite or self._clock is not None or age_s < CLOCK_GOOD_FOR_S:
            return
        before = _monotonic_now()
        theirs = await self.read(_server_time)
        self._ahead = theirs - before - (_monotonic_now() - before) / 2
        self._measured_at = time.monotonic()

    async def is_reachable(self, patience_s: float) -> bool:
        """Say whether the database answers within this time."""
        try:
            async with asyncio.timeout(patience_s):
                await self.read(_ask_for_nothing)
        except (DatabaseUnavailable, TimeoutError):
            return False
        return True

    async def read(self, work: Work[ResultT]) -> ResultT:
        """Run a transaction that only reads."""
        with _translated_errors():
            return await self._reader.run(work)

    async def write(self, work: Work[ResultT]) -> ResultT:
        """Run a transaction and commit it, or leave everything as it was.

        A caller that is cancelled leaves the transaction to finish by itself: cutting a
        driver off between BEGIN and COMMIT would cost the one writing connection.
        """
        task = asyncio.create_task(self._write(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _write(self, work: Work[ResultT]) -> ResultT:
        with _translated_errors():
            return await self._writer.run(work)

    async def close(self) -> None:
        """Let the running transactions finish and close every connection."""
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._reader.close()
        await self._writer.close()


@asynccontextmanager
async def open_database(
    url: str, *, clock: Clock | None = None
) -> AsyncIterator[Database]:
    """Open the database at `url` (`sqlite:///…`, `postgresql://…`), and close it after.

    Nothing is connected before the first read or write. `clock` is for tests, which
    move the time.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        database = _sqlite(parsed, clock)
    elif parsed.get_backend_name() == "postgresql":
        database = _postgresql(parsed, clock)
    else:
        raise SettingsError(
            f'The database "{parsed.render_as_string()}" is of a kind the bot does not '
            "know. Use sqlite:///PATH or postgresql://USER@HOST/NAME."
        )

    try:
        yield database
    finally:
        await database.close()


def _sqlite(url: URL, clock: Clock | None) -> Database:
    path = Path(url.database or "")
    if not url.database or url.database == ":memory:":
        raise SettingsError(
            "A database in memory would forget what was sent. Give SQLite a file: "
            "sqlite:///briefing-bot.db."
        )
    if not path.parent.is_dir():
        raise SettingsError(
            f'The folder "{path.parent}" for the database does not exist. Create it, '
            "or name another file in BRIEFING_BOT_DATABASE_URL."
        )
    writer = SqliteThreads(path, threads=1, writes=True)
    reader = SqliteThreads(path, threads=SQLITE_READERS, writes=False)
    return Database(writer, reader, clock, is_sqlite=True)


class PostgresEngine:
    """Runs transactions on a pool of connections."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Work[ResultT]) -> ResultT:
        async with self._engine.begin() as connection:
            return await work(connection)

    async def close(self) -> None:
        await self._engine.dispose()


def _postgresql(url: URL, clock: Clock | None) -> Database:
    engine = create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_POOL,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_S,
        connect_args={
            "connect_timeout": 5,
            "tcp_user_timeout": BUSY_TIMEOUT_S * 1000,
            # A worker that hangs must not keep its rows locked for everybody else.
            "options": "-c statement_timeout=30s "
            "-c idle_in_transaction_session_timeout=30s",
        },
    )
    both = PostgresEngine(engine)
    return Database(both, both, clock, is_sqlite=False)


async def _ask_for_nothing(connection: AsyncConnection) -> None:
    await connection.execute(select(1))


async def _server_time(connection: AsyncConnection) -> datetime:
    theirs: datetime = (
        await connection.execute(select(func.clock_timestamp()))
    ).scalar_one()
    return theirs.astimezone(UTC)


def _monotonic_now() -> datetime:
    """Return a time that no step of the wall clock moves: good for differences."""
    return datetime.fromtimestamp(time.monotonic(), UTC)


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Turn "the database is away" into our error; everything else is a bug of ours."""
    try:
        yield
    except (sql_errors.OperationalError, sql_errors.InterfaceError) as exc:
        raise DatabaseUnavailable(f"The database is away: {exc.orig}") from exc
    except sql_errors.TimeoutError as exc:
        raise DatabaseUnavailable(
            f"No connection to the database is free: {exc}"
        ) from exc
    except sql_errors.DBAPIError as exc:
        if not exc.connection_invalidated:
            raise
        raise DatabaseUnavailable(f"The database went away: {exc.orig}") from exc
