"""Ten thousand mutated payloads: each is answered or refused, and none by accident.

Run by `python -m tests.benchmarks.payloads [COUNT] [SEED]`: the whole bot in the
simulator's workspace, with what it does after an acknowledgement. Slack Connect and
Grid shapes are among them. Promised: none is left to Slack's retries, and the log holds
no mistake of ours.
"""

import asyncio
import logging
import random
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutations import WHOLE, of_the_simulator, outcome, spoil, whole_app

ANSWERED = ("200", "refused")


async def main(count: int, seed: int) -> bool:
    """Print how many of each sort were answered, and how."""
    logging.lastResort = None
    chance, seen = random.Random(seed), Counter[tuple[str, str]]()
    payloads = {name: of_the_simulator(each) for name, each in WHOLE.items()}
    names = list(payloads)
    with TemporaryDirectory() as folder:
        async with whole_app(Path(folder)) as (app, mistakes):
            for number in range(count):
                name = names[number % len(names)]
                seen[name, await outcome(app, spoil(payloads[name], chance))] += 1

    for (name, status), times in sorted(seen.items()):
        print(f"{name:20} {status:8} {times:6,}")
    unanswered = sum(n for (_, status), n in seen.items() if status not in ANSWERED)
    print(
        f"{count:,} payloads, {unanswered} unanswered, {len(mistakes.found)} mistakes"
    )
    for mistake, times in Counter(mistakes.found).most_common(10):
        print(f"{times:6,} {mistake[:200]}")
    return not unanswered and not mistakes.found


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    count, seed = [*numbers, *(10_000, 4)[len(numbers) :]]
    sys.exit(0 if asyncio.run(main(count, seed)) else 1)
