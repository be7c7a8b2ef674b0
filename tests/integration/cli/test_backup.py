"""`backup` beside a running bot, and `restore`: nothing is lost or written over."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.db.database import open_database
from bot.db.database_state import DatabaseState, show_life
from bot.outbox.notifier import Notifier
from bot.outbox.plan import DeliveryStore
from tests.acceptance.test_upgrade import write_database
from tests.fakes import MORNING, StoppedClock
from tests.outbox import make_delivery


@pytest.fixture
def path(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database of a bot that was alive at eight, with one delivery."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", sqlite_url)
    asyncio.run(live(sqlite_url, "C1"))
    return Path(sqlite_url.removeprefix("sqlite:///"))


async def live(url: str, *channels: str) -> DatabaseState:
    """Start as a bot does, and plan a delivery for each of these channels."""
    clock = StoppedClock(MORNING)
    async with open_database(url, clock=clock) as database:
        state = await database.write(lambda c: show_life(c, now=clock.now()))
        store = DeliveryStore(database, Notifier())
        await store.plan([make_delivery(channel) for channel in channels])
        return state


def recipients(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT recipient FROM deliveries ORDER BY 1")
        return [name for (name,) in rows]


def test_a_backup_is_whole_while_somebody_writes(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is committed is in it, what is under way is not; nobody else reads it."""
    copy = tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE deliveries SET recipient = 'C2'")
        code = run(["backup", str(copy)])
        writer.execute("ROLLBACK")

    assert code == 0
    assert capsys.readouterr().out == (
        f"Wrote {copy} ({copy.stat().st_size:,} bytes). Put it back with "
        f"`briefing-bot restore {copy}`.\n"
    )
    assert recipients(copy) == ["C1"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*"))
    assert not list(tmp_path.glob("copy.sqlite3-*"))


def test_a_backup_is_never_written_over(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one from yesterday may be the last good one."""
    copy = tmp_path / "copy.sqlite3"
    copy.write_text("yesterday's", encoding="utf-8")

    assert run(["backup", str(copy)]) == 1
    assert copy.read_text(encoding="utf-8") == "yesterday's"
    assert capsys.readouterr().err == (
        f'There is a file "{copy}" already, which is not written over: name another.\n'
    )


def test_a_restored_backup_knows_what_it_has_lost(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that was there stays beside it, with what its log held."""
    copy = tmp_path / "copy.sqlite3"
    run(["backup", str(copy)])
    asyncio.run(live(f"sqlite:///{path}", "C2"))
    capsys.readouterr()

    assert run(["restore", str(copy)]) == 0

    (kept,) = tmp_path.glob(f"{path.name}.before-*")
    assert (recipients(path), recipients(kept)) == (["C1"], ["C1", "C2"])
    moved, marked = capsys.readouterr().out.splitlines()
    assert moved == f"The file that was there is now {kept}."
    assert marked.startswith(
        "The database is marked as restored. What may have been posted from "
        "23 Nov 08:00 to "
    )
    assert copy.exists()
    restoration = asyncio.run(live(f"sqlite:///{path}")).restoration
    assert restoration is not None
    assert restoration.forgot_since == MORNING


def test_a_backup_that_is_copied_by_hand_knows_it_too(
    path: Path, tmp_path: Path
) -> None:
    """Over the very file that it was made of, which is in its usual place then."""
    copy = tmp_path / "copy.sqlite3"
    run(["backup", str(copy)])
    shutil.copyfile(copy, path)

    state = asyncio.run(live(f"sqlite:///{path}"))

    assert state.is_just_found


def test_nothing_is_exchanged_under_a_running_bot(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would go on writing into the file that was moved away."""
    copy = tmp_path / "copy.sqlite3"
    run(["backup", str(copy)])
    with closing(sqlite3.connect(path)) as bot:
        bot.execute("SELECT * FROM deliveries").fetchall()

        assert run(["restore", str(copy)]) == 1

    assert capsys.readouterr().err == (
        f'A bot is running on "{path}": stop it first. What it posts while the file is '
        "exchanged would be forgotten.\n"
    )
    assert recipients(path) == ["C1"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "there is no such file"),
        (b"no database" * 100, "file is not a database"),
        (b"", "no such table: alembic_version"),
    ],
    ids=["missing", "other", "empty"],
)
def test_what_is_no_backup_is_not_put_back(
    path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    why: str,
) -> None:
    """The database stays as it is."""
    other = tmp_path / "other"
    if content is not None:
        other.write_bytes(content)

    assert run(["restore", str(other)]) == 1
    assert capsys.readouterr().err == (
        f'"{other}" is no backup of the bot\'s database: {why}.\n'
    )
    assert recipients(path) == ["C1"]


def test_the_mark_alone_can_be_made(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A disk or a server was set back: nothing shows it."""
    assert run(["restore"]) == 0

    assert capsys.readouterr().out.startswith("The database is marked as restored.")
    assert asyncio.run(live(f"sqlite:///{path}")).restoration is not None


def test_a_database_of_the_release_before_can_be_kept_and_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no place for a mark, so putting it back upgrades it first."""
    old, copy = tmp_path / "old.sqlite3", tmp_path / "copy.sqlite3"
    write_database(old)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", f"sqlite:///{old}")

    assert run(["backup", str(copy)]) == 0
    assert "as another release left it" in capsys.readouterr().out
    assert recipients(copy) == recipients(old)
    assert run(["restore", str(copy)]) == 0
    assert "What may have been posted from" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_on_postgresql_the_way_is_told(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its server knows better how to copy itself."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", "postgresql://bot:pw@db/briefing")

    assert run([command, "copy.sqlite3"]) == 1
    assert capsys.readouterr().err == (
        "The database is on PostgreSQL: back it up and restore it with the server's "
        "own means (pg_dump, base backups and the write-ahead log). After a restore, "
        "run `briefing-bot restore` without a file before the bot starts.\n"
    )


@pytest.mark.parametrize("command", [["backup", "copy"], ["restore"]])
def test_without_a_database_there_is_nothing_to_do(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Somebody is in the wrong folder, most often."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", "sqlite:///none.sqlite3")

    assert run(command) == 1
    assert capsys.readouterr().err == (
        "There is no database at sqlite:///none.sqlite3. Set BRIEFING_BOT_DATABASE_URL "
        "to where it is, or run this where the bot runs.\n"
    )
