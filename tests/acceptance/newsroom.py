"""A newsroom: files that curators edit, a Slack, and the real outbox between them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
from pydantic import SecretStr

from bot.capabilities import Capabilities, Workspace, open_capabilities
from bot.files.briefs import YamlBriefingSource
from bot.interfaces import Served
from bot.settings import Settings, Slack
from bot.simulator.clock import SteppedClock
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.slack.clients import connect, single_workspace
from bot.slack.directory import SlackDirectory
from bot.slack.messenger import SlackMessenger
from tests.patience import PATIENCE_S, PATIENT

SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)

BRIEFING = """\
id: harbour
title: What the storm did to the harbour
short: Harbour
as_of: 2026-11
handling: TLP:CLEAR
curators: "#korea-curators"
sources:
  port: {publisher: Port authority}
sections:
  - id: storm
    title: A storm hit the port
    claims:
      - id: losses
        text: About 40 boats were lost.
        sources: [port]
"""
CLAIM = """\
      - id: pier
        text: The eastern pier is closed.
        sources: [port]
"""
DIGESTS = """\
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    when: {cron: "0 8 * * *", timezone: Europe/London}
    to: ["#korea-desk", U0ALICE]
"""


class FolderBriefings:
    """A `BriefingSource` that reads its folder when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.source = YamlBriefingSource(folder)
        self.served = self.read()

    def read(self) -> Served:
        """Serve what the folder holds now, or the last good state with its errors."""
        reading = self.source.read(date(2026, 11, 22))
        if reading.library is None:
            self.served = Served(
                self.served.library, self.served.digests, reading.errors
            )
        else:
            self.served = Served(reading.library, reading.digests)
        return self.served

    def look_again(self) -> None:
        """Stand still: a test says when something is read."""

    async def changes(self, stop: asyncio.Event) -> AsyncIterator[Served]:
        await stop.wait()
        for served in tuple[Served, ...]():
            yield served


@dataclass
class Newsroom:
    """One process of the bot, as far as posting goes; the clock is the world's."""

    simulator: Simulator
    clock: SteppedClock
    folder: Path
    url: str
    capabilities: Capabilities = field(init=False)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Start a process on the same database: nothing in memory survives."""
        session = await self._running.enter_async_context(aiohttp.ClientSession())
        settings = self._settings()
        clients = await connect(
            settings.slack.bot_token.get_secret_value(),
            session,
            api_url=settings.slack.api_url,
        )
        briefings, clients_of = FolderBriefings(self.folder), single_workspace(clients)
        workspace = Workspace(
            clients_of.installed,
            SlackMessenger(clients_of),
            SlackDirectory(clients_of, self.clock, PATIENT),
            briefings,
            briefings.source,
        )
        self.capabilities = await self._running.enter_async_context(
            open_capabilities(settings, workspace, clock=self.clock)
        )
        self.briefings = briefings
        self.worker = self.capabilities.worker
        await self.capabilities.reloader.take_over(briefings.served)

    async def stop(self) -> None:
        await self._running.aclose()

    async def edit(self, name: str, text: str) -> None:
        """Write a file and have it loaded."""
        await asyncio.to_thread((self.folder / name).write_text, text, "utf-8")
        await self.capabilities.reloader.take_over(self.briefings.read())

    async def at(self, instant: datetime) -> None:
        """Let it be that time: plan what is due, and deliver it."""
        await self.clock.advance((instant - self.clock.now()).total_seconds())
        await self.capabilities.planning_loop.run_once()
        await self.deliver()

    async def deliver(self) -> None:
        """Deliver until nothing is left to be taken now."""
        while await self.worker.take():
            await self.worker.drain()

    async def endings(self) -> list[tuple[str, str, str]]:
        """Return occurrence, recipient and reason of each delivery, oldest first."""
        records = await self.capabilities.stores.history.records(digest_id="daily")
        told = [(r.key.occurrence, r.key.recipient, r.reason) for r in records]
        return sorted(told)

    def texts(self, channel: str = "korea-desk") -> list[str]:
        """Return the first lines that a channel shows, oldest first."""
        return [message.text.partition("\n")[0] for message in self.shown(channel)]

    def shown(self, channel: str = "korea-desk") -> list[Message]:
        """Return what a channel shows itself, oldest first."""
        room = self.simulator.channel(channel).id
        return list(self.simulator.workspace.timeline.newest_first(room))[::-1]

    def thread(self, message: Message) -> list[str]:
        """Return the texts in a message's thread."""
        timeline = self.simulator.workspace.timeline
        return [reply.text for reply in timeline.replies(message.channel, message.ts)]

    def _settings(self) -> Settings:
        slack = Slack.model_construct(
            bot_token=SecretStr(self.simulator.bot_token),
            api_url=self.simulator.api_url,
        )
        return Settings.model_construct(
            briefs=self.folder, database_url=self.url, meaning="off", slack=slack
        )


@asynccontextmanager
async def open_newsroom(folder: Path, url: str) -> AsyncIterator[Newsroom]:
    """Open a newsroom with one briefing and a daily digest, on a Sunday at noon."""
    await asyncio.to_thread(_lay_out, folder)
    clock = SteppedClock(start=SUNDAY)
    async with Simulator(clock=clock, waits_s=PATIENCE_S) as simulator:
        newsroom = Newsroom(simulator, clock, folder, url)
        await newsroom.start()
        try:
            yield newsroom
        finally:
            await newsroom.stop()


def _lay_out(folder: Path) -> None:
    folder.mkdir()
    (folder / "harbour.yaml").write_text(BRIEFING)
    (folder / "digests.yaml").write_text(DIGESTS)
