"""What git knows of the folder: real repositories, made for each test."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.files.git import LibraryVersion, folder_at, library_version

COMMITTED = datetime(2026, 11, 20, 12, tzinfo=UTC)
SAVED = datetime(2026, 11, 23, 8, tzinfo=UTC)
WHO = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com",
    "GIT_AUTHOR_DATE": COMMITTED.isoformat(),
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com",
    "GIT_COMMITTER_DATE": COMMITTED.isoformat(),
}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(
        command, capture_output=True, check=True, env=os.environ | WHO, text=True
    )
    return done.stdout.strip()


def save(folder: Path, text: str) -> None:
    file = folder / "harbour.yaml"
    file.write_text(text, encoding="utf-8")
    os.utime(file, (SAVED.timestamp(), SAVED.timestamp()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a repository, with one briefing committed."""
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    git(tmp_path, "init", "--quiet")
    save(briefs, "first")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    return briefs


def test_committed_files_have_the_commits_time(folder: Path) -> None:
    """All replicas that deploy a commit agree on when it was made."""
    commit = git(folder, "rev-parse", "HEAD")

    assert library_version(folder) == LibraryVersion(COMMITTED, commit)


def test_edited_files_have_the_newest_files_time(folder: Path) -> None:
    """What is not committed is no commit's."""
    save(folder, "second")

    assert library_version(folder) == LibraryVersion(SAVED)


def test_a_folder_outside_git_has_its_newest_files_time(tmp_path: Path) -> None:
    """Git is no condition."""
    save(tmp_path, "first")

    assert library_version(tmp_path) == LibraryVersion(SAVED)


def test_an_earlier_state_is_laid_out(folder: Path) -> None:
    """The files are those of the commit, whatever has been edited since."""
    save(folder, "second")

    with folder_at(folder, "HEAD") as earlier:
        texts = {p.name: p.read_text(encoding="utf-8") for p in earlier.iterdir()}

    assert texts == {"harbour.yaml": "first"}


@pytest.mark.parametrize("ref", ["nowhere", "--output=x"])
def test_an_unknown_ref_is_refused(folder: Path, ref: str) -> None:
    """The error names it, and says what is allowed."""
    with pytest.raises(SettingsError) as refused, folder_at(folder, ref):
        pass

    assert str(refused.value) == (
        f'Git knows no "{ref}" of the folder "{folder}". Name a commit, a branch '
        "or a tag that was fetched, such as HEAD or origin/main."
    )
