"""`DeferredWrites`: what an answer does not wait for, done together a moment later."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from bot.errors import DatabaseUnavailable

log = logging.getLogger(__name__)

Work = Coroutine[Any, Any, object]


class DeferredWrites:
    """Work put off so that answers have the database to themselves.

    What is put off meanwhile is begun at once with it, so that stores can write it as
    one. While the database is away it is lost.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._waiting: list[Work] = []
        self._soon: asyncio.Task[None] | None = None
        self._doing: set[asyncio.Task[None]] = set()

    def add(self, work: Work) -> None:
        """Have it done soon, and let nobody wait."""
        self._waiting.append(work)
        if self._soon is None:
            self._soon = asyncio.create_task(self._begin_soon())

    async def done(self) -> None:
        """Do now what is put off, and return when all is done."""
        self._begin()
        if self._doing:
            await asyncio.wait(self._doing)

    async def _begin_soon(self) -> None:
        await asyncio.sleep(self._patience_s)
        self._soon = None
        self._begin()

    def _begin(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            task = asyncio.create_task(_guarded(work))
            self._doing.add(task)
            task.add_done_callback(self._doing.discard)


async def _guarded(work: Work) -> None:
    try:
        await work
    except DatabaseUnavailable as error:
        log.warning("deferred_writes.database_away", extra={"reason": str(error)})
