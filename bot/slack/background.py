"""`Background`: work that goes on after the acknowledgement, kept until it is done.

asyncio holds tasks by weak references only, and Bolt keeps none of its own, so a task
nobody holds may vanish in the middle or be cut at shutdown.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Background:
    """A set of tasks with a name each; one that fails is logged, never silent."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        """Run it beside everything else; nobody waits for its result."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finish)

    async def drain(self, patience_s: float) -> None:
        """Wait until all is done, and cancel what is not within this time."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _finish(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if task.cancelled():
            log.warning("background.cancelled", extra={"task": task.get_name()})
        elif error := task.exception():
            facts = {"task": task.get_name()}
            log.error("background.failed", exc_info=error, extra=facts)
