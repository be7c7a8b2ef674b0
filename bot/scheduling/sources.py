"""Where digests come from: `digests.yaml`, and what people have subscribed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.digests.models import Digest, is_subscription
from bot.installation import Installation
from bot.interfaces import LibrarySource
from bot.outbox.model import Watermark
from bot.subscriptions.store import SubscriptionStore


@dataclass(frozen=True, slots=True)
class ScheduledDigest:
    """A digest and who set it up, empty for one from `digests.yaml`.

    `is_introduced` when the channel was told so already, in a message of its own.
    """

    digest: Digest
    set_up_by: str = ""
    is_introduced: bool = False


class DigestFinder(Protocol):
    """Tells whoever composes or explains a delivery which digest it belongs to."""

    async def find(
        self, installation: Installation, digest_id: str
    ) -> ScheduledDigest | None:
        """Return a digest by its id, or None where it is gone."""
        ...


class SubscribedDigests(Protocol):
    """Hands the planner what people subscribed to when it is due, not all of it."""

    async def due(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return digests that may have come due by then; ask until there are none."""
        ...

    async def for_channels(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return those of the digests due by then that go to channels."""
        ...

    async def planned(self, watermarks: Sequence[Watermark]) -> None:
        """Take note that these are planned until then, with or without a row.

        Safe to repeat. A crash that keeps it from being called only makes the next
        `due` name them once more.
        """
        ...


class AllDigests:
    """A `DigestFinder` over the file and the subscriptions, and the latter's planning.

    What is in the file is read from what is served now.
    """

    def __init__(
        self, briefings: LibrarySource, subscriptions: SubscriptionStore
    ) -> None:
        self._briefings = briefings
        self._subscriptions = subscriptions

    async def find(
        self, installation: Installation, digest_id: str
    ) -> ScheduledDigest | None:
        if is_subscription(digest_id):
            return await self._find_subscription(installation, digest_id)
        listed = self._briefings.served.digests.digests
        found = next((digest for digest in listed if digest.id == digest_id), None)
        return ScheduledDigest(found) if found else None

    async def _find_subscription(
        self, installation: Installation, digest_id: str
    ) -> ScheduledDigest | None:
        found = await self._subscriptions.find(installation, digest_id)
        if found is None:
            return None
        return ScheduledDigest(found.digest, found.owner_id, is_introduced=True)

    async def due(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return the subscriptions that may have come due by then."""
        found = await self._subscriptions.due(installation, by)
        return [subscription.digest for subscription in found]

    async def for_channels(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return the subscriptions of channels that may have come due by then."""
        found = await self._subscriptions.due_in_channels(installation, by)
        return [subscription.digest for subscription in found]

    async def planned(self, watermarks: Sequence[Watermark]) -> None:
        """Have each subscription due again at its next time."""
        await self._subscriptions.planned(watermarks)
