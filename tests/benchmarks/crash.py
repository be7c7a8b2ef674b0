"""Kill the bot 300 times over 3,000 deliveries and count what stands in the end.

Run by `python -m tests.benchmarks.crash [--database postgresql]`; it takes a quarter of
an hour. Promised: every delivery visible exactly once, none lost, none twice.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.benchmarks.databases import KINDS, bench_database
from tests.crash.processes import simulator_process
from tests.crash.scene import Course, play
from tests.crash.verdict import Verdict
from tests.databases import restart_postgres


def main() -> None:
    """Print the figures; end with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.crash")
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--lives", type=int, default=300)
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--stops", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kinds = [options.database] if options.database else KINDS

    clean = [asyncio.run(_run(kind, options)) for kind in kinds]
    sys.exit(0 if all(clean) else 1)


async def _run(kind: str, options: argparse.Namespace) -> bool:
    course = Course(
        lives=options.lives,
        deliveries=options.deliveries,
        replicas=1 if kind == "sqlite" else 2,
        seed=options.seed,
        stops=min(options.stops, options.lives),
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, bench_database(kind) as url:
        async with simulator_process() as sim:
            briefs = Path(folder) / "briefs"
            briefs.mkdir()
            verdict = await play(
                course,
                sim,
                database_url=url,
                briefs=briefs,
                between=partial(_restart, kind, url, every=options.lives // 10 or 1),
            )
    _report(kind, course, verdict, time.monotonic() - began)
    return verdict.is_clean


async def _restart(kind: str, url: str, life: int, *, every: int) -> None:
    """Restart PostgreSQL ten times on the way."""
    if kind == "postgresql" and (life + 1) % every == 0:
        await asyncio.to_thread(restart_postgres, url)


def _report(kind: str, course: Course, verdict: Verdict, seconds: float) -> None:
    print(
        f"{kind}, {course.replicas} replica(s), {course.lives} lives "
        f"({course.stops} stopped past the lease), seed {course.seed}, "
        f"{seconds:.0f} s: {verdict}"
    )
    for name in ("lost", "twice", "out_of_order", "misquoted"):
        for delivery in getattr(verdict, name)[:10]:
            print(f"  {name}: {delivery}")


if __name__ == "__main__":
    main()
