"""Ten thousand mutated payloads: each is answered, none is left to Slack's retries.

python -m tests.benchmarks.payloads [COUNT]
"""

import asyncio
import logging
import random
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.app import MALFORMED, BriefApp
from tests.databases import sqlite_file
from tests.mutations import PAYLOADS, Json, listening_app, spoil


async def outcome(app: BriefApp, payload: Json) -> str:
    """Return the status, or "refused" for what Bolt cannot even read."""
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=payload)
    except MALFORMED:
        return "refused"
    return str((await app.async_dispatch(request)).status)


async def main(count: int) -> None:
    """Print how many of each sort were answered, and how."""
    logging.disable(logging.CRITICAL)
    chance, seen = random.Random(4), Counter[tuple[str, str]]()
    names = list(PAYLOADS)
    with TemporaryDirectory() as folder:
        url = sqlite_file(Path(folder) / "bot.db")
        async with listening_app(url) as app:
            for number in range(count):
                name = names[number % len(names)]
                seen[name, await outcome(app, spoil(PAYLOADS[name], chance))] += 1

    for (name, status), times in sorted(seen.items()):
        print(f"{name:20} {status:8} {times:6,}")
    unanswered = sum(n for (_, s), n in seen.items() if s not in ("200", "refused"))
    print(f"{count:,} payloads, {unanswered} unanswered")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
