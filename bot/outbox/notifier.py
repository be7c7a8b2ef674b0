"""Waking the worker when there are new rows in this process."""

import asyncio
import contextlib


class LocalNotifier:
    """Wakes whoever waits in this process."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def run(self) -> None:
        """Carry the ringing between processes; here there is only one."""

    async def wait(self, timeout_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._rung.wait()
        rung = self._rung.is_set()
        self._rung.clear()
        return rung
