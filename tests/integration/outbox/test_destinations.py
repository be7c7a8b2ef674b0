"""Pins that are read and made at the same time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.db.database import (
    Database,
    Engine,
    ResultT,
    SqliteEngine,
    SqliteFile,
    Work,
)
from bot.outbox.destinations import DestinationStore
from tests.outbox import HERE


@dataclass
class HeldEngine:
    """An engine that returns what a transaction found when it is let go."""

    engine: Engine
    found: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, work: Work[ResultT]) -> ResultT:
        result = await self.engine.run(work)
        self.found.set()
        await self.go.wait()
        return result

    async def close(self) -> None:
        await self.engine.close()


@dataclass
class Slow:
    """Pins over a database that is slow to answer readers."""

    database: Database
    pins: DestinationStore
    reads: HeldEngine


@pytest.fixture
async def slow(sqlite_url: str) -> AsyncIterator[Slow]:
    file = SqliteFile(Path(sqlite_url.removeprefix("sqlite:///")))
    reads = HeldEngine(SqliteEngine(file, threads=1, writes=False))
    writes = SqliteEngine(file, threads=1, writes=True)
    database = Database(writes, reads, None, is_sqlite=True)
    yield Slow(database, DestinationStore(database), reads)
    await database.close()


async def test_what_is_pinned_while_the_pins_are_read_is_known_after(
    slow: Slow,
) -> None:
    """The reading began before, and found nothing."""
    reading = asyncio.create_task(slow.pins.pins(HERE))
    await slow.reads.found.wait()
    assert await slow.pins.pin(HERE, "#desk", "C1") == "C1"
    slow.reads.go.set()

    assert await reading == {"#desk": "C1"}
    assert await slow.pins.pins(HERE) == {"#desk": "C1"}


async def test_what_is_forgotten_while_the_pins_are_read_is_read_anew(
    slow: Slow,
) -> None:
    """Another replica pinned it after our reading began."""
    others = DestinationStore(slow.database)
    reading = asyncio.create_task(slow.pins.pins(HERE))
    await slow.reads.found.wait()
    await others.pin(HERE, "#desk", "C1")
    slow.pins.forget(HERE)
    slow.reads.go.set()

    assert await reading == {"#desk": "C1"}


async def test_a_pin_outlives_that_all_are_forgotten_meanwhile(slow: Slow) -> None:
    """It is returned all the same, and found again."""
    slow.reads.go.set()
    assert await slow.pins.pins(HERE) == {}
    pinning = asyncio.create_task(slow.pins.pin(HERE, "#desk", "C1"))
    await asyncio.sleep(0)
    slow.pins.forget_all()

    assert await pinning == "C1"
    assert await slow.pins.pins(HERE) == {"#desk": "C1"}
