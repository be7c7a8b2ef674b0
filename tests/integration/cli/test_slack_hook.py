"""Slack's own command line: its hook protocol, as `slack run` speaks it."""

import asyncio
import json
import os
import shlex
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.server import Simulator
from bot.simulator.workspace_file import install, load_workspace
from bot.slack.manifest import manifest
from tests.acceptance.newsroom import BRIEFING
from tests.databases import sqlite_file
from tests.patience import PATIENCE_S
from tests.processes import REPOSITORY

BOUNDARY = "--8<--boundary--"


def environment(**more: str) -> dict[str, str]:
    """Return this process's, with the interpreter of these tests as `python3`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SLACK_", "BRIEFING_BOT_"))
    }
    here = Path(sys.executable).parent
    return kept | {"PATH": f"{here}{os.pathsep}{kept.get('PATH', '')}"} | more


async def ask(command: str, *arguments: str) -> Any:
    """Run a hook as Slack's command line does; return what it answers."""
    line = [*shlex.split(command), *arguments]
    line += ["--protocol=message-boundaries", f"--boundary={BOUNDARY}"]
    process = await asyncio.create_subprocess_exec(
        *line, cwd=REPOSITORY, env=environment(), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE_S):
        output, _ = await process.communicate()
    _, answer, _ = output.decode().split(BOUNDARY)
    return json.loads(answer)


@pytest.fixture(scope="module")
def first() -> str:
    """The command that the project's own file names."""
    text = (REPOSITORY / ".slack" / "hooks.json").read_text()
    command: str = json.loads(text)["hooks"]["get-hooks"]
    return command


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    async with Simulator(workspace=install(load_workspace(), manifest())) as simulator:
        yield simulator


async def test_the_hooks_are_named_and_the_connection_is_ours(first: str) -> None:
    """Whatever else Slack's command line says to a hook is passed over."""
    told = await ask(first, "--some-later-option=1")

    assert set(told["hooks"]) == {"get-manifest", "start"}
    assert told["config"]["sdk-managed-connection-enabled"] is True
    assert "message-boundaries" in told["config"]["protocol-version"]


async def test_the_manifest_is_that_of_socket_mode(first: str) -> None:
    """`slack run` opens the socket for the app it has made of it."""
    told = await ask(first)

    assert await ask(told["hooks"]["get-manifest"]) == json.loads(
        json.dumps(manifest())
    )


async def test_the_bot_starts_with_the_tokens_that_slack_run_sets(
    first: str, sim: Simulator, tmp_path: Path
) -> None:
    """They go before a `.env` that nobody has filled in."""
    told = await ask(first)
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(BRIEFING)
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-\nSLACK_APP_TOKEN=xapp-\n")
    started = environment(
        SLACK_CLI_XOXB=sim.bot_token,
        SLACK_CLI_XAPP=sim.app_token,
        SLACK_API_URL=sim.api_url,
        BRIEFING_BOT_DATABASE_URL=sqlite_file(tmp_path / "bot.sqlite3"),
        BRIEFING_BOT_PORT="0",
        PYTHONPATH=str(REPOSITORY),
    )
    process = await asyncio.create_subprocess_exec(
        *shlex.split(told["hooks"]["start"]),
        cwd=tmp_path,
        env=started,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await sim.sockets.wait_connected()
        outcome = await sim.type("alice", "korea-desk", "/brief losses")
        assert outcome.message is not None
        assert "About 40 boats were lost." in outcome.message.text
    finally:
        process.terminate()
        async with asyncio.timeout(PATIENCE_S):
            await process.communicate()
    assert process.returncode == 0


async def test_a_start_without_its_tokens_says_what_to_use_instead() -> None:
    """Somebody who tried the hook by hand."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "slack-hook", "start"),
        cwd=REPOSITORY,
        env=environment(),
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE_S):
        _, said = await process.communicate()

    assert process.returncode == 1
    assert said.decode() == (
        "SLACK_CLI_XOXB is not set. `slack run` sets it when it starts the bot; "
        "without Slack's command line it is `briefing-bot run`.\n"
    )
