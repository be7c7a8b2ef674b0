"""The program as it was before databases named who may use them, from git's history."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.processes import REPOSITORY

FIRST_STEP_THAT_NAMES = 'HEAD = "v0007"'
LAST_STEP_BEFORE = "v0006"


def earlier_program(folder: Path) -> Path:
    """Lay the program out there, and return the folder for `PYTHONPATH`.

    Skip the test where the history does not reach back so far, as in a shallow clone.
    """
    found = _git(
        *("log", "--reverse", f"-S{FIRST_STEP_THAT_NAMES}", "--format=%P"),
        *("--", "bot/db/migrate.py"),
    )
    commit = found.decode().partition("\n")[0].strip()
    archive = _git("archive", "--format=tar", commit, "bot") if commit else b""
    if not archive:
        pytest.skip("git's history does not reach back to the program before")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def _git(*arguments: str) -> bytes:
    done = subprocess.run(
        ["git", "-C", str(REPOSITORY), *arguments], capture_output=True, check=False
    )
    return done.stdout if done.returncode == 0 else b""
