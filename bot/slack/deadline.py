"""Requests that are written in time, or not at all.

A process that was stopped (a paused machine, SIGSTOP) does not know that its lease has
ended. What it had only just begun would be posted when it wakes, after others have
taken the row over: so the clock is read once more with nothing left to wait for.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.connector import Connection

_write_by: ContextVar[float] = ContextVar("write_by", default=math.inf)


@contextmanager
def written_within(seconds: float) -> Iterator[None]:
    """Let requests begun in this block be written within this time, or fail."""
    token = _write_by.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _write_by.reset(token)


class RequestWithDeadline(aiohttp.ClientRequest):
    """Reads the clock where aiohttp writes head and body in one go."""

    async def write_bytes(
        self,
        writer: AbstractStreamWriter,
        conn: Connection,
        content_length: int | None = None,
    ) -> None:
        if time.monotonic() <= _write_by.get():
            await super().write_bytes(writer, conn, content_length)
            return

        assert conn.protocol is not None, "connected"
        overslept = "The time for this request was over before it was written."
        conn.protocol.set_exception(aiohttp.ClientConnectionError(overslept))


def session_with_deadlines() -> aiohttp.ClientSession:
    """Return a session whose requests keep the time that `written_within` sets."""
    return aiohttp.ClientSession(request_class=RequestWithDeadline)
