"""Factories for the outbox, so a test shows only what matters to it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.block_kit.part import ClaimMark, Part
from bot.db.database import Database, open_database
from bot.digests.delivery_timing import Timing
from bot.installation import Installation
from bot.interfaces import Clock
from bot.outbox.acquire import (
    acquire,
    acquire_unclear,
    installations_waiting,
    next_due,
    release_expired,
)
from bot.outbox.confirm import Confirmation, Ok, store_ok
from bot.outbox.delivery_context import DeliveryContext, Ready
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.destinations import DestinationStore
from bot.outbox.freeze import FreezeResult, redirect, store_payload, stored_payload
from bot.outbox.interfaces import Messenger
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryId,
    DeliveryKey,
    DeliveryKind,
    Ending,
    NewDelivery,
    Payload,
    Received,
    Status,
)
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import PaceLimits, Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.reconcile import last_message_lost_its_mark, look_up_later
from bot.outbox.release import end, put_back
from bot.outbox.send import begin
from bot.outbox.worker import Worker
from tests.fakes import (
    MORNING,
    PlainComposer,
    RecordingMessenger,
    RecordingObserver,
    StoppedClock,
)

HERE = Installation("T01")
TIMING = Timing()
UNLIMITED = PaceLimits(channel_per_second=None, workspace_per_minute=None)


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
class OutboxSteps:
    """The steps of one process, each by itself."""

    context: DeliveryContext
    store: DeliveryStore

    async def plan(self, rows: Sequence[NewDelivery]) -> frozenset[DeliveryId]:
        return await self.store.plan(rows)

    async def cancel(
        self, digest_id: str, ending: Ending, *, keep: Collection[str]
    ) -> int:
        return await self.store.cancel(HERE, digest_id, ending, keep=keep)

    async def acquire(
        self, installation: Installation, limit: int
    ) -> tuple[Delivery, ...]:
        return await acquire(self.context, installation, limit)

    async def acquire_unclear(self, limit: int) -> tuple[Delivery, ...]:
        return await acquire_unclear(self.context, limit)

    async def release_expired(self) -> int:
        return await release_expired(self.context)

    async def installations_waiting(self) -> tuple[Installation, ...]:
        return await installations_waiting(self.context)

    async def next_due(self) -> datetime | None:
        return await next_due(self.context)

    async def freeze(self, delivery: Delivery, composed: Composed) -> FreezeResult:
        prepared = replace(
            delivery,
            payload_hash=composed.payload.hash,
            prepared_at=self.context.now(),
            edit_ts=composed.edit_ts,
        )
        ready = Ready(prepared, composed.payload, is_stored=False)
        return await store_payload(self.context, ready)

    async def payload(self, payload_hash: str) -> Payload:
        return await stored_payload(self.context, payload_hash)

    async def begin(self, delivery: Delivery, part: int) -> bool:
        return await begin(self.context, delivery, part)

    async def confirm(self, ok: Ok) -> Confirmation:
        return await store_ok(self.context, ok)

    async def release(
        self, delivery: Delivery, *, retry_at: datetime, failed: bool
    ) -> bool:
        return await put_back(self.context, delivery, retry_at=retry_at, failed=failed)

    async def redirect(self, delivery: Delivery, channel_id: str) -> bool:
        return await redirect(self.context, delivery, channel_id)

    async def look_up_later(
        self, delivery: Delivery, again: datetime, *, lookups: int, place: str = ""
    ) -> bool:
        return await look_up_later(
            self.context, delivery, again, lookups=lookups, place=place
        )

    async def end(self, delivery: Delivery, ending: Ending) -> bool:
        return await end(self.context, delivery, ending)

    async def last_received(self, delivery: Delivery) -> Received | None:
        return await DeliveryHistory(self.context.database).last_received(delivery)

    async def last_message_lost_its_mark(self, delivery: Delivery) -> bool:
        return await last_message_lost_its_mark(self.context, delivery)


@dataclass
class Replica:
    """One process of the bot, as far as the outbox is concerned."""

    store: DeliveryStore
    messenger: RecordingMessenger
    composer: PlainComposer
    observer: RecordingObserver
    context: DeliveryContext
    worker: Worker

    async def work(self) -> None:
        """Take and deliver until nothing is left to be taken now."""
        while await self.worker.take():
            await self.worker.drain()

    @property
    def steps(self) -> OutboxSteps:
        """The same process, step by step."""
        return OutboxSteps(self.context, self.store)

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
    limits: PaceLimits = UNLIMITED,
    composer: PlainComposer | None = None,
    database_used: Callable[[Database], Database] = lambda database: database,
    messenger_used: Messenger | None = None,
    **differs: Any,
) -> AsyncIterator[Replica]:
    """Open a replica on this database and workspace; its clock is the workspace's.

    `database_used` and `messenger_used` stand between the worker and the real ones.
    """
    async with open_database(url, clock=messenger.clock) as database:
        notifier = Notifier()
        composer, observer = composer or PlainComposer(), RecordingObserver()
        defaults: dict[str, Any] = {
            "jitter": lambda: 0.0,
            "pause": no_pause,
            "pacing": Pacing(limits),
        }
        context = DeliveryContext(
            database=database_used(database),
            destinations=DestinationStore(database),
            messenger=messenger_used or messenger,
            composer=composer,
            observer=observer,
            timing=timing,
            **defaults | differs,
        )
        worker = Worker(context, notifier)
        store = DeliveryStore(database, notifier)
        yield Replica(store, messenger, composer, observer, context, worker)


async def no_pause(_seconds: float) -> None:
    """Let others run, and lose no time."""
    await asyncio.sleep(0)


@asynccontextmanager
async def open_steps(
    url: str, clock: StoppedClock, timing: Timing = TIMING
) -> AsyncIterator[OutboxSteps]:
    """Open the outbox as a replica of its own that does only what it is told."""
    async with open_replica(url, RecordingMessenger(clock), timing=timing) as replica:
        yield replica.steps


@asynccontextmanager
async def open_store(url: str, clock: Clock | None) -> AsyncIterator[DeliveryStore]:
    """Open the outbox for planning alone."""
    async with open_database(url, clock=clock) as database:
        yield DeliveryStore(database, Notifier())
