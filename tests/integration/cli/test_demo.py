"""`briefing-bot demo`: started by one command, and gone without a trace."""

import re
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from bot.cli.demo import demo_settings, demo_workspace, free_port
from bot.errors import SettingsError
from bot.settings import SQLITE
from bot.simulator.server import HOST, Simulator
from bot.slack.manifest import LOOK_UP, SCOPES
from tests.processes import briefing_bot


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name
)
async def test_one_command_answers_and_leaves_nothing_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    """At Ctrl-C, or when the terminal is closed, no traceback and no file remains."""
    # Any port: a certain one may be taken between looking and listening.
    arguments = ("demo", "--no-browser", "--port", "0")
    async with briefing_bot(*arguments, cwd=tmp_path, env=_only(tmp_path)) as program:
        output = await program.printed("Ctrl-C ends it.")
        (address,) = re.findall(rf"http://{HOST}:\d+", output)
        said = await _typed(address, "/brief harbour head count")
        program.send(number)
        code = await program.ended()

    assert said.startswith("340 people led to safety\n")
    assert code == 0
    assert "Traceback" not in program.output
    assert _left_in(tmp_path) == []


def _only(folder: Path) -> dict[str, str]:
    """The environment of somebody whose settings are for something else."""
    return {
        "TMPDIR": str(folder),
        "BRIEFING_BOT_PORT": "x",
        "SLACK_BOT_TOKEN": "x",
        "HTTPS_PROXY": "http://127.0.0.1:9",
    }


def _left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def _typed(address: str, text: str) -> str:
    body = {"as": "U0ALICE", "channel": "C0KOREA", "text": text}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{address}/client/send", json=body) as response,
    ):
        answer = await response.json()
    return str(answer["message"]["text"])


def test_a_port_that_is_taken_gives_way_to_the_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The next free port is used, and the newcomer is told."""
    with socket.create_server((HOST, 0)) as other:
        taken = other.getsockname()[1]
        port = free_port(taken)

    assert port > taken
    told = f"Port {taken} is taken, so I use {port}.\n"
    assert capsys.readouterr().out == told


def test_no_port_at_all_is_told_with_what_to_try() -> None:
    """Ports that do not exist are like ports that are taken."""
    with pytest.raises(SettingsError) as error:
        free_port(70_000)

    assert str(error.value) == (
        'No port from "70000" to 70019 can be had. Choose another one with --port.'
    )


def test_the_workspace_has_the_app_that_the_manifest_describes() -> None:
    """Scopes, command and shortcut are the bot's own, in no second copy."""
    app = demo_workspace().app

    assert app.scopes == tuple(scope.name for scope in SCOPES)
    assert [each.command for each in app.commands] == ["/brief"]
    assert [each.callback_id for each in app.shortcuts] == [LOOK_UP]


def test_the_environment_has_no_say(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A newcomer's variables for another bot, or for a real one, change nothing."""
    monkeypatch.setenv("BRIEFING_BOT_COMMAND", "/other")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-a-real-workspace")
    simulator = Simulator(workspace=demo_workspace())

    settings = demo_settings(simulator, tmp_path / "briefs")

    assert settings.command == "/brief"
    assert settings.slack.bot_token.get_secret_value() == simulator.bot_token
    assert settings.database_url != SQLITE
