"""Waking the worker when there are new rows in this process."""

import asyncio
import contextlib
from importlib import import_module

from sqlalchemy import make_url


class LocalNotifier:
    """Wakes whoever waits in this process."""

    def __init__(self) -> None:
        self._notified = asyncio.Event()

    def notify(self) -> None:
        self._notified.set()

    async def run(self) -> None:
        """Carry notifications between processes; here there is only one."""

    async def wait(self, timeout_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._notified.wait()
        was_notified = self._notified.is_set()
        self._notified.clear()
        return was_notified


def notifier_for(url: str) -> LocalNotifier:
    """Return the notifier of a database: one on PostgreSQL hears other replicas."""
    if make_url(url).get_backend_name() == "sqlite":
        return LocalNotifier()
    # Its driver is an extra, which nobody needs who stays with SQLite.
    module = import_module("bot.outbox.postgres_notifier")
    notifier: LocalNotifier = module.PostgresNotifier(url)
    return notifier
