"""What a delivery costs PostgreSQL: processor time, transactions, rows and bytes.

    python -m tests.benchmarks.capacity [--deliveries 2000]

Two workers with connections of their own deliver, as two replicas would, answers of
usual length that are all different: each with a payload of its own that shows three
claims. Nothing is slowed down but by this machine, whose simulator and workers share
its processors with the server; so the server's own processor time is told as well.
"""

import argparse
import asyncio
import os
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, make_url, text

from bot.block_kit.part import ClaimMark, Part
from bot.db.tables import metadata
from bot.outbox.model import Composed, Delivery, Payload
from tests.benchmarks.databases import bench_database
from tests.benchmarks.delivering import (
    MESSAGES,
    TEXT,
    UNLIMITED,
    SameComposer,
    digest_rows,
    make_channels,
    open_outbox,
)
from tests.chaos.processes import simulator_process
from tests.databases import postgres_engine
from tests.fakes import RecordingObserver

WORKERS, WARM, CLAIMS = 2, 200, 3
STATISTICS_S = 2.0


class EachItsOwn(SameComposer):
    """Says the same at the same length to all, and names the delivery in it."""

    async def compose(self, delivery: Delivery) -> Composed:
        words = f"{TEXT} Asked as {delivery.id}."
        blocks = tuple(
            {"type": "section", "text": {"type": "mrkdwn", "text": words}}
            for _ in range(CLAIMS)
        )
        claims = tuple(
            ClaimMark("harbour", f"claim-{number}", "0123456789abcdef", 0)
            for number in range(CLAIMS)
        )
        return Composed(Payload((Part(words, blocks, claims),), "r1", "public"))


@dataclass(frozen=True, slots=True)
class Server:
    """What the server has done and holds so far."""

    work_s: float
    commits: int
    log_bytes: int
    rows: Mapping[str, int]
    bytes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cost:
    """What so many deliveries took, and the server before and after them."""

    count: int
    seconds: float
    before: Server
    after: Server

    @property
    def grown(self) -> dict[str, tuple[int, int]]:
        """The rows and bytes that came to each table."""
        before, after = self.before, self.after
        return {
            name: (after.rows[name] - n, after.bytes[name] - before.bytes[name])
            for name, n in before.rows.items()
            if after.rows[name] > n
        }

    def __str__(self) -> str:
        before, after, count = self.before, self.after, self.count
        work_ms = (after.work_s - before.work_s) * 1000 / count
        rows, sizes = zip(*self.grown.values(), strict=True)
        return (
            f"{count:,} deliveries by {WORKERS} workers, {count / self.seconds:.0f} a "
            f"second; for each the server worked {work_ms:.2f} ms (one processor "
            f"carries {1000 / work_ms:,.0f} a second) in "
            f"{(after.commits - before.commits) / count:.1f} transactions, and kept "
            f"{sum(rows) / count:.1f} rows, {sum(sizes) / count:,.0f} bytes and "
            f"{(after.log_bytes - before.log_bytes) / count:,.0f} bytes of log"
        )


def look(engine: Engine) -> Server:
    """Ask the server, and the kernel for the time of all its processes."""
    rows, sizes = {}, {}
    with engine.connect() as connection:
        for name in metadata.tables:
            rows[name] = connection.execute(
                text(f"SELECT count(*) FROM {name}")
            ).scalar_one()
            size = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
            sizes[name] = connection.execute(size, {"name": name}).scalar_one()
        commits, written = connection.execute(
            text(
                "SELECT xact_commit, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') "
                "FROM pg_stat_database WHERE datname = current_database()"
            )
        ).one()
    folder = Path(str(make_url(engine.url).query["host"]))
    server = int((folder / "postmaster.pid").read_text().split()[0])
    return Server(_work_s(server), commits, int(written), rows, sizes)


def _work_s(server: int) -> float:
    """Return the processor time of the server, its children, and those that ended."""
    ticks = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            stat = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It ended meanwhile.
        if int(process.name) == server:
            ticks += sum(map(int, stat[11:15]))
        elif int(stat[1]) == server:
            ticks += sum(map(int, stat[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def deliver(url: str, engine: Engine, count: int) -> tuple[Cost, Cost]:
    """Return the cost of so many deliveries at once, and of a tenth one by one."""
    observer = RecordingObserver()
    async with simulator_process() as simulator, AsyncExitStack() as stack:
        await make_channels(simulator)
        outboxes = [
            await stack.enter_async_context(
                open_outbox(url, simulator, UNLIMITED, EachItsOwn(), observer)
            )
            for _ in range(WORKERS)
        ]

        async def play(wanted: int, name: str) -> None:
            done = len(observer.endings) + wanted
            for at in range(0, wanted, MESSAGES):
                rows = digest_rows(
                    min(MESSAGES, wanted - at), occurrence=f"{name}-{at}"
                )
                for number, each in enumerate(outboxes):
                    if own := rows[number::WORKERS]:
                        await each.store.plan(own)
            await observer.wait_for(done)

        async def cost(wanted: int, *, each: int, name: str) -> Cost:
            before, began = look(engine), time.perf_counter()
            for number in range(0, wanted, each):
                await play(each, f"{name}-{number}")
            seconds = time.perf_counter() - began
            # What the sessions did is told to the statistics when they are idle.
            await asyncio.sleep(STATISTICS_S)
            return Cost(wanted, seconds, before, look(engine))

        await play(WARM, "warm")
        at_once = await cost(count, each=count, name="at-once")
        return at_once, await cost(count // 10, each=1, name="single")


def main() -> None:
    """Print what a delivery costs, and what one processor of the server carries."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.capacity")
    parser.add_argument("--deliveries", type=int, default=2_000)
    count = parser.parse_args().deliveries
    with bench_database("postgresql") as url:
        engine = postgres_engine(url)
        at_once, one_by_one = asyncio.run(deliver(url, engine, count))
        engine.dispose()

    print(f"at once: {at_once}")
    print(f"one by one: {one_by_one}")
    for name, (rows, size) in at_once.grown.items():
        print(f"  {name}: {rows / count:.2f} rows, {size / count:,.0f} bytes")


if __name__ == "__main__":
    main()
