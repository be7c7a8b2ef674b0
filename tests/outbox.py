"""Factories for the outbox, so a test shows only what matters to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from bot.block_kit.part import ClaimMark, Part
from bot.digests.retry import Timing
from bot.installation import Installation
from bot.services.deliveries import (
    Composed,
    DeliveryKey,
    DeliveryKind,
    Ending,
    NewDelivery,
    Payload,
)
from bot.services.interfaces import Clock
from bot.storage.bells import LocalBell
from bot.storage.database import open_database
from bot.storage.deliveries import SqlDeliveryStore
from tests.fakes import MORNING

HERE = Installation("T1")
TIMING = Timing()


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


@asynccontextmanager
async def open_store(
    url: str, clock: Clock | None, timing: Timing = TIMING
) -> AsyncIterator[SqlDeliveryStore]:
    """Open the outbox as a replica of its own."""
    async with open_database(url, clock=clock) as database:
        store = SqlDeliveryStore(database, timing, LocalBell())
        yield store
        await store.close()
