"""Waking the worker when there are new rows, and telling replicas who has changed."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from importlib import import_module

from sqlalchemy import func, make_url, select

from bot.db.database import Database
from bot.installation import Installation

CHANGES_CHANNEL = "briefing_bot_audiences"

OF_CHANNELS = "what is kept of channels"
"""Announced in an id's place where pins or defaults of channels changed."""

Forget = Callable[..., None]
"""Takes an installation, and the ids of people and channels that changed there."""


class Notifier:
    """Wakes the worker when there are new rows: this one in its own process alone."""

    def __init__(self) -> None:
        self._notified = asyncio.Event()
        self._followers: list[tuple[Forget, Callable[[], None]]] = []

    def notify(self) -> None:
        """Wake whoever waits, at least in this process."""
        self._notified.set()

    def follow(self, forget: Forget, forget_all: Callable[[], None]) -> None:
        """Have other replicas' changes forgotten, or all where some were missed."""
        self._followers.append((forget, forget_all))

    def _forget(self, installation: Installation, *ids: str) -> None:
        for forget, _ in self._followers:
            forget(installation, *ids)

    def _forget_all(self) -> None:
        for _, forget_all in self._followers:
            forget_all()

    @property
    def hears_others(self) -> bool:
        """Say whether what other replicas announce arrives here within a second."""
        return True

    async def run(self) -> None:
        """Carry notifications between processes; here there is only one."""

    async def wait(self, timeout_s: float) -> bool:
        """Return True if somebody notified within this time, and wait anew after it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._notified.wait()
        was_notified = self._notified.is_set()
        self._notified.clear()
        return was_notified


async def announce_change(
    database: Database, installation: Installation, *ids: str
) -> None:
    """Tell all replicas that these people or channels changed, and commit that.

    On SQLite there is one process. Raise `DatabaseUnavailable` where it could not be
    said: then Slack is to tell of the event again.
    """
    if database.is_sqlite:
        return
    words = json.dumps([installation.team_id, installation.enterprise_id, *ids])
    statement = select(func.pg_notify(CHANGES_CHANNEL, words))
    await database.write(lambda c: c.execute(statement))


def notifier_for(url: str) -> Notifier:
    """Return the notifier of a database: one on PostgreSQL hears other replicas."""
    if make_url(url).get_backend_name() == "sqlite":
        return Notifier()
    # Its driver is an extra, which nobody needs who stays with SQLite.
    module = import_module("bot.outbox.postgres_notifier")
    notifier: Notifier = module.PostgresNotifier(url)
    return notifier
