"""Factories for the outbox, so a test shows only what matters to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.block_kit.part import ClaimMark, Part
from bot.db.database import open_database
from bot.digests.retry import Timing
from bot.installation import Installation
from bot.interfaces import Clock
from bot.outbox.context import DeliveryContext
from bot.outbox.destinations import SqlDestinationStore
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKey,
    DeliveryKind,
    Ending,
    NewDelivery,
    Payload,
    Status,
)
from bot.outbox.notifier import LocalNotifier
from bot.outbox.pacing import Limits, Pacing
from bot.outbox.store import DeliveryStore
from bot.outbox.worker import Worker
from tests.fakes import (
    MORNING,
    PlainComposer,
    RecordingMessenger,
    RecordingObserver,
)

HERE = Installation("T01")
TIMING = Timing()
UNLIMITED = Limits(channel_per_second=None, workspace_per_minute=None)


def make_delivery(
    recipient: str = "C1",
    *,
    subject: str = "weekday-brief",
    occurrence: str = "2026-11-23T08:00",
    kind: DeliveryKind = DeliveryKind.DIGEST,
    destination: str = "",
    due_at: datetime = MORNING,
    grace: timedelta = timedelta(hours=6),
    installation: Installation = HERE,
    ending: Ending | None = None,
    edit_ts: str = "",
    thread_ts: str = "",
) -> NewDelivery:
    """Return a digest due in channel C1 now, unless told otherwise."""
    return NewDelivery(
        DeliveryKey(installation, kind, subject, occurrence, recipient),
        destination=destination or recipient,
        due_at=due_at,
        expires_at=due_at + grace,
        ending=ending,
        edit_ts=edit_ts,
        thread_ts=thread_ts,
    )


def delivery_in_hand() -> Delivery:
    """Return a digest's row as its holder took it."""
    planned = make_delivery()
    return Delivery(
        id=planned.key.delivery_id,
        key=planned.key,
        destination=planned.destination,
        due_at=planned.due_at,
        expires_at=planned.expires_at,
        status=Status.SENDING,
        attempt=1,
        lease_until=MORNING,
    )


def make_payload(
    *texts: str, revision: str = "r1", claims: tuple[ClaimMark, ...] = ()
) -> Payload:
    """Return a payload of one part for each text, the first with these claims."""
    first, *others = texts or ("Good morning.",)
    parts = Part(first, claims=claims), *(Part(text) for text in others)
    return Payload(parts, revision, "public")


def composed(*texts: str, revision: str = "r1") -> Composed:
    """Return what a composer returns."""
    return Composed(make_payload(*texts, revision=revision))


@dataclass
class Replica:
    """One process of the bot, as far as the outbox is concerned."""

    store: DeliveryStore
    messenger: RecordingMessenger
    composer: PlainComposer
    observer: RecordingObserver
    kit: DeliveryContext
    worker: Worker

    async def work(self) -> None:
        """Take and deliver until nothing is left to be taken now."""
        while await self.worker.take():
            await self.worker.drain()

    @property
    def reasons(self) -> list[str]:
        """Why the deliveries that this replica ended ended."""
        return [ending.reason for ending in self.observer.endings]


@asynccontextmanager
async def open_replica(
    url: str,
    messenger: RecordingMessenger,
    *,
    timing: Timing = TIMING,
    limits: Limits = UNLIMITED,
    **equipment: Any,
) -> AsyncIterator[Replica]:
    """Open a replica on this database and workspace; its clock is the workspace's."""
    async with open_database(url, clock=messenger.clock) as database:
        bell = LocalNotifier()
        store = DeliveryStore(database, timing, bell)
        composer, observer = PlainComposer(), RecordingObserver()
        kit = DeliveryContext(
            store=equipment.pop("store", lambda store: store)(store),
            destinations=SqlDestinationStore(database),
            messenger=equipment.pop("messenger_used", messenger),
            composer=composer,
            observer=observer,
            pacing=Pacing(limits),
            timing=timing,
            jitter=lambda: 0.0,
            pause=equipment.pop("pause", no_pause),
            **equipment,
        )
        worker = Worker(kit, bell)
        yield Replica(store, messenger, composer, observer, kit, worker)
        await store.close()


async def no_pause(_seconds: float) -> None:
    """Let others run, and lose no time."""
    await asyncio.sleep(0)


@asynccontextmanager
async def open_store(
    url: str, clock: Clock | None, timing: Timing = TIMING
) -> AsyncIterator[DeliveryStore]:
    """Open the outbox as a replica of its own."""
    async with open_database(url, clock=clock) as database:
        store = DeliveryStore(database, timing, LocalNotifier())
        yield store
        await store.close()
