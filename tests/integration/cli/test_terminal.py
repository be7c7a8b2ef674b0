"""What commands show to somebody at a terminal, and do not send through a pipe."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import in_terminal
from tests.yaml_texts import SMALLEST


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with `briefs/` in it."""
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "harbour.yaml").write_text(SMALLEST)
    return tmp_path


def piped(*arguments: str, cwd: Path) -> tuple[str, str]:
    """Run `briefing-bot` with both outputs in a pipe."""
    command = [sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[3])},
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
