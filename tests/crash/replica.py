"""`python -m tests.crash.replica`: a worker to be killed, against the simulator."""

import asyncio
import logging
import os
import signal
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import aiohttp

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.fingerprints import fingerprints
from bot.briefing.models import Briefing
from bot.db.database import open_database
from bot.digests.delivery_timing import Timing
from bot.files.briefs import YamlBriefingSource
from bot.outbox.delivery_context import DeliveryContext
from bot.outbox.destinations import DestinationStore
from bot.outbox.model import Composed, Delivery, Payload
from bot.outbox.notifier import LocalNotifier
from bot.outbox.pacing import PaceLimits, Pacing
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
from tests.fakes import RecordingObserver

UNLIMITED = PaceLimits(
    channel_per_second=None, workspace_per_minute=None, posts_at_once=20
)
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Start:
    """What a replica is started with, handed over in the environment."""

    database_url: str
    api_url: str
    token: str
    briefs: str
    time_factor: str

    @classmethod
    def from_environment(cls) -> "Start":
        return cls(*(os.environ[f"CRASH_{name.upper()}"] for name in cls.__slots__))

    def as_environment(self) -> dict[str, str]:
        names = self.__slots__
        return {f"CRASH_{name.upper()}": getattr(self, name) for name in names}


class ReloadingComposer:
    """Says a claim in each part, from the files as they are at that moment."""

    def __init__(self, folder: Path) -> None:
        self._source = YamlBriefingSource(folder)
        self._file = folder / "harbour.yaml"
        self._read_at = 0
        self._briefing: Briefing | None = None

    async def compose(self, delivery: Delivery) -> Composed:
        briefing = self._current()
        prints = fingerprints(briefing)
        parts = tuple(
            Part(
                claim.text,
                claims=(ClaimMark(briefing.id, claim.id, prints[claim.id]),),
            )
            for claim in list(briefing.claims)[: parts_of(delivery.id)]
        )
        return Composed(Payload(parts, revision=prints["losses"], audience="public"))

    async def may_be_seen(self, *_: object, **__: object) -> bool:
        return True

    def is_fresh(self, *_: object) -> bool:
        return True

    def _current(self) -> Briefing:
        written_at = self._file.stat().st_mtime_ns
        if self._briefing is None or written_at != self._read_at:
            library = self._source.read(date(2026, 11, 23)).library
            assert library is not None, "the briefing is valid"
            (self._briefing,) = library.briefings
            self._read_at = written_at
        return self._briefing


def parts_of(delivery_id: str) -> int:
    """Return how many parts a delivery has: any number, but always the same."""
    return 1 + int(delivery_id[0], 16) % MOST_PARTS


class FactsFormatter(logging.Formatter):
    """Writes what is needed to follow one delivery through the lives of replicas."""

    def format(self, record: logging.LogRecord) -> str:
        names = ("delivery_id", "part", "attempt", "ts", "reason")
        facts = (f"{name}={getattr(record, name, '')}" for name in names)
        return f"{time.time():.3f} {os.getpid()} {record.msg} {' '.join(facts)}"


def log_facts() -> None:
    """Log every change of state to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(FactsFormatter())
    logger = logging.getLogger("bot")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)


async def main() -> None:
    """Say "ready" and work until killed, or until asked to stop."""
    log_facts()
    start = Start.from_environment()
    timing = Timing().scaled(float(start.time_factor))
    async with (
        open_database(start.database_url) as database,
        session_with_deadlines() as session,
    ):
        context = DeliveryContext(
            database=database,
            destinations=DestinationStore(database),
            messenger=SlackMessenger(single_workspace(await _clients(start, session))),
            composer=ReloadingComposer(Path(start.briefs)),
            observer=RecordingObserver(),
            pacing=Pacing(UNLIMITED),
            timing=timing,
        )
        worker = Worker(context, LocalNotifier())
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, worker.stop)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await worker.run()


async def _clients(start: Start, session: aiohttp.ClientSession) -> Clients:
    posting = posting_client(start.token, session=session, base_url=start.api_url)
    reading = reading_client(start.token, session=session, base_url=start.api_url)
    return Clients(posting, reading, await identify(reading))


if __name__ == "__main__":
    asyncio.run(main())
