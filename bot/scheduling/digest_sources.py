"""Where digests come from: `digests.yaml`, and what people have subscribed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.digests.models import Digest, is_subscription
from bot.installation import Installation
from bot.interfaces import LibrarySource
from bot.outbox.watermarks import Watermark
from bot.subscriptions.store import SubscriptionStore


@dataclass(frozen=True, slots=True)
class ScheduledDigest:
    """A digest and who set it up, empty for one from `digests.yaml`.

    `is_introduced` when the channel was told so already, in a message of its own.
    """

    digest: Digest
    set_up_by: str = ""
    is_introduced: bool = False


class AllDigests:
    """Finds digests of the file and of subscriptions, and hands out the latter if due.

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
        """Return a digest by its id, or None where it is gone."""
        if not is_subscription(digest_id):
            listed = self._briefings.served.digests.digests
            digest = next((one for one in listed if one.id == digest_id), None)
            return ScheduledDigest(digest) if digest else None
        found = await self._subscriptions.find(installation, digest_id)
        if found is None:
            return None
        return ScheduledDigest(found.digest, found.owner_id, is_introduced=True)

    async def due(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return subscriptions that may be due by then; ask until there are none."""
        found = await self._subscriptions.due(installation, by)
        return [subscription.digest for subscription in found]

    async def for_channels(
        self, installation: Installation, *, by: datetime
    ) -> Sequence[Digest]:
        """Return the subscriptions of channels that may have come due by then."""
        found = await self._subscriptions.due_in_channels(installation, by)
        return [subscription.digest for subscription in found]

    async def planned(self, watermarks: Sequence[Watermark]) -> None:
        """Take note that these subscriptions are planned until then, row or no row.

        Safe to repeat. A crash that keeps it from being called only makes the next
        `due` name them once more.
        """
        await self._subscriptions.planned(watermarks)
