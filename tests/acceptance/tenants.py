"""Several workspaces that install the app, and the bot's processes that serve them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.interfaces import Clock
from bot.settings import Mode, Settings, Slack
from bot.simulator.messages import Message
from bot.simulator.people import People
from bot.simulator.server import HOST, Simulator
from bot.simulator.workspace_file import install
from bot.slack.manifest import manifest
from bot.web import EVENTS_PATH
from bot.wiring import App, build_app
from tests.acceptance.morning import HARBOUR
from tests.databases import sqlite_file
from tests.installations import KEY
from tests.installing import PUBLIC, Browser, workspace
from tests.patience import PATIENCE_S, PATIENT

ALPHA, BETA = "T0ALPHA", "T0BETA"
BOTH = "workspaces: [{id: E0ORG, briefings: [harbour]}]\n"


@dataclass
class Tenants:
    """The workspaces, a folder of briefings and a database; bots come by `bot`."""

    sim: Simulator
    beta: People
    browser: Browser
    briefs: Path
    database_url: str
    changed: dict[str, Any] = field(default_factory=dict)

    @asynccontextmanager
    async def bot(
        self, mode: Mode = Mode.SOCKET, *, clock: Clock | None = None, **settings: Any
    ) -> AsyncIterator[App]:
        """Run one more process of the bot until the block ends."""
        stop, loaded = asyncio.Event(), asyncio.Event()

        async def note(_library: object) -> None:
            loaded.set()

        settled = self.settings(mode, **settings)
        async with (
            build_app(settled, clock=clock, after_load=[note], waits=PATIENT) as app,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(app.run(stop))
            if mode is Mode.HTTP:
                self.sim.use_events_url(f"{url_of(app)}{EVENTS_PATH}")
            async with asyncio.timeout(PATIENCE_S):
                await loaded.wait()
            try:
                yield app
            finally:
                stop.set()

    def settings(self, mode: Mode, **others: Any) -> Settings:
        is_socket = mode is Mode.SOCKET
        slack = Slack.model_construct(
            app_token=SecretStr(self.sim.app_token if is_socket else ""),
            signing_secret=SecretStr("" if is_socket else self.sim.signing_secret),
            client_id=self.sim.client_id,
            client_secret=SecretStr(self.sim.client_secret),
            api_url=self.sim.api_url,
        )
        fixed: dict[str, Any] = {
            "briefs": self.briefs,
            "database_url": self.database_url,
            "public_url": PUBLIC,
            "token_keys": SecretStr(KEY),
            "host": HOST,
            "port": 0,
            "meaning": "off",
            "slack": slack,
        }
        return Settings.model_construct(**fixed | self.changed | others)

    async def install(self, app: App, team: str = ALPHA) -> str:
        """Install the app in a workspace, or an organisation; return the last page."""
        status, words = await self.browser.install(url_of(app), team)
        assert status == 200, words
        return words

    async def ask(self, people: People, words: str = "losses") -> str:
        """Let Ana type the command; return what she is shown, or why nothing."""
        outcome = await people.type("ana", "desk", f"/brief {words}".strip())
        return outcome.message.text if outcome.message else outcome.error

    async def told(self, people: People, words: str) -> str:
        """Let Ana write to the bot; return what it answers."""
        since = len(people.record.changes)
        await people.type("ana", people.dm("ana"), words)
        answer = await people.wait_for(
            lambda c: bool(c.message and c.message.user == people.workspace.bot.id),
            since=since,
        )
        assert answer.message is not None
        return answer.message.text

    def posted(self, people: People, channel: str = "desk") -> list[Message]:
        """Return what the bot has posted in a channel so far."""
        bot, room = people.workspace.bot.id, people.channel(channel).id
        messages = (change.message for change in people.shown())
        return [m for m in messages if m and m.user == bot and m.channel == room]


def url_of(app: App) -> str:
    return f"http://{HOST}:{app.web.port}"


@asynccontextmanager
async def open_tenants(
    folder: Path, database_url: str = "", **app: Any
) -> AsyncIterator[Tenants]:
    """Open two workspaces of one organisation; `app` changes what Slack knows of it."""
    briefs = folder / "briefs"
    await asyncio.to_thread(briefs.mkdir)
    await asyncio.to_thread((briefs / "harbour.yaml").write_text, HARBOUR)
    await asyncio.to_thread((briefs / "workspaces.yaml").write_text, BOTH)
    url = database_url or sqlite_file(folder / "bot.sqlite3")
    known = manifest(url=PUBLIC, distributed=True)
    files = [install(workspace(team, org="E0ORG"), known) for team in (ALPHA, BETA)]
    first, second = (
        file.model_copy(update={"app": file.app.model_copy(update=app)})
        for file in files
    )
    async with (
        Simulator(workspace=first, waits_s=PATIENCE_S) as sim,
        aiohttp.ClientSession() as http,
    ):
        beta = sim.add_workspace(second)
        yield Tenants(sim, beta, Browser(sim, http), briefs, url)
