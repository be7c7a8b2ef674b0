"""The processes of a crash test: the simulator, and replicas that come and go."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.crash.replica import Start
from tests.patience import PATIENCE_S


@dataclass(frozen=True, slots=True)
class SimulatorProcess:
    """A simulator in a process of its own, set by its control API."""

    api_url: str
    bot_token: str
    url: str
    session: aiohttp.ClientSession

    async def set(self, what: str, body: Any) -> None:
        """Change what `/control/<what>` stands for."""
        async with self.session.post(f"{self.url}/control/{what}", json=body) as answer:
            assert answer.status == 200, await answer.text()

    async def get(self, what: str) -> Any:
        """Read what `/control/<what>` tells."""
        async with self.session.get(f"{self.url}/control/{what}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@asynccontextmanager
async def simulator_process() -> AsyncIterator[SimulatorProcess]:
    """Run `python -m bot.simulator` and end it afterwards."""
    process = await _python("-m", "bot.simulator")
    try:
        async with aiohttp.ClientSession() as session:
            said = json.loads(await _first_line(process))
            yield SimulatorProcess(
                said["api_url"], said["bot_token"], said["url"], session
            )
    finally:
        process.terminate()
        await process.wait()


class ReplicaProcess:
    """A worker that may be killed, stopped for a while, or asked to end."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, start: Start) -> "ReplicaProcess":
        """Start a replica and return once it works."""
        process = await _python("-m", "tests.crash.replica", **start.as_environment())
        replica = cls(process)
        try:
            said = await _first_line(process)
        except BaseException:
            process.kill()
            raise
        assert said == b"ready\n", f"a replica ended with {process.returncode}"
        return replica

    async def kill(self) -> None:
        """SIGKILL: nothing of it runs any more."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def pause(self) -> None:
        """SIGSTOP: it does not know that time passes."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def end(self) -> None:
        """SIGTERM: it finishes what is under way."""
        self._process.terminate()
        async with asyncio.timeout(PATIENCE_S):
            await self._process.wait()


async def _python(*arguments: str, **environment: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=PIPE, env=os.environ | environment
    )


async def _first_line(process: Process) -> bytes:
    assert process.stdout is not None, "started with a pipe"
    async with asyncio.timeout(PATIENCE_S):
        return await process.stdout.readline()
