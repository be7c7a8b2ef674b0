"""The real bot in a small Slack, without a browser: what people say and see."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings, Slack
from bot.simulator.changes import Change
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import WorkspaceFile, install, load_workspace
from bot.slack.manifest import manifest
from bot.wiring import App, build_app
from tests.patience import PATIENCE_S, PATIENT

DESK = "korea-desk"
CURATORS = "korea-curators"

BRIEFING = """\
id: harbour
title: What the storm did to the harbour
short: The harbour
as_of: 2026-11
verified: 2026-11-20
handling: TLP:CLEAR
curators: "#korea-curators"
sources:
  port: {publisher: Port authority}
sections:
  - id: storm
    short: Storm
    title: The storm closed the harbour
    claims:
      - id: boats
        text: About 40 boats were lost in the storm.
        kind: estimate
        sources: [port]
        figures: [{label: lost, value: 40, unit: boats, approximate: true}]
      - id: crew
        text: Twelve sailors were wounded in the storm.
        sources: [port]
      - id: pier
        text: The pier was mined by saboteurs.
        handling: TLP:AMBER
        sources: [port]
"""
CORRECTED = BRIEFING.replace("About 40 boats", "About 47 boats").replace(
    "        figures: [{label: lost, value: 40, unit: boats, approximate: true}]",
    "        figures: [{label: lost, value: 47, unit: boats, approximate: true}]\n"
    "        revisions:\n"
    "          - date: 2026-11-23\n"
    "            kind: correction\n"
    "            was: About 40 boats were lost in the storm.\n"
    "            because: The port counted again.",
)
DIVERS = """\
      - id: divers
        text: The divers resume their work on 3 May.
        sources: [port]
"""
DRILL = """\
id: drill
title: A drill in the harbour
as_of: 2026-11
handling: TLP:CLEAR
curators: U0BRUNO
sources:
  port: {publisher: Port authority}
sections:
  - id: siren
    title: The siren was heard
    claims:
      - id: heard
        text: The siren was heard in town.
        sources: [port]
"""


@dataclass
class Office:
    """A workspace with the bot's folder of briefings and its database beside it."""

    simulator: Simulator
    folder: Path
    database_url: str
    edit_url: str = ""

    def write(self, text: str = BRIEFING) -> None:
        """Save the briefing; a running bot takes it over two seconds later."""
        (self.folder / "harbour.yaml").write_text(text, encoding="utf-8")

    @asynccontextmanager
    async def bot(self, **settings: Any) -> AsyncIterator[App]:
        """Run the bot, its briefings taken over, and let it finish at the end."""
        stop, loaded = asyncio.Event(), asyncio.Event()

        async def note(_library: object) -> None:
            loaded.set()

        async with (
            build_app(
                self.settings(**settings), after_load=[note], waits=PATIENT
            ) as app,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(app.run(stop))
            try:
                await loaded.wait()
                # An event that finds no connection comes again, but a minute later.
                await self.simulator.sockets.wait_connected()
                yield app
            finally:
                stop.set()

    def settings(self, **others: Any) -> Settings:
        """Return the bot's settings; the environment has no say in a scene."""
        slack = Slack.model_construct(
            bot_token=SecretStr(self.simulator.bot_token),
            app_token=SecretStr(self.simulator.app_token),
            api_url=self.simulator.api_url,
        )
        fixed: dict[str, Any] = {
            "briefs": self.folder,
            "database_url": self.database_url,
            "edit_url": self.edit_url,
            "host": "127.0.0.1",
            "port": 0,
            "meaning": "off",
            "slack": slack,
        }
        return Settings.model_construct(**(fixed | others))

    async def say(
        self, who: str, text: str, *, where: str = "", thread_ts: str = ""
    ) -> Message:
        """Write to the bot, or into a channel, and return what was written."""
        place = where or self.simulator.dm(who)
        outcome = await self.simulator.type(who, place, text, thread_ts=thread_ts)
        assert outcome.message is not None
        return outcome.message

    async def reply_to(self, said: Message) -> Message:
        """Return the bot's next message in that place."""
        since = self._position(said)
        found = await self.simulator.wait_for(
            lambda change: self._is_from_bot(change, said.channel),
            since=since,
        )
        assert found.message is not None
        return found.message

    async def ask(self, who: str, text: str, **place: str) -> Message:
        """Write something and return what the bot answers."""
        return await self.reply_to(await self.say(who, text, **place))

    async def command(self, who: str, words: str = "", *, where: str = DESK) -> str:
        """Give the command and return the text that only this person sees."""
        outcome = await self.simulator.type(who, where, f"/brief {words}".strip())
        assert outcome.ok, outcome.error
        return outcome.message.text if outcome.message else ""

    async def wait_for_posts(self, where: str, number: int) -> list[Message]:
        """Wait until the bot has posted so many messages there, and return them."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.posts(where)) < number:
                seen = len(self.simulator.record.changes)
                await self.simulator.wait_for(lambda _: True, since=seen)
        return self.posts(where)

    def posts(self, where: str) -> list[Message]:
        """Return what the bot has posted in a channel or a DM, in order."""
        shown = self.simulator.shown()
        room = self.simulator.channel(where).id
        return [
            change.message
            for change in shown
            if self._is_from_bot(change, room) and change.message
        ]

    def _is_from_bot(self, change: Change, room: str) -> bool:
        message = change.message
        bot = self.simulator.workspace.bot.id
        return (
            change.kind.value == "message"
            and message is not None
            and message.user == bot
            and message.channel == room
        )

    def _position(self, said: Message) -> int:
        changes = self.simulator.record.changes
        return next(at for at, c in enumerate(changes) if c.message == said)


@asynccontextmanager
async def open_office(
    tmp_path: Path, database_url: str, **options: Any
) -> AsyncIterator[Office]:
    """Open the default workspace with the bot installed by its own manifest.

    `options` are the manifest's, such as `threads`.
    """
    workspace = install(load_workspace(), manifest(**options))
    async with opened(tmp_path, database_url, workspace) as office:
        yield office


@asynccontextmanager
async def opened(
    tmp_path: Path, database_url: str, workspace: WorkspaceFile
) -> AsyncIterator[Office]:
    """Open a workspace in which the bot is installed, with a briefing for it."""
    folder = tmp_path / "briefs"
    folder.mkdir()
    async with Simulator(workspace=workspace, waits_s=PATIENCE_S) as simulator:
        office = Office(simulator, folder, database_url)
        office.write()
        yield office
