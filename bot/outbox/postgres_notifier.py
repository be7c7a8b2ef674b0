"""Waking the workers of all replicas, by PostgreSQL's LISTEN and NOTIFY."""

import asyncio
import logging

import psycopg
from sqlalchemy import make_url

from bot.outbox.notifier import LocalNotifier

log = logging.getLogger(__name__)

CHANNEL = "briefing_bot_outbox"
RECONNECT_AFTER_S = 5


class PostgresNotifier(LocalNotifier):
    """Wakes the workers of all replicas.

    It is a courtesy: a notification that is lost costs a second, because workers poll.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = make_url(url).set(drivername="postgresql")
        self._to_send = asyncio.Event()

    def notify(self) -> None:
        super().notify()
        self._to_send.set()

    async def run(self) -> None:
        """Listen and notify until cancelled; reconnect when the server restarts."""
        while True:
            try:
                await self._connect()
            except* psycopg.OperationalError as group:
                reasons = [str(exc) for exc in group.exceptions]
                log.warning("notifier.disconnected", extra={"reasons": reasons})
            await asyncio.sleep(RECONNECT_AFTER_S)

    async def _connect(self) -> None:
        conninfo = self._url.render_as_string(hide_password=False)
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with await connecting as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(connection))
                group.create_task(self._send(conninfo))

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        async for _ in connection.notifies():
            super().notify()

    async def _send(self, conninfo: str) -> None:
        """Notify on a connection of its own: one that listens cannot also speak."""
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with await connecting as connection:
            while True:
                await self._to_send.wait()
                self._to_send.clear()
                await connection.execute(f"NOTIFY {CHANNEL}")
