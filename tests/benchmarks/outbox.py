"""Planning beside a plain bulk insert, and acquiring beside a million old rows.

Run by `python -m tests.benchmarks.outbox [--database postgresql]`. Promised: 10,000
recipients due in the same minute are planned in at most three times what a bulk insert
of as many rows takes, and acquiring does not slow down with what was ever delivered.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import Connection, insert, text

from bot.db.database import Database, open_database
from bot.db.tables import deliveries
from bot.outbox.rows import row_to_plan
from tests.benchmarks.databases import KINDS, bench_database
from tests.fakes import MORNING, StoppedClock
from tests.integration.scheduling.test_planner import SUNDAY_NOON, Planning, make_digest
from tests.outbox import HERE, OutboxSteps, make_delivery, open_steps

RECIPIENTS = 10_000
OLD_ROWS = 1_000_000
BATCH = 100
ROUNDS = 3
PROMISED = 3.0


def main() -> None:
    """Print the ratios for one or both databases."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.outbox")
    parser.add_argument("--database", choices=KINDS)
    only = parser.parse_args().database
    for kind in [only] if only else KINDS:
        with bench_database(kind) as url:
            print(f"{kind}: {asyncio.run(planning(url))}")
        with bench_database(kind) as url:
            print(f"{kind}: {asyncio.run(acquiring(url))}")


async def planning(url: str) -> str:
    """Plan a digest of ten thousand recipients; the best of some rounds counts."""
    clock = StoppedClock(SUNDAY_NOON)
    async with open_database(url, clock=clock) as database:
        recipients = [f"C{n:05}" for n in range(RECIPIENTS)]
        planning = Planning(database, clock)
        await planning.load(make_digest(to=recipients))
        await planning.planner.plan()
        plain, planned = [], []
        for number in range(ROUNDS):
            rows = _plain_rows(recipients, occurrence=f"plain-{number}")
            plain.append(await _seconds(partial(_insert, database, rows)))
            clock.move(timedelta(days=1))
            planned.append(await _seconds(planning.planner.plan))

    ratio = min(planned) / min(plain)
    return (
        f"{RECIPIENTS:,} recipients: bulk insert {min(plain):.2f} s, planned "
        f"{min(planned):.2f} s, ratio {ratio:.2f} (promised {PROMISED})"
    )


def _plain_rows(recipients: list[str], *, occurrence: str) -> list[dict[str, object]]:
    return [
        row_to_plan(make_delivery(recipient, occurrence=occurrence), MORNING)
        for recipient in recipients
    ]


async def _insert(database: Database, rows: list[dict[str, object]]) -> None:
    def work(connection: Connection) -> None:
        connection.execute(insert(deliveries), rows)

    await database.write(work)


async def acquiring(url: str) -> str:
    """Acquire all of ten thousand rows in batches, without and with a past."""
    clock = StoppedClock(MORNING)
    async with open_steps(url, clock) as steps:
        young = await _acquire_all(steps, clock, occurrence="young")
        await _grow_old(steps.context.database)
        old = await _acquire_all(steps, clock, occurrence="old")
    return (
        f"acquiring {RECIPIENTS:,} rows by {BATCH}: {young:.2f} s in a young database, "
        f"{old:.2f} s beside {OLD_ROWS:,} old rows, ratio {old / young:.2f}"
    )


async def _acquire_all(
    steps: OutboxSteps, clock: StoppedClock, *, occurrence: str
) -> float:
    rows = [
        make_delivery(f"{occurrence}-{n}", occurrence=occurrence)
        for n in range(RECIPIENTS)
    ]
    await steps.plan(rows)

    async def acquire() -> None:
        while await steps.acquire(HERE, BATCH):
            pass

    return await _seconds(acquire)


async def _grow_old(database: Database) -> None:
    """Multiply the rows there are by copying them as sent, under other ids."""
    changed = ("id", "status", "occurrence")
    columns = [c.name for c in deliveries.columns if c.name not in changed]
    new_id = "lower(hex(randomblob(16)))" if database.is_sqlite else "gen_random_uuid()"
    copy = text(
        f"INSERT INTO deliveries (id, status, occurrence, {', '.join(columns)}) "
        f"SELECT {new_id}, 'sent', CAST(:day AS TEXT), {', '.join(columns)} "
        f"FROM (SELECT * FROM deliveries LIMIT {RECIPIENTS}) AS copied"
    )

    def grow(connection: Connection) -> None:
        for day in range(OLD_ROWS // RECIPIENTS):
            connection.execute(copy, {"day": str(day)})

    await database.write(grow)


async def _seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
