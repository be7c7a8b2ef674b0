"""A scene without a page: people act on the simulator, the real bot answers.

The bot is reached by Socket Mode or by signed HTTP; nothing else differs.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Mode, Settings, Slack
from bot.simulator.changes import Change
from bot.simulator.clock import SteppedClock
from bot.simulator.messages import Json, Message
from bot.simulator.server import HOST, Simulator
from bot.simulator.workspace_file import Command, WorkspaceFile, install, load_workspace
from bot.slack.manifest import manifest
from bot.web import EVENTS_PATH
from bot.wiring import App
from tests.acceptance.stage import running, with_tables
from tests.patience import PATIENCE_S

OTHER = Command(command="/memo")
"""A command that the app was given in its settings and never heard of."""


@dataclass
class Scene:
    """A workspace and the bot in it; `bot` is open while the scene is."""

    simulator: Simulator
    clock: SteppedClock
    settings: Settings
    bot: App = field(init=False)
    _running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Start the bot, and point the simulator at it where Slack posts to it."""
        self.bot = await self._running.enter_async_context(running(self.settings))
        if self.settings.slack.mode is Mode.HTTP:
            self.simulator.use_events_url(self.events_url)
        else:
            await self.simulator.sockets.wait_connected()

    async def stop(self) -> None:
        await self._running.aclose()

    async def restart(self) -> None:
        """Replace the process: nothing in memory survives."""
        await self.stop()
        await self.start()

    @property
    def web_url(self) -> str:
        return f"http://{HOST}:{self.bot.web.port}"

    @property
    def events_url(self) -> str:
        return f"{self.web_url}{EVENTS_PATH}"

    async def ask(
        self, words: str = "", *, who: str = "alice", channel: str = "korea-desk"
    ) -> Message:
        """Type the command; return what its author is shown at once."""
        outcome = await self.simulator.type(who, channel, f"/brief {words}".strip())
        assert outcome.message, outcome.error
        return outcome.message

    async def press(
        self, message: Message, action_id: str, *, who: str = "alice", **chosen: object
    ) -> Change:
        """Use a control of a message; return the first thing that it changes."""
        since = len(self.simulator.record.changes)
        outcome = await self.simulator.press(
            who, message.channel, message.ts, action_id, **chosen
        )
        assert outcome.ok, outcome.error
        return await self.simulator.wait_for(lambda _: True, since=since)


@asynccontextmanager
async def open_scene(mode: Mode, briefs: Path) -> AsyncIterator[Scene]:
    """Open a workspace with the bot in it, reached in this mode.

    The database stands beside the folder of briefings.
    """
    clock = SteppedClock()
    async with Simulator(
        workspace=workspace(), clock=clock, waits_s=PATIENCE_S
    ) as simulator:
        settings = with_tables(_settings(simulator, mode, briefs))
        scene = Scene(simulator, clock, settings)
        await scene.start()
        try:
            yield scene
        finally:
            await scene.stop()


def workspace() -> WorkspaceFile:
    """Return the simulator's own workspace, with the bot as its manifest says."""
    file = install(load_workspace(), manifest())
    commands = (*file.app.commands, OTHER)
    app = file.app.model_copy(update={"commands": commands})
    return file.model_copy(update={"app": app})


def _settings(simulator: Simulator, mode: Mode, briefs: Path) -> Settings:
    is_socket = mode is Mode.SOCKET
    slack = Slack.model_construct(
        bot_token=SecretStr(simulator.bot_token),
        app_token=SecretStr(simulator.app_token if is_socket else ""),
        signing_secret=SecretStr("" if is_socket else simulator.signing_secret),
        api_url=simulator.api_url,
    )
    return Settings.model_construct(
        briefs=briefs,
        database_url=f"sqlite:///{briefs.parent / 'bot.sqlite3'}",
        host=HOST,
        port=0,
        meaning="off",
        slack=slack,
    )


def words_of(change: Change) -> str:
    """Return all that a change shows: a message's text, or a view's title and texts."""
    if change.message:
        return change.message.text
    assert change.view
    content = change.view.content
    return "\n".join([content["title"]["text"], *texts_in(content["blocks"])])


def texts_in(blocks: Iterable[Json]) -> list[str]:
    """Return the words of all section blocks, in order."""
    return [block["text"]["text"] for block in blocks if "text" in block]
