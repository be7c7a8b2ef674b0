"""`Subscriptions`: people list, pause and end what was set up; and it follows them."""

import logging
from dataclasses import dataclass

from bot.audiences import UNKNOWN_ZONE, Admission, Asker, People, known_zone
from bot.installation import Installation
from bot.subscriptions.model import Subscription
from bot.subscriptions.store import SubscriptionStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """A person's subscriptions, and those of the channel that others set up."""

    mine: tuple[Subscription, ...]
    of_channel: tuple[Subscription, ...] = ()


class Subscriptions:
    """What was set up already. A channel's may be changed by any of its members."""

    def __init__(self, store: SubscriptionStore, people: People) -> None:
        self._store = store
        self._people = people

    async def listing(self, asker: Asker) -> SubscriptionList:
        """Return what the person set up, and what others did for this channel."""
        mine = await self._store.of_person(asker.installation, asker.user_id)
        if not asker.channel_id:
            return SubscriptionList(tuple(mine))
        here = await self._store.in_channel(asker.installation, asker.channel_id)
        others = tuple(each for each in here if each.owner_id != asker.user_id)
        return SubscriptionList(tuple(mine), others)

    async def pause(self, asker: Asker, subscription_id: str) -> bool:
        """Pause one; False where this person has no such subscription to pause."""
        if not await self._may_change(asker, subscription_id):
            return False
        await self._store.pause(asker.installation, subscription_id)
        log.info("subscription.paused", extra={"subscription_id": subscription_id})
        return True

    async def resume(self, asker: Asker, subscription_id: str) -> bool:
        """Begin one anew from now; False where this person has none such."""
        if not await self._may_change(asker, subscription_id):
            return False
        await self._store.resume(asker.installation, subscription_id)
        log.info("subscription.resumed", extra={"subscription_id": subscription_id})
        return True

    async def delete(self, asker: Asker, subscription_id: str) -> bool:
        """End one for good; False where this person has none such."""
        if not await self._may_change(asker, subscription_id):
            return False
        await self._store.delete(asker.installation, subscription_id)
        log.info("subscription.deleted", extra={"subscription_id": subscription_id})
        return True

    async def _may_change(self, asker: Asker, subscription_id: str) -> bool:
        """A channel's may be changed by whoever set it up and by its members."""
        found = await self._store.find(asker.installation, subscription_id)
        if found is None:
            return False
        if found.owner_id == asker.user_id:
            return True
        if found.is_dm:
            return False
        admission = await self._people.admission(
            asker.installation, found.destination, asker.user_id
        )
        return admission in (Admission.ADMITTED, Admission.ARCHIVED)

    async def person_changed(
        self, installation: Installation, user_id: str, *, zone: str, is_gone: bool
    ) -> None:
        """Follow a person to another zone; send nothing more to one who left.

        What they set up for channels goes on: it is the channel's.
        """
        if is_gone:
            await self._pause_dms(installation, user_id)
        elif (known := known_zone(zone)) != UNKNOWN_ZONE:
            await self.follow(installation, user_id, known)

    async def _pause_dms(self, installation: Installation, user_id: str) -> None:
        for each in await self._store.of_person(installation, user_id):
            if each.is_dm and not each.is_paused:
                await self._store.pause(installation, each.id)
                log.info("subscription.owner_left", extra=each.facts)

    async def follow(self, installation: Installation, user_id: str, zone: str) -> None:
        """Move a person's DMs to the zone they are in, if they were elsewhere."""
        moved = await self._store.follow(installation, user_id, zone)
        if moved:
            extra = {"user_id": user_id, "zone": zone, "subscriptions": moved}
            log.info("subscription.followed", extra=extra)

    async def uninstalled(self, installation: Installation) -> None:
        """Forget a workspace that has removed the app."""
        forgotten = await self._store.delete_all(installation)
        extra = {"team_id": installation.team_id, "subscriptions": forgotten}
        log.info("subscriptions.forgotten", extra=extra)
