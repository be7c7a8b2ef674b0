"""The house keeps what its front page promises."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    """What a contributor pastes is what the checks run."""
    command = re.search(r"^python3 -m venv .*pytest.*$", README, re.MULTILINE)

    assert command is not None
    assert command[0] in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pinned_files_name_packages_only(name: str) -> None:
    """Every package has hashes, and no line names a host or an index."""
    text = (ROOT / ".ci" / name).read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9].*==\S+.*$", text, re.MULTILINE)

    assert pins
    assert all(pin.endswith("\\") for pin in pins)
    assert re.search(r"https?://|--index|@ file", text) is None
