"""A bot that lives through months in minutes: real capabilities, a clock, no network.

People ask, wait and share, curators correct, digests go out, and once a day the bot
tidies up, as it does each hour.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Connection, func, select

from bot.audiences import Asker
from bot.briefing.tlp import PUBLIC
from bot.capabilities import Capabilities, Workspace, open_capabilities
from bot.corrections.model import ClaimKey
from bot.db.tables import metadata
from bot.files.briefs import YamlBriefingSource
from bot.installation import Installation
from bot.interfaces import Served
from bot.outbox.model import DeliveryKind
from bot.outbox.pacing import PaceLimits, Pacing
from bot.questions.conversation import AddressedMessage, Conversation
from bot.questions.pages import Page, PageKind
from bot.questions.sharing import Sharing
from bot.readers.home_visits import Visit
from bot.settings import Settings, Slack
from bot.simulator.server import Simulator
from bot.slack.clients import connect, single_workspace
from bot.slack.directory import SlackDirectory
from tests.fakes import RecordingMessenger, StoppedClock

BEGAN = datetime(2026, 1, 5, 12, tzinfo=UTC)
DESK, DM = "C0KOREA", "D0ALICE"
MOST_PASSES = 5_000
"""A channel takes one edit at a time."""
UNLIMITED = PaceLimits(
    channel_per_second=None, workspace_per_minute=None, edits_per_minute=None
)
BRIEFING = """\
id: harbour
title: What the storm did to the harbour
short: Harbour
as_of: 2026-01
handling: TLP:CLEAR
curators: "#korea-curators"
sources:
  port: {{publisher: Port authority}}
sections:
  - id: storm
    title: A storm hit the port
    claims:
      - id: losses
        text: About {number} boats were lost.
        sources: [port]{revisions}
      - id: pier
        text: The eastern pier is closed.
        sources: [port]
{more}"""
ENTRY = """
          - date: {day}
            kind: correction
            was: About {was} boats were lost.
            because: The port counted again."""
CRANE = """\
      - id: crane
        text: The crane fell over.
        sources: [port]
"""
DIGESTS = f"""\
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    when: {{cron: "0 8 * * *", timezone: UTC}}
    to: [{DESK}, U0ALICE]
"""


@dataclass
class Files:
    """The folder of briefings, read when somebody has written there."""

    folder: Path
    clock: StoppedClock
    days: list[datetime] = field(default_factory=list)
    has_crane: bool = False

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
        self.source = YamlBriefingSource(self.folder)
        self.served = self.write()

    def write(self) -> Served:
        """Write the briefing as it is by now, with an entry for each correction."""
        entries = "".join(
            ENTRY.format(day=day.date(), was=40 + number)
            for number, day in enumerate(self.days)
        )
        briefing = BRIEFING.format(
            number=40 + len(self.days),
            revisions=f"\n        revisions:{entries}" if entries else "",
            more=CRANE if self.has_crane else "",
        )
        (self.folder / "harbour.yaml").write_text(briefing, encoding="utf-8")
        reading = self.source.read(self.clock.now().date())
        assert reading.library is not None, reading.errors
        self.served = Served(reading.library, reading.digests)
        return self.served

    def look_again(self) -> None:
        """Stand still: whoever wrote says when something is read."""

    async def changes(self, stop: asyncio.Event) -> AsyncIterator[Served]:
        await stop.wait()
        for served in tuple[Served, ...]():
            yield served


@dataclass
class Months:
    """The bot, and the people who keep it busy."""

    capabilities: Capabilities
    messenger: RecordingMessenger
    clock: StoppedClock
    files: Files
    here: Installation
    asked: int = 0

    async def load(self) -> None:
        """Take the files over as they are."""
        await self.capabilities.reloader.take_over(self.files.write())
        await self.settle()

    async def correct(self) -> None:
        """Count the boats anew, and let everybody who read the old number know."""
        self.files.days.append(self.clock.now())
        await self.load()

    async def settle(self) -> None:
        """Deliver and correct until nothing is left to be done now."""
        worker, quiet = self.capabilities.worker, 0
        for _ in range(MOST_PASSES):
            # Whatever was begun before may be what is to be corrected next.
            await worker.drain()
            await self.capabilities.corrections.work()
            quiet = 0 if await worker.take() else quiet + 1
            if quiet == 2:
                return
        raise AssertionError("corrections never come to rest")

    async def ask(self, words: str, *, at: datetime | None = None) -> bool:
        """Write to the bot, and say whether that was new to it."""
        self.asked += 1
        ts = f"{(at or self.clock.now()).timestamp():.0f}.{self.asked % 10**6:06d}"
        message = AddressedMessage(self.here, DM, "U0ALICE", ts, words, is_dm=True)
        is_new = await Conversation(self.capabilities.worker).receive(message)
        await self.settle()
        return is_new

    async def wait_for_answer(self, words: str) -> None:
        """Ask in vain, and agree to be told."""
        asker = Asker(self.here, "U0ALICE", DM)
        self.asked += 1
        await self.capabilities.unanswered.sign(
            asker, words, briefing_id="harbour", id=f"q{self.asked}"
        )

    async def share(self) -> None:
        """Share an answer with the channel."""
        self.asked += 1
        workspace = self.capabilities.workspace
        sharing = Sharing(
            self.capabilities.stores.deliveries,
            self.capabilities.revisions,
            audiences=workspace.directory,
            messenger=workspace.messenger,
        )
        asker = Asker(self.here, "U0ALICE", DESK)
        page = Page(PageKind.CLAIM, "harbour", "losses")
        await sharing.share(asker, page, f"press-{self.asked}")
        await self.settle()

    async def look_around(self) -> None:
        """See a claim by command, and open the App Home."""
        library = await self.capabilities.revisions.current()
        seen = library.for_audience(PUBLIC)
        claims = frozenset({ClaimKey("harbour", "losses")})
        asker, now = Asker(self.here, "U0ALICE", DESK), self.clock.now()
        shown = self.capabilities.shown
        shown.note(asker, seen, claims, notified=(), at=now)
        await shown.keep()
        visit = Visit(library.content_hash, now)
        await self.capabilities.stores.visits.arrive(self.here, "U0ALICE", visit)

    async def day(self) -> None:
        """Let a day pass: its digest goes out, and what is old is dropped."""
        self.clock.move(timedelta(days=1))
        await self.capabilities.planning_loop.run_once()
        await self.settle()
        # What an answer was about is kept after it has left, on a busy machine late.
        await self.capabilities.answer_composer.drain()
        await self.capabilities.housekeeping.run_once()
        await self.settle()

    async def rows(self) -> dict[str, int]:
        """Count the rows of every table."""
        return await self.capabilities.stores.database.read(_count_rows)

    async def ended(self, kind: DeliveryKind) -> int:
        """Count the deliveries of a kind."""
        records = await self.capabilities.stores.history.records(limit=10**6)
        return sum(record.key.kind is kind for record in records)


def _count_rows(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in metadata.sorted_tables
    }


@asynccontextmanager
async def open_months(folder: Path, url: str, **settings: Any) -> AsyncIterator[Months]:
    """Open a bot that has loaded its briefings and waits for the first day."""
    clock = StoppedClock(BEGAN)
    messenger = RecordingMessenger(clock)
    async with Simulator() as simulator, AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        token = simulator.bot_token
        clients = await connect(token, session, api_url=simulator.api_url)
        files = await asyncio.to_thread(Files, folder / "briefs", clock)
        clients_of = single_workspace(clients)
        workspace = Workspace(
            clients_of.installed,
            messenger,
            SlackDirectory(clients_of, clock),
            files,
            files.source,
        )
        slack = Slack.model_construct(
            bot_token=SecretStr(token), api_url=simulator.api_url
        )
        fixed: dict[str, Any] = {
            "briefs": files.folder,
            "database_url": url,
            "corrections_quiet": 0.0,
            "slack": slack,
        }
        capabilities = await stack.enter_async_context(
            open_capabilities(
                Settings.model_construct(**fixed | settings),
                workspace,
                clock=clock,
                pacing=Pacing(UNLIMITED),
            )
        )
        months = Months(
            capabilities, messenger, clock, files, clients.identity.installation
        )
        await months.load()
        yield months
