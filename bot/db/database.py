"""The engines: how SQLite and PostgreSQL are opened, read, and written to."""

import asyncio
import inspect
import logging
import sqlite3
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Executable,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy import exc as sql_errors
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.db.trouble import GONE, trouble_of, trouble_of_file
from bot.errors import DatabaseUnavailable, SettingsError
from bot.interfaces import Clock

log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 10
STATEMENTS_KEPT = 512
"""A statement on many rows is another one for each number of them."""
WAL_RETRY_S = 0.02
CLOCK_GOOD_FOR_S = 10
POSTGRES_POOL = 10
SQLITE_READERS = 4
LARGEST_BATCH = 250

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")
ResultT = TypeVar("ResultT")
Work = Callable[[Connection], ResultT]
"""What a transaction does: it takes values and returns values, and never waits.

On SQLite it runs in a thread, on PostgreSQL in the event loop itself, so nothing in it
may ask for another lock, tell anybody, or compute for long.
"""

SharedWork = Callable[[Connection, Sequence[AskT], datetime], Sequence[AnswerT]]
"""Does what several ask for in one transaction, begun at this time of the database.

It answers each in order. It is a function of a module: its identity says what may be
done together.
"""


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
    none finds the database locked.
    """

    def __init__(
        self,
        writer: Engine,
        reader: Engine,
        clock: Clock | None,
        *,
        is_sqlite: bool,
        url: URL | None = None,
    ) -> None:
        self.is_sqlite = is_sqlite
        self._url = url
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._running: set[asyncio.Task[Any]] = set()
        self._batches: dict[object, Batches[Any, Any]] = {}
        self._ahead = datetime.now(UTC) - _monotonic_now()
        self._measured_at = float("-inf")

    def elapsed_s(self) -> float:
        """Return seconds since some moment, for ages: no clock that is set moves it."""
        return time.monotonic() if self._clock is None else self._clock.elapsed_s()

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
        statement = select(func.clock_timestamp())
        theirs: datetime = await self.read(lambda c: c.execute(statement).scalar_one())
        self._ahead = theirs - before - (_monotonic_now() - before) / 2
        self._measured_at = time.monotonic()

    async def read(self, work: Work[ResultT]) -> ResultT:
        """Run a transaction that only reads."""
        with _translated_errors(self._url):
            return await self._reader.run(work)

    async def rows(self, statement: Executable) -> Sequence[Any]:
        """Return all that a statement finds, in a transaction of its own."""
        return await self.read(lambda connection: connection.execute(statement).all())

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
        with _translated_errors(self._url):
            return await self._writer.run(work)

    async def read_together(
        self, work: SharedWork[AskT, AnswerT], ask: AskT
    ) -> AnswerT:
        """Read this with all that ask for the same at the same time."""
        return await self._batches_of(work, self.read).ask(ask)

    async def write_together(
        self, work: SharedWork[AskT, AnswerT], ask: AskT
    ) -> AnswerT:
        """Write this in one transaction with all that ask for the same meanwhile.

        What the transaction raises is raised to everybody who asked.
        """
        # A batch is a task of its own, which nobody who asked can cancel.
        return await self._batches_of(work, self._write).ask(ask)

    def _batches_of(
        self,
        work: SharedWork[AskT, AnswerT],
        run: Callable[[Work[Sequence[AnswerT]]], Awaitable[Sequence[AnswerT]]],
    ) -> "Batches[AskT, AnswerT]":
        if work not in self._batches:

            async def do(asks: Sequence[AskT]) -> Sequence[AnswerT]:
                now = self.now()
                return await run(lambda connection: work(connection, asks, now))

            self._batches[work] = Batches(do)
        return self._batches[work]

    async def close(self) -> None:
        """Let what was asked and what runs finish, and close every connection."""
        for batches in self._batches.values():
            await batches.close()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._reader.close()
        await self._writer.close()


class Batches(Generic[AskT, AnswerT]):
    """Collects what is asked while one batch is being written into the next one.

    Nothing waits for company: a lone question is written at once, and under load the
    batches grow by themselves to what one commit takes.
    """

    def __init__(
        self, write: Callable[[Sequence[AskT]], Awaitable[Sequence[AnswerT]]]
    ) -> None:
        self._write = write
        self._turn = asyncio.Lock()
        self._collecting: _Batch[AskT, AnswerT] = _Batch()
        self._tasks: set[asyncio.Task[Sequence[AnswerT]]] = set()

    async def ask(self, question: AskT) -> AnswerT:
        """Have this done with the next batch; whatever writing raises is raised here.

        Who is cancelled while waiting does not take it back: it may be written already.
        """
        batch = self._collecting
        batch.questions.append(question)
        index = len(batch.questions) - 1
        if batch.answers is None:
            batch.answers = asyncio.create_task(self._write_in_turn(batch))
            self._tasks.add(batch.answers)
            batch.answers.add_done_callback(self._tasks.discard)
        if len(batch.questions) >= LARGEST_BATCH:
            self._collecting = _Batch()

        answers = await asyncio.shield(batch.answers)
        return answers[index]

    async def close(self) -> None:
        """Wait until everything asked so far is written."""
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _write_in_turn(self, batch: "_Batch[AskT, AnswerT]") -> Sequence[AnswerT]:
        async with self._turn:
            if self._collecting is batch:
                self._collecting = _Batch()
            return await self._write(batch.questions)


class _Batch(Generic[AskT, AnswerT]):
    def __init__(self) -> None:
        self.questions: list[AskT] = []
        self.answers: asyncio.Task[Sequence[AnswerT]] | None = None


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
            f'A database of the kind "{parsed.drivername}" is none that the bot '
            "knows. Use sqlite:///PATH or postgresql://USER@HOST/NAME."
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
    file = SqliteFile(path)
    writer = SqliteEngine(file, threads=1, writes=True)
    reader = SqliteEngine(file, threads=SQLITE_READERS, writes=False)
    return Database(writer, reader, clock, is_sqlite=True)


def _postgresql(url: URL, clock: Clock | None) -> Database:
    engine = create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        # What somebody asked stands among the parameters, and an error in the log.
        hide_parameters=True,
        pool_size=POSTGRES_POOL,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_S,
        connect_args={
            "connect_timeout": 5,
            # Or it would be the server's own, in which not every word can be written.
            "client_encoding": "utf8",
            "tcp_user_timeout": BUSY_TIMEOUT_S * 1000,
            # A server that took a question and is gone would be waited for for hours.
            "keepalives_idle": BUSY_TIMEOUT_S,
            "keepalives_interval": 5,
            "keepalives_count": 2,
            # A worker that hangs must not keep its rows locked for everybody else.
            "options": "-c statement_timeout=30s "
            "-c idle_in_transaction_session_timeout=30s",
        },
    )
    both = PostgresEngine(engine)
    return Database(both, both, clock, is_sqlite=False, url=url)


def _monotonic_now() -> datetime:
    """Return a time that no step of the wall clock moves: good for differences."""
    return datetime.fromtimestamp(time.monotonic(), UTC)


@contextmanager
def _translated_errors(url: URL | None) -> Iterator[None]:
    """Turn trouble with the database into our error; everything else is a bug."""
    try:
        yield
    except sql_errors.TimeoutError as exc:
        raise DatabaseUnavailable(
            f"No connection to the database is free: {exc}"
        ) from exc
    except sql_errors.DBAPIError as exc:
        trouble = trouble_of(exc, url)
        if trouble is None:
            raise
        raise DatabaseUnavailable(trouble) from exc


class SqliteFile:
    """The file, which must stay the one that was opened at first.

    SQLite would go on with a deleted one, and all that was stored be gone with the
    process: what was posted would be posted again.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._number: int | None = None

    def look(self) -> None:
        """Raise `DatabaseUnavailable` where it is another one by now, or none."""
        try:
            if self._number is None:
                self.path.touch(mode=0o600)
                self._number = self.path.stat().st_ino
            is_ours = self.path.stat().st_ino == self._number
        except FileNotFoundError:
            is_ours = False
        except OSError as exc:
            raise DatabaseUnavailable(trouble_of_file(exc)) from exc
        if not is_ours:
            raise DatabaseUnavailable(GONE.format(path=self.path))


class SqliteEngine:
    """Runs transactions in so many threads, each with a connection of its own.

    One hop to a thread is enough for a whole transaction. A driver that is asked from
    the loop hops at each statement, some ten times in a transaction of two: there and
    back take longer than SQLite does.
    """

    def __init__(self, file: "SqliteFile", *, threads: int, writes: bool) -> None:
        self._file = file
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="sqlite")
        self._engine = create_engine(
            URL.create("sqlite", database=str(file.path)),
            hide_parameters=True,
            pool_size=threads,
            max_overflow=0,
            # The driver must not begin transactions by itself: it begins deferred ones,
            # which fail when they first write after somebody else did.
            connect_args={
                "isolation_level": None,
                "timeout": BUSY_TIMEOUT_S,
                "cached_statements": STATEMENTS_KEPT,
                "check_same_thread": False,
            },
        )
        begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
        event.listen(self._engine, "do_connect", _keep_private)
        event.listen(self._engine, "connect", _set_pragmas)
        event.listen(self._engine, "begin", lambda c: c.exec_driver_sql(begin))
        if not writes:
            read_only = "PRAGMA query_only = ON"
            event.listen(self._engine, "connect", lambda c, _: c.execute(read_only))

    async def run(self, work: Work[ResultT]) -> ResultT:
        """Run a transaction; a caller who gives up leaves it to finish by itself."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._transact, work)

    def _transact(self, work: Work[ResultT]) -> ResultT:
        self._file.look()
        with self._engine.begin() as connection:
            return _result(work, connection)

    async def close(self) -> None:
        """Let what is under way finish, and close the connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()


def _keep_private(
    _dialect: object, _record: object, arguments: list[Any], _options: object
) -> None:
    """Let nobody else on the machine read what people asked; the log files follow."""
    path = Path(arguments[0])
    try:
        path.touch(mode=0o600)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except OSError as exc:
        raise DatabaseUnavailable(trouble_of_file(exc)) from exc


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_S * 1000}",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    # SQLite waits for nobody when the mode changes, which is once in a file's life:
    # processes that start together on a new one would find it locked.
    give_up_at = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError:
            if time.monotonic() >= give_up_at:
                raise
            time.sleep(WAL_RETRY_S)
    cursor.close()


class PostgresEngine:
    """Runs transactions on a pool of connections."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def run(self, work: Work[ResultT]) -> ResultT:
        async with self._engine.begin() as connection:
            return await connection.run_sync(lambda sync: _result(work, sync))

    async def close(self) -> None:
        await self._engine.dispose()


def _result(work: Work[ResultT], connection: Connection) -> ResultT:
    """Do the work; an `async def` given as work would do nothing, silently."""
    result = work(connection)
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError("A transaction waits for nothing: give it a plain function.")
    return result


Deferred = Coroutine[Any, Any, object]
"""Something to be awaited later; nobody waits for what it returns."""


class DeferredWrites:
    """Work put off so that answers have the database to themselves.

    What is put off meanwhile is begun at once with it, so that stores can write it as
    one. While the database is away it is lost.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._waiting: list[Deferred] = []
        self._soon: asyncio.Task[None] | None = None
        self._doing: set[asyncio.Task[None]] = set()

    def add(self, work: Deferred) -> None:
        """Have it done soon, and let nobody wait."""
        self._waiting.append(work)
        if self._soon is None:
            self._soon = asyncio.create_task(self._begin_soon())

    async def done(self) -> None:
        """Do now what is put off, and return when all is done."""
        self._begin()
        if self._doing:
            await asyncio.wait(self._doing)

    async def _begin_soon(self) -> None:
        await asyncio.sleep(self._patience_s)
        self._soon = None
        self._begin()

    def _begin(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            task = asyncio.create_task(_guarded(work))
            self._doing.add(task)
            task.add_done_callback(self._doing.discard)


async def _guarded(work: Deferred) -> None:
    try:
        await work
    except DatabaseUnavailable as error:
        log.warning("deferred_writes.database_away", extra={"reason": str(error)})
