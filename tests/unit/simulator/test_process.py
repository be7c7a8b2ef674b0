"""The simulator as a process of its own."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.simulator.workspace_file import load_workspace
from tests.patience import PATIENCE_S


async def test_the_first_line_says_where_and_with_what(tmp_path: Path) -> None:
    """Address and tokens as JSON; SIGTERM ends it quietly."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.simulator"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)
        told = json.loads(line)
        slack = AsyncWebClient(told["bot_token"], base_url=told["api_url"])
        answer = await slack.auth_test()
    finally:
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), PATIENCE_S)

    assert answer["team"] == "Meridian Desk"
    assert told["api_url"].startswith("http://127.0.0.1:")
    assert code == 0


def test_a_workspace_file_names_its_own_people(tmp_path: Path) -> None:
    """A file may replace the default whole."""
    path = tmp_path / "workspace.yaml"
    path.write_text(
        """
        team: {id: T1, name: Desk, domain: desk}
        app: {id: A1, name: brief, bot_id: B1, bot_user_id: U1, scopes: [], events: []}
        users: [{id: U2, name: ann, real_name: Ann}]
        channels: [{id: C1, name: general, members: [ann, brief]}]
        """,
        encoding="utf-8",
    )

    workspace = load_workspace(path)

    assert workspace.users[0].tz == "Etc/UTC"
    assert workspace.channels[0].members == ("ann", "brief")
