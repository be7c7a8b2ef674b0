"""`briefing-bot gaps`: what nothing answers, for people and for programs."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.db.database import open_database
from bot.questions.unanswered import UnansweredStore
from tests.questions import make_unanswered


@pytest.fixture
def database(
    migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """The database of a bot that was asked three questions that nothing answers."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'bot.db')}"
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", url)

    async def keep() -> None:
        async with open_database(url) as opened:
            store = UnansweredStore(opened)
            await store.keep(make_unanswered("Who pays?", id="q1", briefing_id=""))
            await store.keep(make_unanswered("How many tanks were lost?", id="q2"))
            await store.keep(make_unanswered("tanks lost?", id="q3", asker_id="U0ANA"))

    asyncio.run(keep())
    return url


def test_unanswered_questions_are_listed_most_often_asked_first(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Alike questions are one line; who waits is counted and not named."""
    assert run(["gaps"]) == 0

    lines = [" ".join(x.split()) for x in capsys.readouterr().out.splitlines()]
    assert lines == [
        "Times Question Briefing Last asked (UTC) Waiting",
        "2 How many tanks were lost? war 2026-11-23 08:00 1",
        "1 Who pays? any 2026-11-23 08:00",
    ]


def test_json_tells_the_same_without_names(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program gets null where all briefings were asked."""
    assert run(["gaps", "--briefing", "war", "--json"]) == 0

    out = capsys.readouterr().out
    assert "U0ANA" not in out
    assert [(g["times"], g["briefing"]) for g in json.loads(out)] == [
        (2, "war"),
        (1, None),
    ]


def test_no_gaps_are_said_in_a_line(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty table would look like an error."""

    async def forget() -> None:
        async with open_database(database) as opened:
            store = UnansweredStore(opened)
            await store.close(await store.open())

    asyncio.run(forget())

    assert run(["gaps"]) == 0
    assert capsys.readouterr().out == (
        "Nothing was asked in vain: every question found its answer.\n"
    )


def test_without_a_database_the_way_to_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1: the operator can mend it."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'none.db'}"
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", url)

    assert run(["gaps"]) == 1
    assert capsys.readouterr().err == (
        f"There is no database yet at {url}. Start the bot with `briefing-bot run`, or "
        "set BRIEFING_BOT_DATABASE_URL to where it is.\n"
    )
