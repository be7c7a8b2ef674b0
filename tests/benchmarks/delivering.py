"""The whole outbox beside bare posts, and beside what Slack's limits allow.

Run by `python -m tests.benchmarks.delivering [--database postgresql]`. Promised: with
limits off at least 0.35 of the throughput of a bare `asyncio.gather` of
`chat_postMessage` with as many requests under way; with limits on, at least 95 % of
what they allow. The simulator runs in a process of its own, and both sides share one
session and one machine, turn by turn.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.block_kit.part import Part
from bot.db.database import open_database
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.destinations import DestinationStore
from bot.outbox.interfaces import Composer
from bot.outbox.model import Composed, Delivery, NewDelivery, Payload
from bot.outbox.notifier import Notifier
from bot.outbox.pacing import PaceLimits, Pacing
from bot.outbox.plan import DeliveryStore
from bot.outbox.worker import Worker
from bot.slack.clients import (
    Clients,
    identify,
    posting_client,
    reading_client,
    session_with_deadlines,
    single_workspace,
)
from bot.slack.messenger import SlackMessenger
from tests.benchmarks.databases import KINDS, bench_database
from tests.benchmarks.servers import own_share
from tests.chaos.processes import SimulatorProcess, simulator_process
from tests.chaos.scene import TEAM
from tests.fakes import RecordingObserver
from tests.outbox import make_delivery

MESSAGES, ROUNDS, AT_ONCE = 1_000, 5, 50
PACED_CHANNELS, PACED_MESSAGES, SPEED = 40, 15, 1
UNLIMITED = PaceLimits(
    channel_per_second=None, workspace_per_minute=None, posts_at_once=AT_ONCE
)
PACED = PaceLimits(channel_per_second=SPEED, workspace_per_minute=None)

TEXT = "*About 40 boats were lost.* _Estimate, source not named._"
BLOCKS = ({"type": "section", "text": {"type": "mrkdwn", "text": TEXT}},)


def main() -> None:
    """Print the figures for one or both databases."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.delivering")
    parser.add_argument("--database", choices=KINDS)
    only_kind = parser.parse_args().database
    for kind in [only_kind] if only_kind else KINDS:
        asyncio.run(_run(kind))


async def _run(kind: str) -> None:
    with bench_database(kind) as url:
        async with simulator_process() as simulator:
            await make_channels(simulator)
            print(f"{kind}: {await unlimited(url, simulator)}")
            print(f"{kind}: {await paced(url, simulator)}")
            print(f"{kind}: {own_share(await simulator.get('stats'))}")


async def make_channels(simulator: SimulatorProcess) -> None:
    rooms = [
        {"id": f"C{n:04}", "name": f"room-{n}", "members": ["brief"]}
        for n in range(MESSAGES)
    ]
    await simulator.set("channels", rooms)


async def unlimited(url: str, simulator: SimulatorProcess) -> str:
    """Deliver a digest to a thousand channels, and post as many messages bare."""
    bare, ours = [], []
    async with open_outbox(url, simulator, UNLIMITED, SameComposer()) as outbox:
        for number in range(ROUNDS):
            bare.append(await _post_bare(outbox.clients.posting))
            rows = digest_rows(MESSAGES, occurrence=f"unlimited-{number}")
            ours.append(await outbox.deliver(rows))

    ratio = median(b / o for b, o in zip(bare, ours, strict=True))
    return (
        f"{MESSAGES:,} messages, {AT_ONCE} at once: bare {MESSAGES / median(bare):.0f} "
        f"a second, delivered {MESSAGES / median(ours):.0f} a second, "
        f"ratio {ratio:.2f} (promised 0.35)"
    )


async def paced(url: str, simulator: SimulatorProcess) -> str:
    """Deliver many messages to few channels under Slack's limit for a channel."""
    async with open_outbox(url, simulator, PACED, SameComposer()) as outbox:
        await simulator.set("limits", {"on": True, "speed": SPEED})
        rows = [
            row
            for number in range(PACED_MESSAGES)
            for row in digest_rows(PACED_CHANNELS, occurrence=f"paced-{number:03}")
        ]
        seconds = await outbox.deliver(rows)
        await simulator.set("limits", {"on": False})

    # The first message of a channel waits for nothing.
    allowed = (PACED_MESSAGES - 1) / SPEED
    return (
        f"{PACED_CHANNELS} channels, {PACED_MESSAGES} messages each, limits on: "
        f"{seconds:.2f} s, allowed {allowed:.2f} s, "
        f"{allowed / seconds:.1%} (promised 95 %)"
    )


@dataclass
class Outbox:
    """A worker on a real database and a real client."""

    store: DeliveryStore
    clients: Clients
    observer: RecordingObserver

    async def deliver(self, rows: list[NewDelivery]) -> float:
        """Plan rows and return the seconds until the last has ended."""
        wanted = len(self.observer.endings) + len(rows)
        began = time.perf_counter()
        await self.store.plan(rows)
        await self.observer.wait_for(wanted)
        return time.perf_counter() - began


class SameComposer:
    """Says the same to everybody, as a digest to all its recipients."""

    def __init__(self) -> None:
        self._composed = Composed(Payload((Part(TEXT, BLOCKS),), "r1", "public"))

    async def compose(self, _delivery: Delivery) -> Composed:
        return self._composed

    async def may_be_seen(self, *_: object, **__: object) -> bool:
        return True

    def reader(self, delivery: Delivery) -> str:
        return ""

    def is_fresh(self, *_: object) -> bool:
        return True


@asynccontextmanager
async def open_outbox(
    url: str,
    simulator: SimulatorProcess,
    limits: PaceLimits,
    composer: Composer,
    observer: RecordingObserver | None = None,
) -> AsyncIterator[Outbox]:
    """Let a worker of its own deliver what is planned for the simulator."""
    async with open_database(url) as database, session_with_deadlines() as session:
        notifier, observer = Notifier(), observer or RecordingObserver()
        store = DeliveryStore(database, notifier)
        clients = await _clients(simulator, session)
        context = DeliveryContext(
            database=database,
            destinations=DestinationStore(database),
            messenger=SlackMessenger(single_workspace(clients)),
            composer=composer,
            observer=observer,
            pacing=Pacing(limits),
        )
        worker = Worker(context, notifier)
        working = asyncio.create_task(worker.run())
        yield Outbox(store, clients, observer)
        worker.stop()
        await working


async def _clients(
    simulator: SimulatorProcess, session: aiohttp.ClientSession
) -> Clients:
    token, base_url = simulator.bot_token, simulator.api_url
    posting = posting_client(token, session=session, base_url=base_url)
    reading = reading_client(token, session=session, base_url=base_url)
    return Clients(posting, reading, await identify(reading))


def digest_rows(count: int, *, occurrence: str) -> list[NewDelivery]:
    now = datetime.now(UTC)
    return [
        make_delivery(f"C{n:04}", occurrence=occurrence, installation=TEAM, due_at=now)
        for n in range(count)
    ]


async def _post_bare(client: AsyncWebClient) -> float:
    places = asyncio.Semaphore(AT_ONCE)

    async def post(number: int) -> None:
        async with places:
            await client.chat_postMessage(
                channel=f"C{number:04}", text=TEXT, blocks=list(BLOCKS)
            )

    began = time.perf_counter()
    await asyncio.gather(*(post(n) for n in range(MESSAGES)))
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
