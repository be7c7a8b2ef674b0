"""What git knows of the folder of briefings: when it was made, and how it was once."""

import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import SettingsError


@dataclass(frozen=True, slots=True)
class LibraryVersion:
    """When a library's authors made it; `commit` is empty outside git."""

    made_at: datetime
    commit: str = ""


TIMEOUT_S = 20


def library_version(folder: Path) -> LibraryVersion:
    """Return the time and the commit of the files, or the newest file's time.

    Files that were edited since the last commit, and folders that git does not know,
    have no commit.
    """
    changed = _git(folder, "status", "--porcelain", "--", ".")
    if changed == b"":
        last = _git(folder, "log", "-1", "--format=%H %ct", "--", ".")
        commit, _, seconds = (last or b"").decode().strip().partition(" ")
        if commit:
            return LibraryVersion(datetime.fromtimestamp(int(seconds), UTC), commit)
    times = [path.stat().st_mtime for path in folder.glob("*.yaml")]
    return LibraryVersion(datetime.fromtimestamp(max(times, default=0.0), UTC))


@contextmanager
def folder_at(folder: Path, ref: str) -> Iterator[Path]:
    """Lay out the folder as it was at a commit, branch or tag of git.

    It is empty where the folder was not there yet. Raise SettingsError where git does
    not know the ref.
    """
    archive = None
    if not ref.startswith("-"):
        archive = _git(folder, "archive", "--format=tar", ref, ".")
        commit = f"{ref}^{{commit}}"
        if archive is None and _git(folder, "rev-parse", "--verify", "-q", commit):
            archive = b""
    if archive is None:
        raise SettingsError(
            f'Git knows no "{ref}" of the folder "{folder}". Name a commit, a branch '
            "or a tag that was fetched, such as HEAD or origin/main."
        )
    with TemporaryDirectory(prefix="briefing-bot-") as name:
        if not archive:
            yield Path(name)
            return
        with tarfile.open(fileobj=BytesIO(archive)) as tar:
            for member in tar:
                content = tar.extractfile(member)
                # What else is in the archive stays where it is.
                if content and "/" not in member.name and member.name.endswith(".yaml"):
                    (Path(name) / member.name).write_bytes(content.read())
        yield Path(name)


def _git(folder: Path, *arguments: str) -> bytes | None:
    """Return what git prints; None where it fails, or is not there at all."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
