"""The simulator in a process of its own, so that no benchmark measures it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager


@asynccontextmanager
async def simulator(*arguments: str) -> AsyncIterator[dict[str, str]]:
    """Start it and yield its addresses and tokens; stop it afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.simulator",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        announced: dict[str, str] = json.loads(await process.stdout.readline())
        yield announced
    finally:
        process.terminate()
        await process.wait()


def own_share(stats: Mapping[str, float]) -> str:
    """Say what `/control/stats` tells: how much of a run was the simulator's work."""
    return (
        f"The simulator's own share: {stats['requests']:,.0f} requests, "
        f"{stats['busy_s']:.2f} s inside them, {stats['cpu_s']:.2f} s of processor time"
    )
