"""The curators' guide, the hook and the workflow do what they say."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from bot.briefing.claim_checks import check_claims
from bot.briefing.models import Briefing
from bot.cli.main import app
from tests.yaml_texts import SMALLEST

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / ".github" / "CURATING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]


def test_the_first_steps_work_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever types them in a new folder sees no error."""
    monkeypatch.chdir(tmp_path)
    (steps,) = [text for language, text in BLOCKS if language == "console"]

    for step in steps.splitlines():
        arguments = step.removeprefix("$ briefing-bot ").split()
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, f"{step}\n{result.output}"


@pytest.mark.parametrize(
    "text", [text for language, text in BLOCKS if "claims:" in text]
)
def test_each_example_of_a_briefing_passes(text: str, tmp_path: Path) -> None:
    """Without a warning; and without what it explains, with one."""
    head = "id: harbour\ntitle: A storm\nas_of: 2026-11\n"
    (tmp_path / "harbour.yaml").write_text(head + text)

    result = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert result.output == "1 briefing, 1 claim: no errors, no warnings.\n"

    bare = re.sub(r"^ +(?:differs|as_of): .*\n", "", text, flags=re.MULTILINE)
    briefing = Briefing.model_validate(
        yaml.safe_load(head.replace("2026-11", "'2026'"))
        | yaml.load(bare, Loader=yaml.BaseLoader)
    )
    assert len(list(check_claims(briefing))) == 1


def test_the_hook_that_is_named_is_there() -> None:
    """Its entry is the command that the package brings."""
    (config,) = [text for _, text in BLOCKS if text.startswith("# .pre-commit")]
    (named,) = yaml.safe_load(config)["repos"][0]["hooks"]
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

    assert hook["id"] == named["id"]
    assert hook["entry"] == "briefing-bot check"
    assert re.match(hook["files"], "briefs/harbour.yaml")


class TestWorkflow:
    @pytest.fixture
    def commands(self) -> list[str]:
        """The workflow's own use of the program."""
        text = (ROOT / ".github" / "workflows" / "briefings.yaml").read_text()
        steps = yaml.safe_load(text)["jobs"]["check"]["steps"]
        runs = [step["run"] for step in steps if "run" in step]
        return [run for run in runs if run.startswith("briefing-bot ")]

    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        """A clone whose `origin/main` has a briefing."""
        (tmp_path / "briefs").mkdir()
        (tmp_path / "briefs" / "harbour.yaml").write_text(SMALLEST)
        for arguments in (
            ["init", "-q"],
            ["add", "."],
            ["commit", "-qm", "First"],
            ["update-ref", "refs/remotes/origin/main", "HEAD"],
        ):
            subprocess.run(["git", *WHO, *arguments], check=True, cwd=tmp_path)
        return tmp_path

    @pytest.mark.parametrize(
        ("edit", "code"),
        [(("boats were", "boats are"), 0), (("About 40", "About 47"), 1)],
        ids=["other words", "another fact"],
    )
    def test_a_fact_that_moves_without_an_entry_fails_the_request(
        self,
        commands: list[str],
        repository: Path,
        edit: tuple[str, str],
        code: int,
    ) -> None:
        """The messages are those that the matcher reads."""
        (command,) = commands
        path = repository / "briefs" / "harbour.yaml"
        path.write_text(path.read_text().replace(*edit))
        program = f"{sys.executable} -m bot"
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "GITHUB_BASE_REF": "main",
        }

        done = subprocess.run(
            ["bash", "-c", command.replace("briefing-bot", program, 1)],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == code, done.stderr
        matcher = (ROOT / ".github" / "briefings-matcher.json").read_text()
        (pattern,) = json.loads(matcher)["problemMatcher"][0]["pattern"]
        found = re.findall(pattern["regexp"], done.stdout, re.MULTILINE)
        places = [(file, line, column) for file, line, column, *_ in found]
        assert places == [("briefs/harbour.yaml", "11", "15")] * code


@pytest.mark.parametrize(
    ("line", "severity"),
    [
        ("briefs/port.yaml:3:8: It is wrong.", None),
        ("briefs/port.yaml:3:8: warning: It may be wrong.", "warning"),
    ],
)
def test_the_matcher_tells_errors_from_warnings(
    line: str, severity: str | None
) -> None:
    """A group that matched nothing leaves the severity of the whole."""
    matcher = (ROOT / ".github" / "briefings-matcher.json").read_text()
    (pattern,) = json.loads(matcher)["problemMatcher"][0]["pattern"]
    found = re.match(pattern["regexp"], line)

    assert found
    assert found[pattern["severity"]] == severity
