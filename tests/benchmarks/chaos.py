"""Kill `briefing-bot run` 300 times over 3,000 deliveries and count what stands.

Run by `python -m tests.benchmarks.chaos [--database postgresql]`; it takes a quarter of
an hour for each database: SQLite with one process, PostgreSQL with two, which is itself
restarted ten times. Slack drops, delays and refuses meanwhile, and the briefing is
edited, and corrected three times. Promised: 0 lost, 0 twice, 0 out of order, and no
message left that does not say what is right by now.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.benchmarks.databases import KINDS, bench_database
from tests.chaos.scene import Course, play
from tests.databases import restart_postgres


def main() -> None:
    """Print the figures; end with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.chaos")
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--stops", type=int, default=10)
    parser.add_argument("--corrections", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", type=Path, help="where to keep what replicas said")
    options = parser.parse_args()
    kinds = [options.database] if options.database else KINDS

    clean = [asyncio.run(_run(kind, options)) for kind in kinds]
    sys.exit(0 if all(clean) else 1)


async def _run(kind: str, options: argparse.Namespace) -> bool:
    course = Course(
        kills=options.kills,
        deliveries=options.deliveries,
        replicas=1 if kind == "sqlite" else 2,
        seed=options.seed,
        stops=min(options.stops, options.kills),
        corrections=options.corrections,
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, bench_database(kind) as url:
        every = options.kills // 10 or 1
        restart = partial(_restart, kind, url, every=every)
        try:
            verdict = await play(
                course, Path(folder), database_url=url, between=restart
            )
        finally:
            if options.log:
                shutil.copy(Path(folder) / "replicas.log", options.log)
    print(f"{kind}, {course}, {time.monotonic() - began:.0f} s: {verdict}")
    for what, those in verdict.faults.items():
        for each in those[:10]:
            print(f"  {what}: {each}")
    return verdict.is_clean


async def _restart(kind: str, url: str, life: int, *, every: int) -> None:
    """Restart PostgreSQL ten times on the way."""
    if kind == "postgresql" and (life + 1) % every == 0:
        await asyncio.to_thread(restart_postgres, url)


if __name__ == "__main__":
    main()
