"""Whether a SQLite file can be written to is said without writing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.database import file_trouble
from bot.db.trouble import NO_ENTRY, READ_ONLY


@pytest.mark.parametrize(
    ("exists", "may_write", "said"),
    [
        (False, lambda _: True, ""),
        (False, lambda _: False, NO_ENTRY),
        (True, lambda _: True, ""),
        (True, lambda _: False, READ_ONLY),
        (True, lambda path: path.is_file(), READ_ONLY),
    ],
    ids=["new", "new-in-a-closed-folder", "fine", "closed", "in-a-closed-folder"],
)
def test_a_closed_file_or_folder_is_said_to_be(
    tmp_path: Path, exists: bool, may_write: Callable[[Path], bool], said: str
) -> None:
    """SQLite writes its log beside the file; `doctor` looks before the bot starts."""
    path = tmp_path / "brief.sqlite3"
    if exists:
        path.touch()

    assert file_trouble(f"sqlite:///{path}", may_write=may_write) == said


def test_a_server_has_no_file() -> None:
    """What a server forbids it says itself."""
    url = "postgresql://brief@db/brief"

    assert file_trouble(url, may_write=lambda _: False) == ""
