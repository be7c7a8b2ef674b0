"""Eighteen months in minutes: nothing grows for ever, and nothing becomes slower.

    python -m tests.benchmarks.growth [--days 540] [--every 1] [--database sqlite]

Each day has a digest for a room and a person, questions answered and not, and now and
then a share and a correction. Row counts are told at the end of each month, and how
long planning and acquiring took in the seventh and in the last, as ratios.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import text

from bot.db.tables import metadata
from bot.outbox.acquire import acquire_rows
from bot.outbox.model import NOTHING_NEW
from bot.outbox.release import EndedRow, end_rows
from tests.benchmarks.databases import KINDS, bench_database
from tests.databases import postgres_engine
from tests.months import Months, open_months
from tests.outbox import make_delivery

MONTH = 30
SETTLED = 6
"""After so many months what is kept for 180 days has reached its length."""
ROUNDS, ROWS = 5, 200
BOATS = "how many boats were lost?"


@dataclass
class Growth:
    """What was counted and timed, month by month; the first month is 1."""

    rows: dict[int, dict[str, int]] = field(default_factory=dict)
    planning_s: dict[int, float] = field(default_factory=dict)
    acquiring_s: dict[int, float] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return max(self.rows)

    def grown(self) -> dict[str, tuple[int, int]]:
        """Return the tables that had more rows at the end than ever in settled months.

        The months from the seventh on are compared with their own first half, and a
        tenth more is no growth.
        """
        settled = [month for month in self.rows if month > SETTLED]
        early = settled[: len(settled) // 2]
        found = {}
        for table in metadata.tables:
            before = max(self.rows[month][table] for month in early)
            after = max(self.rows[month][table] for month in settled[len(early) :])
            if after > before * 1.1 + 2:
                found[table] = (before, after)
        return found


async def live(
    months: Months, days: int, *, every: int = 1, rows: int = ROWS
) -> Growth:
    """Let days pass, the bot at work on each `every`th, and look at it monthly.

    So many `rows` are planned and acquired to see how long that takes.
    """
    growth = Growth()
    for day in range(0, days, every):
        if every > 1:
            months.clock.move(timedelta(days=every - 1))
        number = day // every
        await months.ask(BOATS)
        if number % 3 == 0:
            await months.ask(f"who danced the tango on day {day}?")
        if number % 4 == 0:
            await months.look_around()
        if number % 7 == 0:
            await months.share()
        if day // 45 != (day + every) // 45:
            await months.correct()
        await months.day()
        if day // MONTH != (day + every) // MONTH:
            month = (day + every) // MONTH
            growth.rows[month] = await months.rows()
            await _time(months, growth, month, rows)
    return growth


async def _time(months: Months, growth: Growth, month: int, rows: int) -> None:
    """Plan and take rows of people who are never written to; the best round counts."""
    store = months.capabilities.stores.deliveries
    write, timing = store.database.write, months.capabilities.settings.timing
    if not store.database.is_sqlite:
        # Months pass in seconds here, in which the server does not do it by itself.
        await asyncio.to_thread(_vacuum, months.capabilities.settings.database_url)
    planning, acquiring = [], []
    for number in range(ROUNDS):
        now = months.clock.now()
        planned_rows = [
            make_delivery(
                f"C{n:04}",
                subject="bench",
                occurrence=f"{month}/{number}",
                due_at=now,
                installation=months.here,
            )
            for n in range(rows)
        ]
        begun = time.perf_counter()
        await store.plan(planned_rows)
        planned = time.perf_counter()
        take = partial(
            acquire_rows,
            installation=months.here,
            limit=rows,
            now=now,
            timing=timing,
        )
        taken = await write(take)
        acquiring.append(time.perf_counter() - planned)
        planning.append(planned - begun)
        ended = [EndedRow(delivery, NOTHING_NEW) for delivery in taken]
        await write(partial(end_rows, rows=ended, now=now))
    growth.planning_s[month] = min(planning)
    growth.acquiring_s[month] = min(acquiring)


def _vacuum(url: str) -> None:
    engine = postgres_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


async def _run(url: str, days: int, every: int) -> Growth:
    with tempfile.TemporaryDirectory() as folder:
        async with open_months(Path(folder), url) as months:
            return await live(months, days, every=every)


def main() -> None:
    """Print the counts month by month, and the ratios."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth")
    parser.add_argument("--days", type=int, default=540)
    parser.add_argument("--every", type=int, default=1, help="work each Nth day")
    parser.add_argument("--database", choices=KINDS, default=KINDS[0])
    arguments = parser.parse_args()
    with bench_database(arguments.database) as url:
        growth = asyncio.run(_run(url, arguments.days, arguments.every))

    tables = [
        table
        for table in metadata.tables
        if max(rows[table] for rows in growth.rows.values()) > 5
    ]
    print("month " + " ".join(tables))
    for month, rows in growth.rows.items():
        print(f"{month:5} " + " ".join(f"{rows[t]:>{len(t)}}" for t in tables))
    print(f"grown after month {SETTLED}: {growth.grown() or 'nothing'}")
    first = SETTLED + 1
    for name, took in (
        ("planning", growth.planning_s),
        ("acquiring", growth.acquiring_s),
    ):
        ratio = took[growth.last] / took[first]
        monthly = " ".join(f"{seconds * 1e3:.0f}" for seconds in took.values())
        print(f"{name}, ms by month: {monthly}")
        print(f"{name}: {ratio:.2f} times month {first} in month {growth.last}")


if __name__ == "__main__":
    main()
