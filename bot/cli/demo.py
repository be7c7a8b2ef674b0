"""`briefing-bot demo`: a local Slack, the real bot in it, and a page in the browser."""

import asyncio
import logging
import os
import signal
import socket
import sys
import webbrowser
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from pydantic import SecretStr

from bot.cli.demo_folder import lay_out, shipped_briefs
from bot.cli.demo_tour import demo_tour, folder_opener, tour_routes
from bot.cli.log import log_to_stderr
from bot.cli.run import stop_at_signals
from bot.errors import SettingsError
from bot.settings import Settings, Slack
from bot.simulator.clock import Clock, SteppedClock
from bot.simulator.server import HOST, Simulator
from bot.simulator.workspace_file import WorkspaceFile, install, load_workspace
from bot.slack.manifest import manifest
from bot.wiring import build_app

PORTS_TRIED = 20
WORKSPACE = Path(__file__).parent / "demo_workspace.yaml"
TIPS = ("/brief", "/brief how many were killed?", "/brief harbour head count")

_GREETING = """
Here it is, with the real bot in it:

  {url}

{path}

A digest arrives in #korea-desk within a minute. Change a claim under
{briefs}
and the next one tells what moved. Nothing is kept; Ctrl-C ends it.
"""

_TOUR = """\
The page leads through it in seven clicks: a topic, a question, an honest no, a draft
checked, figures drawn, a correction that reaches what was posted, a guest's view."""
_AS_AGENT = """\
Choose brief under Apps: it suggests questions, and answers each in its thread."""

_BEFORE = (
    ("chiyo", "korea-desk", "/brief use north-korea-russia"),
    ("bruno", "harbour-desk", "/brief use harbour-drill"),
    ("bruno", "korea-desk", "I hear 30,000 more soldiers may join. Is that right?"),
)


def run_demo(*, port: int, opens_browser: bool, agent: bool) -> None:
    """Run until Ctrl-C, the bot an agent of Slack's if so asked.

    Raise `SettingsError` where no port is free.
    """
    log_to_stderr(level=logging.WARNING)
    # Slack's SDK would send what is for this very machine to the company's proxy.
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        os.environ.pop(name, None)
    asyncio.run(_serve(free_port(port), opens_browser=opens_browser, agent=agent))


def free_port(first: int) -> int:
    """Return the first port from this one on that can be had, and say if it is another.

    Raise `SettingsError` after twenty.
    """
    ports = range(first, first + PORTS_TRIED)
    port = next(filter(_is_free, ports), None)
    if port is None:
        raise SettingsError(
            f'No port from "{first}" to {ports[-1]} can be had. Choose another one '
            "with --port."
        )
    if port != first:
        typer.echo(f"Port {first} is taken, so I use {port}.")
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port that was closed a minute ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


async def _serve(port: int, *, opens_browser: bool, agent: bool) -> None:
    """Open everything, from the outside in; leave nothing behind."""
    # Closing the terminal ends a demonstration, and should leave as little behind.
    stop = stop_at_signals(signal.SIGHUP)
    with TemporaryDirectory(prefix="briefing-bot-demo-") as name:
        folder = Path(name)
        briefs = lay_out(folder, shipped_briefs())
        opener = folder_opener(has_screen=has_screen())
        simulator = demo_simulator(briefs, port=port, opener=opener, agent=agent)
        async with simulator, build_app(demo_settings(simulator, briefs)) as app:
            await set_the_scene(simulator)
            path = _AS_AGENT if agent else _TOUR
            typer.echo(
                _GREETING.format(url=simulator.page_url, path=path, briefs=briefs)
            )
            if opens_browser and has_screen():
                await asyncio.to_thread(webbrowser.open, simulator.page_url)
            await app.run(stop)


def demo_simulator(
    briefs: Path,
    *,
    port: int = 0,
    clock: Clock | None = None,
    opener: str = "",
    agent: bool = False,
) -> Simulator:
    """Return the demo's Slack, with a tour over these briefings on its page.

    Where the bot is an `agent` there is none: answers come in threads then.
    """
    clock = clock or SteppedClock()
    return Simulator(
        workspace=demo_workspace(agent=agent),
        port=port,
        clock=clock,
        tips=TIPS,
        tour=None if agent else demo_tour(briefs, has_opener=bool(opener)),
        routes=tour_routes(briefs, opener, clock),
    )


def demo_workspace(*, agent: bool = False) -> WorkspaceFile:
    """Return the demo's company, with the bot installed by its own manifest."""
    return install(load_workspace(WORKSPACE), manifest(agent=agent))


def demo_settings(simulator: Simulator, briefs: Path) -> Settings:
    """Return the bot's settings; the environment has no say in a demonstration."""
    slack = Slack.model_construct(
        bot_token=SecretStr(simulator.bot_token),
        app_token=SecretStr(simulator.app_token),
        api_url=simulator.api_url,
    )
    return Settings.model_construct(
        briefs=briefs,
        database_url=f"sqlite:///{briefs.parent / 'demo.sqlite3'}",
        host=HOST,
        port=0,
        corrections_quiet=2.0,
        slack=slack,
    )


async def set_the_scene(simulator: Simulator) -> None:
    """Do what the desks' own people did before the newcomer came."""
    await simulator.sockets.wait_connected()
    for person, channel, text in _BEFORE:
        await simulator.type(person, channel, text)


def has_screen() -> bool:
    """Say whether a browser would open beside the terminal, and not inside it."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
