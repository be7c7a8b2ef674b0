"""The record of corrections: at the command line, while the bot runs."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import run
from tests.acceptance.office import CORRECTED, DESK, Office, open_office
from tests.acceptance.test_corrections import edited

QUICK: dict[str, Any] = {"corrections_quiet": 0.0}


@pytest.fixture
async def office(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", sqlite_url)
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


async def record(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Return what the command prints for programs."""
    capsys.readouterr()
    assert await asyncio.to_thread(run, ["corrections", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


async def test_the_record_counts_who_was_reached_and_who_was_not(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two answers to one person and one in a channel carried the error."""
    async with office.bot(**QUICK):
        assert await record(capsys) == []
        first, answer = [
            await office.ask("alice", "how many boats were lost?") for _ in range(2)
        ]
        shared = await office.ask("bruno", "@brief boats", where=DESK)
        office.write(CORRECTED)
        for message in (first, answer, shared):
            await edited(office, message)
        await office.wait_for_posts(DESK, 2)
        await office.wait_for_posts(answer.channel, 3)
    (found,) = await record(capsys)

    assert found["noticed_at"] <= found["last_at"]
    assert {
        key: value
        for key, value in found.items()
        if key not in ("noticed_at", "last_at", "number")
    } == {
        "briefing": "harbour",
        "claim": "boats",
        "kind": "corrected",
        "because": "The port counted again.",
        "state": "done",
        "go_by": "",
        "carried": 3,
        "edited": 3,
        "noted": 1,
        "told": 1,
        "under_way": 0,
        "unreached": [],
    }


async def test_a_go_at_the_command_line_is_taken_up_by_the_bot(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """What concerns many waits; then it goes out without a restart."""
    async with office.bot(**QUICK, corrections_rooms=0):
        answer = await office.ask("alice", "how many boats were lost?")
        office.write(CORRECTED)
        (asked,) = await office.wait_for_posts("korea-curators", 1)
        (waiting,) = await record(capsys)
        (given,) = await record(capsys, "--go")
        after = await edited(office, answer)

    assert "would be told to 1 room or person" in asked.text
    assert waiting["state"] == "waits for a go (many)"
    assert given["go_by"] == "operator"
    assert "was 40, is 47" in after.text
