"""Dockerfile and compose file, as far as it takes no root to look at them."""

import re
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from tests.container import instructions, is_sent

ROOT = Path(__file__).parent.parent
STEPS = list(instructions((ROOT / "Dockerfile").read_text("utf-8")))
COMPOSE = yaml.safe_load((ROOT / ".github" / "compose.yaml").read_text("utf-8"))


def step(name: str) -> str:
    """Return what follows the last instruction of this name."""
    return [rest for step, rest in STEPS if step == name][-1]


def test_the_image_runs_as_nobody_in_particular() -> None:
    """By number, so that a cluster can see that it is not root."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", step("USER"))


def test_health_is_asked_at_the_port_that_is_set() -> None:
    """Whoever sets another port need not know of the health check."""
    assert "BRIEFING_BOT_PORT" in step("HEALTHCHECK")
    assert "BRIEFING_BOT_PORT=3000" in step("ENV")


@pytest.mark.parametrize("path", sorted((ROOT / ".ci").glob("requirements*.txt")))
def test_everything_that_is_installed_has_its_hash(path: Path) -> None:
    """The tools that build the wheel, too: nothing is fetched by its name alone."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    assert lines
    assert all("==" in line and "--hash=sha256:" in line for line in lines)


def test_each_install_takes_hashes_or_what_was_built() -> None:
    """Without an index, nothing else can come."""
    for name, rest in STEPS:
        for command in rest.split("&&") if name == "RUN" else ():
            if " install " in command and "pip" in command:
                assert "--require-hashes" in command or "--no-index" in command


def test_no_secret_and_no_database_is_sent_to_the_build() -> None:
    """What is not named stays out of the context."""
    assert not is_sent(".env")
    assert not is_sent("briefing-bot.sqlite3")
    assert not is_sent(".git/config")
    assert is_sent("bot/cli/run.py")


def test_the_compose_file_runs_the_image_as_it_is_meant() -> None:
    """Read-only, without capabilities, with a volume where the database is."""
    bot = COMPOSE["services"]["bot"]
    known = {f"BRIEFING_BOT_{name.upper()}" for name in Settings.model_fields}

    assert bot["read_only"]
    assert bot["cap_drop"] == ["ALL"]
    assert "data:/data" in bot["volumes"]
    assert set(bot["environment"]) <= known
