"""What commands show to somebody at a terminal, and do not send through a pipe."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
from tests.processes import REPOSITORY
from tests.terminal import in_terminal
from tests.yaml_texts import SMALLEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with `briefs/` in it."""
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "harbour.yaml").write_text(SMALLEST)
    return tmp_path


def piped(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Run `briefing-bot` with both outputs in a pipe."""
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(REPOSITORY)} | dict(environment or {}),
    )
    return done.stdout, done.stderr


def test_check_shows_the_line_with_a_caret_at_a_terminal(folder: Path) -> None:
    """Through a pipe there is one line a problem, as editors and scripts read it."""
    path = folder / "briefs" / "harbour.yaml"
    path.write_text(SMALLEST.replace("sources: [port]", "sources: [prot]"))

    seen = in_terminal("check", cwd=folder)
    sent, _ = piped("check", cwd=folder)

    assert ("   12 |         sources: [prot]\n      |                   ^^^^\n") in seen
    assert sent.splitlines() == [
        'briefs/harbour.yaml:12:19: There is no source "prot" in this briefing. Did '
        'you mean "port"?',
        "",
        "1 error, no warnings. The bot serves what it read last.",
    ]


CLEARED = "\r\x1b[2K"
"""How a line is taken away again."""


def left_at_the_end(seen: str) -> str:
    """Return what stays on the screen: each line as it was written last."""
    return "\n".join(line.rpartition(CLEARED)[2] for line in seen.split("\n"))


def test_check_of_many_files_shows_how_far_it_is(folder: Path) -> None:
    """Nothing of it is left when the result stands there."""
    for number in range(30):
        id = f"harbour-{number}"
        text = SMALLEST.replace("id: harbour", f"id: {id}")
        (folder / "briefs" / f"{id}.yaml").write_text(text)

    seen = in_terminal("check", cwd=folder)
    sent, noise = piped("check", cwd=folder)

    assert f"{CLEARED}Reading harbour-0.yaml: 1 of 31" in seen
    assert left_at_the_end(seen) == (
        "31 briefings, 31 claims: no errors, no warnings.\n"
    )
    assert sent == "31 briefings, 31 claims: no errors, no warnings.\n"
    assert noise == ""


def test_many_questions_show_how_far_they_are(folder: Path) -> None:
    """The answers stand there as through a pipe."""
    questions = folder / "questions.jsonl"
    questions.write_text('{"q": "How many boats were lost?"}\n' * 20)
    asked = ("ask", "--from", str(questions), "--json")

    seen = in_terminal(*asked, cwd=folder)
    sent, noise = piped(*asked, cwd=folder)

    assert f"{CLEARED}Asking: 1 of 20" in seen
    assert left_at_the_end(seen) == sent
    assert noise == ""
    assert [json.loads(line)["shown"] for line in sent.splitlines()] == [
        ["losses"]
    ] * 20


async def test_sending_a_digest_shows_what_is_waited_for(
    folder: Path, migrated_sqlite: Path
) -> None:
    """Four seconds in which nothing seems to happen are taken for a fault."""
    shutil.copy(migrated_sqlite, folder / "briefing-bot.sqlite3")
    (folder / "briefs" / "harbour.yaml").write_text(f"{SMALLEST}handling: TLP:CLEAR\n")
    (folder / "briefs" / "digests.yaml").write_text(
        "digests:\n  - id: daily\n    title: Daily\n    briefings: [harbour]\n"
        "    when: {every: day, at: 08:00, timezone: UTC}\n    to: ['#korea-desk']\n"
    )
    async with Simulator() as simulator:
        environment = {
            "SLACK_BOT_TOKEN": simulator.bot_token,
            "SLACK_APP_TOKEN": simulator.app_token,
            "SLACK_API_URL": simulator.api_url,
        }
        seen, (sent, _) = await asyncio.gather(
            asyncio.to_thread(
                in_terminal,
                *("digest", "send", "daily"),
                cwd=folder,
                environment=environment,
            ),
            asyncio.to_thread(
                piped,
                *("digest", "send", "daily", "--to", "U0ALICE"),
                cwd=folder,
                environment=environment,
            ),
        )

    assert f"{CLEARED}Connecting to Slack…" in seen
    assert f"{CLEARED}Waiting for a running bot to take it…" in seen
    assert left_at_the_end(seen).endswith("#korea-desk: sent\n")
    assert CLEARED not in sent
    assert sent.endswith("U0ALICE: sent\n")
