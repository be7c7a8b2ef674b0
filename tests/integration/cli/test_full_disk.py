"""`briefing-bot run` on a disk that fills up, and is emptied again."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import Simulator
from tests.frozen import FIRST
from tests.patience import PATIENCE_S
from tests.processes import briefing_bot

BESIDE = ("unshare", "-rm", "sh", "-c")
"""A place of its own among the mounted disks, which needs no rights."""
DISK = 'mount -t tmpfs -o size=2m none disk && exec "$@"'
POLL_S = 0.2
FULL = (
    "The disk that the database is on is full: nothing can be stored, so nothing is "
    "posted. Free some space; I go on by myself."
)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    (tmp_path / "briefs").mkdir()
    (tmp_path / "disk").mkdir()
    shutil.copy(FIRST, tmp_path / "briefs")
    try:
        process = await asyncio.create_subprocess_exec(
            *BESIDE, DISK, "sh", "true", cwd=tmp_path
        )
        refused = await process.wait()
    except FileNotFoundError:
        refused = 1
    if refused:
        pytest.skip("this machine lets nobody mount a disk of their own")
    return tmp_path


async def ready(url: str) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as said:
        return said.status, await said.json()


async def becomes(url: str, status: int) -> list[str]:
    """Poll as an orchestrator does until the bot is so ready; return its reasons."""
    never = asyncio.Event()
    async with asyncio.timeout(PATIENCE_S):
        while (told := await ready(url))[0] != status:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await never.wait()
    reasons: list[str] = told[1]["reasons"]
    return reasons


async def test_a_full_disk_is_not_ready_until_there_is_space(
    home: Path, sim: Simulator
) -> None:
    """The operator is told by the page and by the log, and need not start it again."""
    env = {
        "SLACK_BOT_TOKEN": sim.bot_token,
        "SLACK_APP_TOKEN": sim.app_token,
        "SLACK_API_URL": sim.api_url,
        "BRIEFING_BOT_PORT": "0",
        "BRIEFING_BOT_HOST": "127.0.0.1",
        "BRIEFING_BOT_LOG_FORMAT": "json",
        "BRIEFING_BOT_DATABASE_URL": "sqlite:///disk/bot.sqlite3",
    }
    within = (*BESIDE, DISK, "sh")
    async with briefing_bot("run", cwd=home, env=env, within=within) as program:
        log = await program.printed("app.started")
        port = log.rpartition('"port": "')[2].partition('"')[0]
        url = f"http://127.0.0.1:{port}"
        at_first = await becomes(url, 200)
        filler = Path(f"/proc/{program.pid}/root{home}/disk/filler")
        await asyncio.to_thread(fill, filler)
        full = await becomes(url, 503)
        await asyncio.to_thread(filler.unlink)
        after = await becomes(url, 200)
        await program.printed("database.writable_again")

    assert (at_first, full, after) == ([], [FULL], [])
    assert "database.not_writable" in program.output


def fill(file: Path) -> None:
    """Write until the disk takes no more."""
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(b"x" * 4096):
                pass
        except OSError:
            return
