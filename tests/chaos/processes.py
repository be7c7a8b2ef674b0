"""The processes of a chaos run: the simulator, and replicas that come and go."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.patience import PATIENCE_S
from tests.processes import clean_environment

STARTED = b"app.started"


@dataclass(frozen=True, slots=True)
class SimulatorProcess:
    """A simulator in a process of its own, set by its control API."""

    api_url: str
    bot_token: str
    app_token: str
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

    async def act(self, what: str, body: Mapping[str, Any]) -> Any:
        """Do something as somebody, as the page does; return what comes of it."""
        url = f"{self.url}/client/{what}"
        async with self.session.post(url, json=body) as answer:
            return await answer.json()

    async def call(self, method: str, **arguments: Any) -> Any:
        """Call the Web API as the app."""
        url, token = f"{self.api_url}{method}", self.bot_token
        asking = self.session.post(
            url, json=arguments, headers={"Authorization": f"Bearer {token}"}
        )
        async with asking as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer

    async def arrive(self, user_id: str) -> None:
        """Open the page as somebody, who has a conversation with the app from then."""
        boot = self.session.get(f"{self.url}/client/boot", params={"as": user_id})
        async with boot as answer:
            assert answer.status == 200, await answer.text()


@asynccontextmanager
async def simulator_process(*arguments: str) -> AsyncIterator[SimulatorProcess]:
    """Run `python -m bot.simulator` and end it afterwards."""
    command = sys.executable, "-m", "bot.simulator", *arguments
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None, "started with a pipe"
    try:
        async with asyncio.timeout(PATIENCE_S):
            said = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            yield SimulatorProcess(
                said["api_url"],
                said["bot_token"],
                said["app_token"],
                said["url"],
                session,
            )
    finally:
        process.terminate()
        await process.wait()


class ReplicaProcess:
    """`briefing-bot run`, to be killed, stopped for a while, or asked to end.

    `started` is set when it says that it has started, or when it has ended; `start_s`
    is how long that took, and `last_line` the last that it said.
    """

    def __init__(self, process: Process, log: Path) -> None:
        self._process = process
        self._log = log
        self.started = asyncio.Event()
        self.start_s = 0.0
        self.last_line = b""
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, environment: Mapping[str, str], *, log: Path
    ) -> "ReplicaProcess":
        """Start a replica, which appends what it says to this file."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=log.parent,
            env=clean_environment() | dict(environment),
            stdout=PIPE,
            stderr=STDOUT,
        )
        return cls(process, log)

    async def _read(self) -> None:
        assert self._process.stdout is not None, "started with a pipe"
        loop = asyncio.get_running_loop()
        began = loop.time()
        with self._log.open("ab") as log:
            async for line in self._process.stdout:
                log.write(line)
                self.last_line = line
                if STARTED in line:
                    self.start_s = loop.time() - began
                    self.started.set()
        self.started.set()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None and self._reading.done()

    async def kill(self) -> None:
        """SIGKILL: nothing of it runs any more."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading

    def pause(self) -> None:
        """SIGSTOP: it does not know that time passes."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def end(self) -> None:
        """SIGTERM, once it has started: it finishes what is under way."""
        async with asyncio.timeout(PATIENCE_S):
            await self.started.wait()
        self._process.terminate()
        async with asyncio.timeout(PATIENCE_S):
            code = await self._process.wait()
        await self._reading
        assert code == 0, f"ended with {code}:\n{self._log.read_text()[-2_000:]}"
