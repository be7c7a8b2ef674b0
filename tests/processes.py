"""The program as a process of its own, started and stopped as people do."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.patience import PATIENCE_S

REPOSITORY = Path(__file__).parent.parent


class Program:
    """A running `briefing-bot`; what it has printed so far is in `output`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.output = ""

    async def printed(self, text: str) -> str:
        """Return the output once it holds this text; fail if it ends before."""
        async with asyncio.timeout(PATIENCE_S):
            while text not in self.output:
                line = await self._read()
                assert line, f"ended without {text!r}:\n{self.output}"
        return self.output

    async def _read(self) -> str:
        assert self._process.stdout
        line = (await self._process.stdout.readline()).decode()
        self.output += line
        return line

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Return its exit code when it has ended by itself or by a signal."""
        async with asyncio.timeout(PATIENCE_S):
            while await self._read():
                pass
            return await self._process.wait()

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def clean_environment() -> dict[str, str]:
    """Return what a program of ours needs to start, and no setting of this machine.

    Words alone answer: to embed is a minute's work of a busy machine.
    """
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        "BRIEFING_BOT_MEANING": "off",
    }


@asynccontextmanager
async def briefing_bot(
    *arguments: str,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    within: Sequence[str] = (),
) -> AsyncIterator[Program]:
    """Start the program with a clean environment, plus what is given.

    `within` is a command that becomes the program, given as its arguments.
    """
    process = await asyncio.create_subprocess_exec(
        *(*within, sys.executable, "-m", "bot", *arguments),
        cwd=cwd,
        env=clean_environment() | dict(env or {}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    program = Program(process)
    try:
        yield program
    finally:
        await program.kill()
