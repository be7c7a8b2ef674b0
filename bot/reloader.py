"""`Reloader`: what follows from loading briefings and digests, whenever they change."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.briefing.library import Library
from bot.briefing.tlp import CURATOR, Audience, Reach
from bot.curators.notices import CuratorNotices
from bot.digests.models import cover
from bot.errors import DatabaseUnavailable
from bot.files.git import LibraryVersion
from bot.installations.installed import Installations
from bot.interfaces import LibrarySource, Served, ring_or_stop
from bot.outbox.interfaces import ChannelFacts
from bot.revisions import Revisions
from bot.scheduling.planner import AddressedDigest, Planner
from bot.scheduling.preflight import Preflight

log = logging.getLogger(__name__)

RETRY_S = 5.0
HOUR_S = 3600.0
NOTHING_TO_SEE = "nobody may see any of it in #{name}: choose another channel"

LoadHook = Callable[[Library], Awaitable[object]]
"""Something else that wants to know of a library that is current."""


@dataclass(frozen=True)
class Reloader:
    """Takes over what is served, step by step.

    1. Publish the library as a revision; that decides whether this process is behind.
    2. Take the schedules over: what is planned of edited ones is cancelled.
    3. Tell curators of files that are not served.
    4. Check every destination.
    5. Tell whoever else asked for it.
    """

    briefings: LibrarySource
    revisions: Revisions
    planner: Planner
    preflight: Preflight
    notices: CuratorNotices
    library_version: Callable[[], LibraryVersion]
    installed: Installations
    hooks: Sequence[LoadHook] = ()
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take_over(self, served: Served) -> None:
        """Raise `DatabaseUnavailable` while the database is away; safe to repeat."""
        version = await asyncio.to_thread(self.library_version)
        installed = self.installed
        await self.revisions.publish(
            served.library, version, digests=served.digests.fingerprint
        )
        await self.planner.load(
            served.digests.digests, installed.keys, unnamed=installed.only
        )
        if served.is_degraded:
            await self.notices.refused(served.errors, installed.keys)
        if self.revisions.is_behind:
            return

        await self.preflight.check(self.planner.addressed())
        library = await self.revisions.current()
        for hook in self.hooks:
            await hook(library)

    async def follow_installations(self, stop: asyncio.Event) -> None:
        """Plan for workspaces as they come, and for none any more as they go."""
        while await ring_or_stop(self.installed.changed, stop, within_s=HOUR_S):
            await self._take_over_at_last(self.briefings.served, stop)

    async def follow(self, stop: asyncio.Event) -> None:
        """Take over each change until told to stop, and what is served at first."""
        await self._take_over_at_last(self.briefings.served, stop)
        async for served in self.briefings.changes(stop):
            await self._take_over_at_last(served, stop)

    async def _take_over_at_last(self, served: Served, stop: asyncio.Event) -> None:
        """Try again while the database is away; a later change comes with its own."""
        while not stop.is_set():
            try:
                async with self.turn:
                    await self.take_over(served)
                return
            except DatabaseUnavailable as error:
                log.warning("reload.database_away", extra={"reason": str(error)})
            with suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S):
                    await stop.wait()


def visibility_check(
    briefings: LibrarySource,
) -> Callable[[AddressedDigest, ChannelFacts], str | None]:
    """Return a preflight's check of whether a channel may see anything of a digest.

    Guests of private channels do not show in a channel's facts: they are looked for
    when the digest is composed.
    """

    def check(one: AddressedDigest, facts: ChannelFacts) -> str | None:
        reach = Reach.PRIVATE_ROOM if facts.is_private else Reach.OPEN_ROOM
        if facts.is_external:
            reach = Reach.SHARED_ROOM
        library = briefings.served.library
        ids, digest = frozenset({facts.channel_id}), one.digest
        room = Audience(reach, ids, one.installation)
        if cover(digest, library.for_audience(room)):
            return None
        is_there = cover(digest, library.for_audience(CURATOR))
        return NOTHING_TO_SEE.format(name=facts.name) if is_there else None

    return check
