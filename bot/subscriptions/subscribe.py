"""`Subscribing`: what the form offers, and whether a wish can be granted."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from uuid import UUID, uuid5

from bot.audiences import (
    Admission,
    Asker,
    Audiences,
    AudienceUnknown,
    People,
    look_up_audience,
    visible_library,
)
from bot.briefing.library import SubLibrary
from bot.digests.models import SUBSCRIPTION_PREFIX, Show
from bot.digests.schedules import Every
from bot.digests.topics import distinct, title_of, visible
from bot.interfaces import Clock, LibrarySource
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.subscriptions.model import Rhythm, Subscription
from bot.subscriptions.store import SubscriptionStore

log = logging.getLogger(__name__)

MOST_OF_A_PERSON = 20
PATIENCE_S = 2.0
"""How long a form waits for Slack's word, out of the three seconds that it has."""
_NAMESPACE = UUID("b6c0a3a2-5d0e-5a52-9a5b-0d5e7a0c0c11")


@dataclass(frozen=True, slots=True)
class SubscriptionRequest:
    """What a form asks for; without `channel_id` it goes to the person's DM."""

    topics: tuple[str, ...] = ()
    show: Show = Show.CHANGES
    every: Every = Every.WEEKDAY
    at: time = time(8)
    channel_id: str = ""


class RejectReason(StrEnum):
    """Why a wish is not granted; the words for it are the form's."""

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


_FAULTS = {
    Admission.OUTSIDER: RejectReason.OUTSIDER,
    Admission.UNINVITED: RejectReason.UNINVITED,
    Admission.ARCHIVED: RejectReason.ARCHIVED,
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


Introducer = Callable[[Subscription], str]
"""Writes what a channel is told of a new subscription, as escaped mrkdwn."""


class Subscribing:
    """Sets subscriptions up, when somebody asks for one: nobody is in by default."""

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
        library = self._briefings.served.library
        return await visible_library(library, self._audiences, asker)

    async def offer(self, asker: Asker) -> FormOptions | None:
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
        self, asker: Asker, wish: SubscriptionRequest, *, press: str
    ) -> Subscription | RejectReason:
        """Grant a wish; `press` names the form, which may be sent twice.

        Only members of a channel set it up there, and only what everybody in it may
        see: its very name would tell them of the rest.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._grant(asker, wish, press=press)
        except TimeoutError:
            return RejectReason.UNCHECKED

    async def _grant(
        self, asker: Asker, wish: SubscriptionRequest, *, press: str
    ) -> Subscription | RejectReason:
        library = await self.library_of(asker)
        if library is None:
            return RejectReason.UNCHECKED
        if fault := _fault_of_topics(wish.topics, library):
            return fault
        if wish.channel_id and (fault := await self._fault_of_channel(asker, wish)):
            return fault
        subscription = await self._subscription(asker, wish, library, press=press)
        if fault := await self._fault_of_company(subscription):
            return fault

        introduction = None if subscription.is_dm else self._introduction(subscription)
        if await self._store.create(subscription, introduction):
            log.info("subscription.created", extra=subscription.facts)
        return subscription

    async def _fault_of_channel(
        self, asker: Asker, wish: SubscriptionRequest
    ) -> RejectReason | None:
        here = Asker(asker.installation, asker.user_id, wish.channel_id)
        if fault := await self._obstacle(here):
            return fault
        served = self._briefings.served.library
        try:
            room = await look_up_audience(
                self._audiences,
                asker.installation,
                served,
                person=asker.user_id,
                channel=wish.channel_id,
            )
        except AudienceUnknown:
            return RejectReason.UNCHECKED
        wanted = distinct(wish.topics)
        is_shown = visible(wanted, served.for_audience(room)) == wanted
        return None if is_shown else RejectReason.NOT_FOR_CHANNEL

    async def _obstacle(self, asker: Asker) -> RejectReason | None:
        """Say what keeps a digest out of the asker's channel, if there is one."""
        if not asker.channel_id:
            return None
        admission = await self._people.admission(
            asker.installation, asker.channel_id, asker.user_id
        )
        return _FAULTS.get(admission)

    async def _subscription(
        self,
        asker: Asker,
        wish: SubscriptionRequest,
        library: SubLibrary,
        *,
        press: str,
    ) -> Subscription:
        zone = await self._people.zone_of(asker.installation, asker.user_id)
        rhythm = Rhythm(wish.every, wish.at, zone)
        topics = distinct(wish.topics)
        now = self._clock.now()
        name = f"{asker.installation.team_id}/{asker.user_id}/{press}"
        return Subscription(
            id=f"{SUBSCRIPTION_PREFIX}{uuid5(_NAMESPACE, name).hex}",
            installation=asker.installation,
            owner_id=asker.user_id,
            destination=wish.channel_id or asker.user_id,
            topics=topics,
            title=title_of(topics, library),
            show=wish.show,
            rhythm=rhythm,
            created_at=now,
            next_at=rhythm.next_after(now),
        )

    async def _fault_of_company(self, wanted: Subscription) -> RejectReason | None:
        """Look at what is set up already: never the same twice, and not too many."""
        installation = wanted.installation
        others = [
            *await self._store.of_person(installation, wanted.owner_id),
            *await self._store.in_channel(installation, wanted.destination),
        ]
        if any(other.id == wanted.id for other in others):
            return None
        if any(_says_the_same(other, wanted) for other in others):
            return RejectReason.HAVE_IT
        mine = [other for other in others if other.owner_id == wanted.owner_id]
        return RejectReason.TOO_MANY if len(set(mine)) >= MOST_OF_A_PERSON else None

    def _introduction(self, subscription: Subscription) -> NewDelivery:
        """Plan the message that tells a channel who set this up."""
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


def _fault_of_topics(
    topics: tuple[str, ...], library: SubLibrary
) -> RejectReason | None:
    if not topics:
        return RejectReason.NOTHING_CHOSEN
    wanted = distinct(topics)
    if visible(wanted, library) != wanted:
        return RejectReason.GONE
    are_sections = {"/" in topic for topic in wanted}
    return RejectReason.MIXED if len(are_sections) > 1 else None


def _says_the_same(one: Subscription, other: Subscription) -> bool:
    return (one.destination, set(one.topics), one.show, one.rhythm) == (
        other.destination,
        set(other.topics),
        other.show,
        other.rhythm,
    )
