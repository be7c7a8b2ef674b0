"""The simulator in a process of its own, so that no benchmark measures it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
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
