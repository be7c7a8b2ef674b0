"""Where digests come from: `digests.yaml`, and what people have subscribed to."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.digests.models import Digest
from bot.installation import Installation
from bot.services.stores import Watermark


@dataclass(frozen=True, slots=True)
class ScheduledDigest:
    """A digest and who set it up, empty for one from `digests.yaml`.

    `is_introduced` when the channel was told so already, in a message of its own.
    """

    digest: Digest
    set_up_by: str = ""
    is_introduced: bool = False


class DigestSource(Protocol):
    """Yields the digests of a workspace to the planner and to composers."""

    async def due(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return the digests that may have come due by then, and maybe others."""
        ...

    async def find(
        self, installation: Installation, digest_id: str
    ) -> ScheduledDigest | None:
        """Return a digest by its id, or None where it is gone."""
        ...

    async def planned(self, watermarks: Sequence[Watermark]) -> None:
        """Take note that digests are planned until then, with or without a row.

        Safe to repeat. A crash that keeps it from being called only makes the next
        `due` name them once more.
        """
        ...


class JoinedDigestSources:
    """Several `DigestSource`s as one: the first that knows an id answers for it."""

    def __init__(self, *sources: DigestSource) -> None:
        self._sources = sources

    async def due(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        found = [await source.due(installation, by=by) for source in self._sources]
        return [digest for digests in found for digest in digests]

    async def find(
        self, installation: Installation, digest_id: str
    ) -> ScheduledDigest | None:
        for source in self._sources:
            if found := await source.find(installation, digest_id):
                return found
        return None

    async def planned(self, watermarks: Sequence[Watermark]) -> None:
        await asyncio.gather(*(source.planned(watermarks) for source in self._sources))
