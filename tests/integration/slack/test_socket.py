"""Socket Mode against the simulator: connected, cut, refused, and lost for good."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_bolt.response import BoltResponse

from bot.errors import SettingsError
from bot.metrics import Metrics
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import load_workspace
from bot.slack.app import BriefApp
from bot.slack.background import Background
from bot.slack.clients import (
    Clients,
    identify,
    reading_client,
    single_workspace,
)
from bot.slack.socket import SocketLost, SocketMode
from tests.patience import PATIENCE_S


@pytest.fixture
def app(clients: Clients) -> BriefApp:
    """An app that answers one command."""
    app = BriefApp(single_workspace(clients), Background())

    async def answer() -> BoltResponse:
        return BoltResponse(status=200, body='{"text": "Here."}')

    app.command("/brief")(answer)
    return app


@pytest.fixture
async def socket(
    app: BriefApp, sim: Simulator, clients: Clients
) -> AsyncIterator[SocketMode]:
    socket = SocketMode(
        app, sim.app_token, clients.reading, metrics=Metrics(), look_s=0.01, lost_s=0.05
    )
    await socket.connect()
    yield socket
    await socket.close()
    # The SDK leaves the closing of its sockets to the next turns of the loop.
    await asyncio.sleep(0)


async def test_a_command_is_answered_in_its_acknowledgement(
    sim: Simulator, socket: SocketMode
) -> None:
    """One connection, and the answer travels back on it."""
    outcome = await sim.type("alice", "#korea-desk", "/brief")

    assert outcome.message
    assert outcome.message.text == "Here."
    assert await socket.is_connected()


async def test_a_refresh_is_followed_by_a_new_connection(
    sim: Simulator, socket: SocketMode
) -> None:
    """Slack renews connections every few hours; the next command finds the new one."""
    await sim.sockets.refresh()
    await sim.sockets.wait_connected()

    outcome = await sim.type("alice", "#korea-desk", "/brief")

    assert outcome.message


async def test_each_connection_begins_by_forgetting(
    app: BriefApp, sim: Simulator, clients: Clients
) -> None:
    """What Slack told of between two connections was told to nobody."""
    forgotten = asyncio.Queue[bool]()
    mode = SocketMode(
        app,
        sim.app_token,
        clients.reading,
        metrics=Metrics(),
        forget=lambda: forgotten.put_nowait(mode.hears()),
    )
    before = mode.hears()
    await mode.connect()
    async with asyncio.timeout(PATIENCE_S):
        first = await forgotten.get()
        await sim.sockets.refresh()
        second = await forgotten.get()
    await mode.close()
    after = mode.hears()
    await asyncio.sleep(0)

    assert (before, first, second, after) == (False, True, True, False)


@pytest.mark.parametrize(
    ("token", "text"),
    [
        (
            "xapp-of-nobody",
            "Slack does not know SLACK_APP_TOKEN: make a new app-level token.",
        ),
        (None, "SLACK_APP_TOKEN is no app-level token (xapp-…)."),
    ],
    ids=["unknown", "bot token"],
)
async def test_a_token_that_opens_nothing_is_told_at_once(
    app: BriefApp, sim: Simulator, clients: Clients, token: str | None, text: str
) -> None:
    """The SDK alone would try a wrong token again for ever."""
    socket = SocketMode(app, token or sim.bot_token, clients.reading, metrics=Metrics())

    with pytest.raises(SettingsError) as error:
        await socket.connect()

    assert str(error.value) == text


async def test_a_token_without_its_scope_is_told_at_once() -> None:
    """An app-level token is easily made without `connections:write`."""
    file = load_workspace()
    bare = file.app.model_copy(update={"app_token_scopes": ()})
    async with Simulator(workspace=file.model_copy(update={"app": bare})) as sim:
        with pytest.raises(SettingsError) as error:
            await _connect(sim)

    assert str(error.value) == (
        "SLACK_APP_TOKEN lacks the scope connections:write: make a new app-level "
        "token with it."
    )


async def _connect(sim: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        reading = reading_client(sim.bot_token, session=session, base_url=sim.api_url)
        clients = Clients(reading, reading, await identify(reading))
        app = BriefApp(single_workspace(clients), Background())
        await SocketMode(app, sim.app_token, reading, metrics=Metrics()).connect()


async def test_a_watch_ends_at_the_stop(socket: SocketMode) -> None:
    """A connection that stands gives no reason to end."""
    stop = asyncio.Event()
    watching = asyncio.create_task(socket.watch(stop))
    stop.set()

    async with asyncio.timeout(PATIENCE_S):
        await watching


async def test_a_connection_that_stays_away_ends_the_process(
    sim: Simulator, socket: SocketMode
) -> None:
    """A wedged client is cured by a new process, so the watch gives up aloud."""
    sim.workspace.credentials.refusal = "account_inactive"
    sim.sockets.cut()

    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(SocketLost):
            await socket.watch(asyncio.Event())
