"""The front page shows what the program does, not what it once did."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.settings import Settings, Slack
from bot.slack.manifest import SCOPES

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def block(language: str, holding: str) -> str:
    """Return the one fenced block of this language that holds these words."""
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL
    )
    (found,) = [text for text in blocks if holding in text]
    return str(found)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A folder with the README's briefing in it."""
    path = tmp_path / "harbour.yaml"
    path.write_text(block("yaml", "id: harbour"), encoding="utf-8")
    return tmp_path


def test_the_smallest_briefing_has_twelve_lines_at_most() -> None:
    """It is what the front page opens with."""
    assert len(block("yaml", "id: harbour").splitlines()) <= 12


def test_the_smallest_briefing_is_valid_without_warnings(harbour: Path) -> None:
    """A curator's first file should not begin with a complaint."""
    result = CliRunner().invoke(app, ["check", str(harbour)])

    assert result.output == "1 briefing, 1 claim: no errors, no warnings.\n"


def test_the_answers_shown_are_the_answers_given(harbour: Path) -> None:
    """Each question of the front page is asked again."""
    shown = block("console", "$ briefing-bot ask")
    said = re.findall(r'^\$ briefing-bot ask "(.+)"\n((?:.+\n)+)', shown, re.MULTILINE)

    given = {
        question: CliRunner()
        .invoke(app, ["ask", question, "--briefs", str(harbour)])
        .output
        for question, _ in said
    }

    assert given == dict(said)


def test_every_scope_stands_there_with_its_reason() -> None:
    """Whoever reviews the app reads why it asks."""
    for scope in SCOPES:
        mark = "optional" if scope.optional else ""
        assert f"| `{scope.name}` | {scope.reason} | {mark}".rstrip() in README


def test_every_setting_stands_there() -> None:
    """An operator need not read the code."""
    ours = {name for name in Settings.model_fields if name != "slack"}
    variables = [f"BRIEFING_BOT_{name.upper()}" for name in ours]
    variables += [f"SLACK_{name.upper()}" for name in Slack.model_fields]

    assert [name for name in variables if f"`{name}`" not in README] == []
