"""`check --against`: a moved fact needs its entry, at the place where it stands."""

import asyncio
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.briefing.library import write_snapshot
from bot.db.database import open_database
from bot.files.briefs import YamlBriefingSource
from bot.revisions import RevisionStore, Snapshot
from tests.fakes import MORNING
from tests.frozen import TODAY
from tests.yaml_texts import SMALLEST

WHO = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A briefing, committed as it was first written."""
    monkeypatch.chdir(tmp_path)
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    file = briefs / "harbour.yaml"
    file.write_text(SMALLEST)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"]):
        subprocess.run(["git", *WHO, *arguments], check=True)
    return file


def edit(file: Path, was: str, now: str) -> None:
    text = file.read_text()
    assert was in text
    file.write_text(text.replace(was, now))


def test_a_fact_that_moved_without_an_entry_is_an_error(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names the claim, what it said, and what to add."""
    edit(file, "About 40 boats", "About 47 boats")

    assert run(["check", "--against", "HEAD"]) == 1

    assert capsys.readouterr().out.splitlines()[0] == (
        'briefs/harbour.yaml:11:15: Claim "losses" says another thing than before (it '
        'said "About 40 boats were lost."), and its `revisions` do not tell of it. '
        f"Add {{date: {datetime.now(UTC):%Y-%m-%d}, kind: correction, was: About 40 "
        "boats were lost., because: …} to them; kind is update where it was right and "
        "there is news."
    )


def test_the_advice_followed_to_the_letter_passes(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only why it changed is left to the curator."""
    edit(file, "About 40 boats were lost.", "'About 47 boats: all lost, it is said.'")
    assert run(["check", "--against", "HEAD"]) == 1
    (entry,) = re.findall(r"Add (\{.*\}) to them", capsys.readouterr().out)

    entry = entry.replace("because: …", "because: A recount.")
    file.write_text(f"{file.read_text()}        revisions: [{entry}]\n")

    assert run(["check", "--against", "HEAD"]) == 0
    assert capsys.readouterr().out == "1 briefing, 1 claim: no errors, no warnings.\n"


def test_a_folder_that_was_not_there_has_nothing_to_be_compared_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first pull request with briefings passes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("Ours.")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "First"]):
        subprocess.run(["git", *WHO, *arguments], check=True)
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "harbour.yaml").write_text(SMALLEST)

    assert run(["check", "--against", "HEAD"]) == 0


def test_an_entry_makes_it_fine(file: Path) -> None:
    """What readers will be told stands beside what they were told."""
    edit(file, "About 40 boats", "About 47 boats")
    entry = "{date: 2026-11-20, kind: correction, was: '40', because: A recount.}"
    file.write_text(f"{file.read_text()}        revisions: [{entry}]\n")

    assert run(["check", "--against", "HEAD"]) == 0


def test_new_words_for_the_same_facts_need_none(file: Path) -> None:
    """A refile is told to nobody."""
    edit(file, "boats were lost", "boats are lost")

    assert run(["check", "--against", "HEAD"]) == 0


def test_a_revision_of_the_database_will_do(
    file: Path, migrated_sqlite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the first digits of its hash, as health and the log name it."""
    database = Path("briefing-bot.sqlite3")
    shutil.copy(migrated_sqlite, database)
    library = YamlBriefingSource(file.parent).read(TODAY).library
    assert library is not None

    async def publish() -> None:
        async with open_database(f"sqlite:///{database}") as opened:
            snapshot = Snapshot(write_snapshot(library))
            await RevisionStore(opened).publish(snapshot, made_at=MORNING)

    asyncio.run(publish())
    edit(file, "About 40 boats", "About 47 boats")

    assert run(["check", "--against", library.content_hash[:12]]) == 1
    assert 'Claim "losses"' in capsys.readouterr().out


def test_what_neither_knows_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what is allowed instead."""
    assert run(["check", "--against", "nowhere"]) == 1

    assert capsys.readouterr().err == (
        'Git knows no "nowhere" of the folder "briefs". Name a commit, a branch or a '
        "tag that was fetched, such as HEAD or origin/main.\n"
    )


def test_a_broken_past_cannot_be_compared_with(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its first error is named."""
    edit(file, "id: harbour", "id: port")
    subprocess.run(["git", *WHO, "commit", "-qam", "Broken"], check=True)
    edit(file, "id: port", "id: harbour")

    assert run(["check", "--against", "HEAD"]) == 1
    assert capsys.readouterr().err.startswith(
        'At "HEAD" the briefings had errors, so nothing can be compared with them.'
    )
