"""Reloading: the folder is read again two seconds after its last change."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import replace
from pathlib import Path

from watchfiles import awatch

from bot.errors import BriefingError, SettingsError
from bot.files.briefs import LoadResult, YamlBriefingSource
from bot.files.links import find_places
from bot.interfaces import Clock, Served

logger = logging.getLogger(__name__)

QUIET_S = 2.0
"""A `git pull` in progress is one change: nothing is read before it is quiet."""
LOOK_S = 60.0
"""How often the folder is looked at unasked: network drives report no changes."""
STEP_MS = 50


class WatchedBriefings:
    """Serves a folder of briefings and swaps in each good state of it, whole.

    1. A change is waited for, then for two seconds without another one.
    2. The folder is read in a thread, so that answers go on meanwhile.
    3. A good state replaces what is served; a bad one leaves it and names the errors.
    """

    def __init__(
        self,
        source: YamlBriefingSource,
        clock: Clock,
        *,
        quiet_s: float = QUIET_S,
        look_s: float = LOOK_S,
    ) -> None:
        """Read the folder for the first time.

        Raise the first BriefingError in it: there is no good state yet to fall back
        on. Raise SettingsError where the folder is not there.
        """
        self._source = source
        self._clock = clock
        self._quiet_s = quiet_s
        self._look_s = look_s
        self._changed = asyncio.Event()
        result = source.read(clock.now().date())
        if result.library is None:
            raise result.errors[0]
        self._served = Served(
            result.library, result.digests, questions=result.questions
        )

    @property
    def served(self) -> Served:
        """What is in use now."""
        return self._served

    async def changes(self, stop: asyncio.Event) -> AsyncIterator[Served]:
        """Yield what is served whenever it or its errors changed, until `stop`."""
        watching = asyncio.create_task(self._watch(stop))
        try:
            while not stop.is_set():
                if await self._changes_within(self._look_s, stop):
                    while await self._changes_within(self._quiet_s, stop):
                        pass
                if not stop.is_set() and await self._reload():
                    yield self._served
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching

    def look_again(self) -> None:
        """Read the folder two seconds from now, as after a change."""
        logger.info("briefings.looked_at")
        self._changed.set()

    async def _watch(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            # What changed before the watch begins is no change to it.
            self._changed.set()
            places = await asyncio.to_thread(find_places, self._source.folder)
            watching = awatch(
                *places.folders,
                watch_filter=places.concerns,
                step=STEP_MS,
                stop_event=stop,
                recursive=False,
            )
            # A folder that is moved away and back again is watched anew.
            try:
                async with aclosing(watching):
                    async for changes in watching:
                        self._changed.set()
                        now = await asyncio.to_thread(find_places, self._source.folder)
                        moved = any(Path(path) in places.links for _, path in changes)
                        if moved or now != places:
                            break
                continue
            except FileNotFoundError:
                pass
            except OSError as exc:
                # Such as too many watches on this machine: it is looked at each minute.
                logger.warning("briefings.not_watched", extra={"reason": str(exc)})
            await asyncio.sleep(self._quiet_s)

    async def _changes_within(self, timeout_s: float, stop: asyncio.Event) -> bool:
        """Wait for a change; return False if none came in this time, or at the stop."""
        waits = [asyncio.create_task(event.wait()) for event in (self._changed, stop)]
        try:
            await asyncio.wait(
                waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for wait in waits:
                wait.cancel()
        has_changed = self._changed.is_set() and not stop.is_set()
        self._changed.clear()
        return has_changed

    async def _reload(self) -> bool:
        """Read the folder and swap; return False where nothing changed for anybody."""
        before = self._served
        result = await asyncio.to_thread(self._read)
        if result.library is None:
            if result.errors == before.errors:
                return False
            self._served = replace(before, errors=result.errors)
            first = str(result.errors[0])
            facts = {"errors": len(result.errors), "first": first}
            logger.warning("briefings.refused", extra=facts)
            return True

        is_same_library = result.library.content_hash == before.library.content_hash
        is_same = is_same_library and result.digests == before.digests
        # Where only comments and layout changed, what was made of it is kept.
        library = before.library if is_same else result.library
        self._served = Served(library, result.digests, questions=result.questions)
        if is_same and not before.errors:
            return False
        logger.info("briefings.loaded", extra={"hash": library.content_hash[:12]})
        return True

    def _read(self) -> LoadResult:
        try:
            return self._source.read(self._clock.now().date())
        except SettingsError as exc:
            gone = BriefingError(str(self._source.folder), 1, 1, str(exc))
            return LoadResult(None, errors=(gone,))
