"""A database that goes with its container is warned of, and no password is shown."""

from pathlib import Path

from bot.cli.database import is_forgotten, without_password

POSTGRES = "postgresql://brief:secret@db/brief"


def test_the_address_is_shown_without_its_password() -> None:
    """The start line stands in logs that many can read."""
    assert without_password(POSTGRES) == "postgresql://brief:***@db/brief"


def test_a_file_on_a_containers_own_disk_is_forgotten(tmp_path: Path) -> None:
    """Without a volume the next container would deliver anew."""
    mark = tmp_path / "mark"
    mark.touch()

    url = f"sqlite:///{tmp_path}/brief.sqlite3"

    assert is_forgotten(url, marks=(mark,), root=tmp_path)


def test_a_file_on_a_volume_is_not_forgotten(tmp_path: Path) -> None:
    """A volume is a device of its own."""
    mark = tmp_path / "mark"
    mark.touch()

    url = f"sqlite:///{tmp_path}/brief.sqlite3"

    assert not is_forgotten(url, marks=(mark,), root=Path("/proc"))


def test_a_folder_that_is_not_there_is_not_forgotten(tmp_path: Path) -> None:
    """What is wrong with it is said by whoever opens it."""
    mark = tmp_path / "mark"
    mark.touch()

    url = f"sqlite:///{tmp_path}/nowhere/brief.sqlite3"

    assert not is_forgotten(url, marks=(mark,), root=tmp_path)


def test_outside_a_container_nothing_is_forgotten(tmp_path: Path) -> None:
    """An ordinary disk outlives the process."""
    url = f"sqlite:///{tmp_path}/brief.sqlite3"

    assert not is_forgotten(url, marks=(tmp_path / "mark",), root=tmp_path)


def test_a_database_server_is_not_forgotten(tmp_path: Path) -> None:
    """It lives somewhere else."""
    assert not is_forgotten(POSTGRES, marks=(tmp_path,), root=tmp_path)
