"""`Subscriptions`: people set digests up, list, pause and end them."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from uuid import UUID, uuid5

from bot.audiences import (
    UNKNOWN_ZONE,
    Admission,
    Asker,
    Audiences,
    AudienceUnknown,
    People,
    known_zone,
    visible_library,
)
from bot.briefing.library import SubLibrary
from bot.digests.models import (
    SUBSCRIPTION_PREFIX,
    Show,
    distinct,
    read_recipient,
    title_of,
    visible,
)
from bot.digests.schedules import Every
from bot.installation import Installation
from bot.interfaces import Clock, LibrarySource
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.subscriptions.model import Rhythm, Subscription
from bot.subscriptions.store import SubscriptionStore

log = logging.getLogger(__name__)

MOST_OF_A_PERSON = 20
PATIENCE_S = 2.0
"""How long a form waits for Slack's word, out of the three seconds that it has."""
_MOST_IN_A_BUTTON = 10
_NAMESPACE = UUID("b6c0a3a2-5d0e-5a52-9a5b-0d5e7a0c0c11")


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """What a form asks for; without `channel_id` it goes to the person's DM."""

    topics: tuple[str, ...] = ()
    show: Show = Show.CHANGES
    every: Every = Every.WEEKDAY
    at: time = time(8)
    channel_id: str = ""

    def encode(self) -> str:
        """Return it as a button's value; no digest's id has a bar."""
        topics = ",".join(self.topics[:_MOST_IN_A_BUTTON])
        return f"{self.every}|{self.at:%H:%M}|{topics}"

    @classmethod
    def decode(cls, value: str) -> "SubscriptionRequest | None":
        """Read a button's value; None for what is no such request."""
        every, _, rest = value.partition("|")
        at, _, topics = rest.partition("|")
        try:
            hour = time.fromisoformat(at)
        except ValueError:
            return None
        if every not in set(Every):
            return None
        chosen = tuple(filter(None, topics.split(",")))
        return cls(chosen, every=Every(every), at=hour)


class RejectReason(StrEnum):
    """Why a subscription is not set up; the words for it are the form's."""

    NOTHING_CHOSEN = "nothing chosen"
    MIXED = "briefings and topics mixed"
    GONE = "topic gone"
    NOT_FOR_CHANNEL = "not for this channel"
    HAVE_IT = "have it already"
    TOO_MANY = "too many"
    UNCHECKED = "unchecked"
    OUTSIDER = "outsider"
    UNINVITED = "uninvited"
    ARCHIVED = "archived"
    NOT_PERMITTED = "not permitted"


_REASONS = {
    Admission.OUTSIDER: RejectReason.OUTSIDER,
    Admission.UNINVITED: RejectReason.UNINVITED,
    Admission.ARCHIVED: RejectReason.ARCHIVED,
    Admission.NOT_PERMITTED: RejectReason.NOT_PERMITTED,
    Admission.UNKNOWN: RejectReason.UNCHECKED,
}


@dataclass(frozen=True, slots=True)
class FormOptions:
    """What a person can choose from. `channel_id` is empty where there is only the DM.

    `obstacle` is what keeps a digest out of the channel, None if nothing does.
    """

    library: SubLibrary
    zone: str
    channel_id: str = ""
    obstacle: RejectReason | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """A person's subscriptions, and those of the channel that others set up."""

    mine: tuple[Subscription, ...]
    of_channel: tuple[Subscription, ...] = ()


Introducer = Callable[[Subscription], str]
"""Writes what a channel is told of a new subscription, as escaped mrkdwn."""


class Subscriptions:
    """Sets digests up for whoever asks, and changes what was set up.

    Nobody is in by default. A channel's may be changed by any of its members.
    """

    def __init__(
        self,
        store: SubscriptionStore,
        *,
        briefings: LibrarySource,
        audiences: Audiences,
        people: People,
        introduce: Introducer,
        clock: Clock,
    ) -> None:
        self._store = store
        self._briefings = briefings
        self._audiences = audiences
        self._people = people
        self._introduce = introduce
        self._clock = clock

    async def library_of(self, asker: Asker) -> SubLibrary | None:
        """Return what this person may see; None where that can't be told now."""
        return await visible_library(
            self._briefings.served.library, self._audiences, asker
        )

    async def form_options(self, asker: Asker) -> FormOptions | None:
        """Return what this person may choose; None where that can't be told now."""
        library = await self.library_of(asker)
        if library is None:
            return None
        zone, obstacle = await asyncio.gather(
            self._people.zone_of(asker.installation, asker.user_id),
            self._obstacle(asker),
        )
        return FormOptions(library, zone, asker.channel_id, obstacle)

    async def subscribe(
        self, asker: Asker, request: SubscriptionRequest, *, form_id: str
    ) -> Subscription | RejectReason:
        """Set up what a form asks for; the same form may be sent twice.

        Only members of a channel set it up there, and only what everybody in it may
        see: its very name would tell them of the rest.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._set_up(asker, request, form_id=form_id)
        except TimeoutError:
            return RejectReason.UNCHECKED

    async def _set_up(
        self, asker: Asker, request: SubscriptionRequest, *, form_id: str
    ) -> Subscription | RejectReason:
        library = await self.library_of(asker)
        if library is None:
            return RejectReason.UNCHECKED
        topics = distinct(request.topics)
        if not topics:
            return RejectReason.NOTHING_CHOSEN
        if visible(topics, library) != topics:
            return RejectReason.GONE
        if len({"/" in topic for topic in topics}) > 1:
            return RejectReason.MIXED
        if request.channel_id:
            here = Asker(asker.installation, asker.user_id, request.channel_id)
            if reason := await self._reject_channel(here, topics):
                return reason

        destination = request.channel_id or asker.user_id
        try:
            read_recipient(destination)
        except ValueError:
            return RejectReason.UNCHECKED
        zone = await self._people.zone_of(asker.installation, asker.user_id)
        rhythm = Rhythm(request.every, request.at, zone)
        now = self._clock.now()
        name = f"{asker.installation.team_id}/{asker.user_id}/{form_id}"
        subscription = Subscription(
            id=f"{SUBSCRIPTION_PREFIX}{uuid5(_NAMESPACE, name).hex}",
            installation=asker.installation,
            owner_id=asker.user_id,
            destination=destination,
            topics=topics,
            title=title_of(topics, library),
            show=request.show,
            rhythm=rhythm,
            created_at=now,
            next_at=rhythm.next_after(now),
        )
        if reason := await self._reject_beside_others(subscription):
            return reason

        introduction = None if subscription.is_dm else self._introduction(subscription)
        if await self._store.create(subscription, introduction):
            log.info("subscription.created", extra=subscription.facts)
        return subscription

    async def _reject_channel(
        self, asker: Asker, topics: tuple[str, ...]
    ) -> RejectReason | None:
        """Say why these topics cannot come to the asker's channel, if they cannot."""
        admission = await self._people.admission(
            asker.installation, asker.channel_id, asker.user_id
        )
        if admission in _REASONS:
            return _REASONS[admission]
        served = self._briefings.served.library
        try:
            room = await self._audiences.of_channel(
                asker.installation, asker.channel_id
            )
        except AudienceUnknown:
            return RejectReason.UNCHECKED
        if visible(topics, served.for_audience(room)) != topics:
            return RejectReason.NOT_FOR_CHANNEL
        if admission is not Admission.JOINABLE:
            return None
        has_joined = await self._people.join(asker.installation, asker.channel_id)
        return None if has_joined else RejectReason.UNINVITED

    async def _obstacle(self, asker: Asker) -> RejectReason | None:
        """Say what keeps a digest out of the asker's channel, if there is one."""
        if not asker.channel_id:
            return None
        admission = await self._people.admission(
            asker.installation, asker.channel_id, asker.user_id
        )
        return _REASONS.get(admission)

    async def _reject_beside_others(self, wanted: Subscription) -> RejectReason | None:
        """Look at what is set up already: never the same twice, and not too many."""
        installation = wanted.installation
        others = {
            *await self._store.of_person(installation, wanted.owner_id),
            *await self._store.in_channel(installation, wanted.destination),
        }
        if any(other.id == wanted.id for other in others):
            return None
        if any(other.says_the_same_as(wanted) for other in others):
            return RejectReason.HAVE_IT
        mine = [other for other in others if other.owner_id == wanted.owner_id]
        return RejectReason.TOO_MANY if len(mine) >= MOST_OF_A_PERSON else None

    def _introduction(self, subscription: Subscription) -> NewDelivery:
        """Return the message that tells a channel who set this up."""
        assert subscription.next_at is not None, "a new one is not paused"
        installation, channel_id = subscription.installation, subscription.destination
        key = DeliveryKey.for_notice(
            installation, subscription.id, "introduction", recipient=channel_id
        )
        return NewDelivery(
            key,
            destination=channel_id,
            due_at=subscription.created_at,
            expires_at=subscription.next_at,
            request=self._introduce(subscription),
        )

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
        others = Admission.JOINABLE, Admission.ARCHIVED
        return admission in (Admission.ADMITTED, *others)

    async def person_changed(
        self, installation: Installation, user_id: str, *, zone: str, is_gone: bool
    ) -> None:
        """Follow a person to another zone; send nothing more to one who left.

        What they set up for channels goes on: it is the channel's.
        """
        if not is_gone:
            if (known := known_zone(zone)) != UNKNOWN_ZONE:
                await self.follow(installation, user_id, known)
            return
        for each in await self._store.of_person(installation, user_id):
            if each.is_dm and not each.is_paused:
                await self._store.pause(installation, each.id)
                log.info("subscription.owner_left", extra=each.facts)

    async def follow(self, installation: Installation, user_id: str, zone: str) -> None:
        """Move a person's DMs to the zone they are in, if they were elsewhere."""
        changed = await self._store.follow(installation, user_id, zone)
        if changed:
            extra = {"user_id": user_id, "zone": zone, "subscriptions": changed}
            log.info("subscription.followed", extra=extra)
