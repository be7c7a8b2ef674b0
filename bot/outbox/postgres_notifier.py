"""Waking all replicas' workers and hearing who changed, by PostgreSQL's LISTEN."""

import asyncio
import contextlib
import json
import logging
import time
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from bot.installation import Installation
from bot.outbox.notifier import CHANGES_CHANNEL, Notifier

log = logging.getLogger(__name__)

CHANNEL = "briefing_bot_outbox"
RECONNECT_AFTER_S = 5
PULSE_S = 0.25
"""How often this process tells itself something, to know that it would hear others."""
DEAF_AFTER_S = 1.0


class PostgresNotifier(Notifier):
    """Wakes the workers of all replicas, and hears which people and rooms changed.

    1. Waking is a courtesy: one that is lost costs a second, because workers poll.
    2. A change that is missed would show somebody what they may no longer see. So what
       is known is dropped at each connection, and while the own pulse does not come
       back, through the server and both connections, nothing heard is relied upon. Late
       notifications are no loss: they come in order, before the pulses after them.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = make_url(url).set(drivername="postgresql")
        self._to_send = asyncio.Event()
        self._pulse_channel = f"briefing_bot_pulse_{uuid4().hex}"
        self._pulse_sent_at = -DEAF_AFTER_S
        """When the latest pulse that came back was sent, on a monotonic clock."""

    @property
    def hears_others(self) -> bool:
        return time.monotonic() - self._pulse_sent_at < DEAF_AFTER_S

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
            self._pulse_sent_at = time.monotonic() - DEAF_AFTER_S
            await asyncio.sleep(RECONNECT_AFTER_S)

    async def _connect(self) -> None:
        conninfo = self._url.render_as_string(hide_password=False)
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        async with await connecting as connection:
            for channel in (CHANNEL, CHANGES_CHANNEL, self._pulse_channel):
                await connection.execute(f"LISTEN {channel}")
            self._forget_all()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._listen(connection))
                group.create_task(self._send(conninfo))

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        async for heard in connection.notifies():
            if heard.channel == CHANNEL:
                super().notify()
            elif heard.channel == self._pulse_channel:
                self._pulse_sent_at = float(heard.payload)
            else:
                team_id, enterprise_id, *ids = json.loads(heard.payload)
                self._forget(Installation(team_id, enterprise_id), *ids)

    async def _send(self, conninfo: str) -> None:
        """Notify on a connection of its own: one that listens cannot also speak."""
        connecting = psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        pulse = "SELECT pg_notify(%s, %s)"
        async with await connecting as connection:
            while True:
                now = str(time.monotonic())
                await connection.execute(pulse, (self._pulse_channel, now))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PULSE_S):
                        await self._to_send.wait()
                if self._to_send.is_set():
                    self._to_send.clear()
                    await connection.execute(f"NOTIFY {CHANNEL}")
