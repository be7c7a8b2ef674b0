"""Change who reads along, and count what two replicas still show of a stricter claim.

Run by `python -m tests.benchmarks.leaks [--trials 50]`; a trial takes some ten seconds.
Promised: one second after the change 0 bytes, while members and closed rooms get the
claim in the same trials.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.acceptance.leaks import Trial, open_replicas
from tests.benchmarks.databases import bench_database


def main() -> None:
    """Print the figures; end with 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.leaks")
    parser.add_argument("--trials", type=int, default=50)
    trials = asyncio.run(_run(parser.parse_args().trials))

    leaked = sum(trial.leaked for trial in trials)
    reached = [sum(each) for each in zip(*(t.reached for t in trials), strict=True)]
    print(
        f"{len(trials)} trials: {leaked} bytes of the stricter claim shown after one "
        f"second. It reached a member by command {reached[0]} times, by direct message "
        f"{reached[1]} times, and the closed room {reached[2]} times."
    )
    sys.exit(0 if not leaked and reached == [len(trials)] * 3 else 1)


async def _run(number: int) -> list[Trial]:
    with tempfile.TemporaryDirectory() as folder, bench_database("postgresql") as url:
        async with open_replicas(Path(folder), url) as replicas:
            return [await replicas.play() for _ in range(number)]


if __name__ == "__main__":
    main()
