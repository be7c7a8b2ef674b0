"""What is no change of what is said edits nothing: order, layout, files, a slip."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.briefing.library import Library
from bot.files.briefs import YamlBriefingSource
from tests.fakes import MORNING, RecordingMessenger, StoppedClock
from tests.integration.corrections.stage import ROOM, pass_quietly
from tests.talking_bot import TalkingBot, open_talking_bot

BRIEFING = """\
id: harbour
title: What the storm did to the harbour
bottom_line: About 40 boats were lost.
as_of: 2026-11
handling: TLP:CLEAR
sources:
  port: {publisher: Port authority}
  crew: {publisher: A sailor}
sections:
  - id: storm
    title: The storm took 40 boats
    summary: The port counted 40 boats.
    claims:
      - id: losses
        text: About 40 boats were lost.
        sources: [port]
      - id: sailors
        text: Twelve sailors were wounded.
        sources: [crew]
  - id: costs
    title: Repairs cost money
    claims:
      - id: repairs
        text: Repairs cost 9 million.
        sources: [port]
"""

Files = dict[str, str]


def reordered(files: Files) -> Files:
    """Return the same with sections, claims, sources and keys the other way round."""
    content = yaml.safe_load(files["harbour.yaml"].replace("2026-11", "'2026-11'"))
    content["sections"].reverse()
    for section in content["sections"]:
        section["claims"].reverse()
    content["sources"] = dict(reversed(content["sources"].items()))
    turned = dict(reversed(content.items()))
    return {"harbour.yaml": yaml.safe_dump(turned, sort_keys=False)}


def reformatted(files: Files) -> Files:
    """Return the same in other YAML: flow style, folded texts, comments."""
    content = yaml.safe_load(files["harbour.yaml"].replace("2026-11", "'2026-11'"))
    text = yaml.safe_dump(content, sort_keys=False, width=30, default_style='"')
    return {"harbour.yaml": f"# As before, said otherwise\n{text}"}


def reworded(files: Files) -> Files:
    """Return it with a typing error mended: nothing weighty moves."""
    return {"harbour.yaml": files["harbour.yaml"].replace("were lost.", "got lost.")}


def read(folder: Path, files: Files) -> Library:
    """Return what these files say, alone in a folder."""
    for old in folder.iterdir():
        old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = YamlBriefingSource(folder).read(MORNING.date())
    assert result.library is not None, result.errors
    return result.library


@pytest.fixture
async def bot(sqlite_url: str, tmp_path: Path) -> AsyncIterator[TalkingBot]:
    messenger = RecordingMessenger(StoppedClock())
    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.serve(read(folder_in(tmp_path), {"harbour.yaml": BRIEFING}))
        for words in ("losses", "storm", "overview", "figures", "costs", "sailors"):
            await bot.hear(words, channel_id=ROOM)
            await bot.work()
        yield bot


def folder_in(tmp_path: Path) -> Path:
    folder = tmp_path / "briefs"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.mark.parametrize("change", [reordered, reformatted, reworded])
async def test_what_says_the_same_edits_nothing(
    bot: TalkingBot, tmp_path: Path, change: Callable[[Files], Files]
) -> None:
    """Neither at once, nor later, nor at the hourly look at everything."""
    before = list(bot.messenger.messages)

    await bot.serve(read(folder_in(tmp_path), change({"harbour.yaml": BRIEFING})))
    await pass_quietly(bot)
    bot.corrections.look_at_all()
    await pass_quietly(bot)

    assert bot.messenger.messages == before
    assert bot.questions.entries == []


@pytest.mark.parametrize("change", [reordered, reformatted, reworded])
async def test_what_is_changed_and_changed_back_in_the_quiet_time_edits_nothing(
    bot: TalkingBot, tmp_path: Path, change: Callable[[Files], Files]
) -> None:
    """A slip, and the same again in other YAML."""
    before = list(bot.messenger.messages)
    slip = BRIEFING.replace("40", "47").replace(
        "        sources: [port]\n      - id: sailors",
        "        sources: [port]\n        revisions:\n"
        "          - {date: 2026-11-23, kind: correction, because: Counted again,\n"
        "             was: About 40 boats were lost.}\n      - id: sailors",
    )
    folder = folder_in(tmp_path)
    await bot.serve(read(folder, {"harbour.yaml": slip}))
    await bot.settle()
    bot.clock.move(timedelta(seconds=100))

    await bot.serve(read(folder, change({"harbour.yaml": BRIEFING})))
    await pass_quietly(bot)

    assert bot.messenger.messages == before


async def test_a_renamed_file_is_no_briefing(tmp_path: Path) -> None:
    """Its name is its id, which messages refer to: what was served last goes on."""
    folder = folder_in(tmp_path)
    (folder / "port.yaml").write_text(BRIEFING, encoding="utf-8")

    result = YamlBriefingSource(folder).read(MORNING.date())

    assert result.errors
    assert result.library is None


async def test_titles_summaries_and_bottom_lines_go_with_the_number(
    bot: TalkingBot, tmp_path: Path
) -> None:
    """The number moved in them as in the claim: they were as wrong."""
    before = list(bot.messenger.messages)
    corrected = BRIEFING.replace("40", "47").replace(
        "        sources: [port]\n      - id: sailors",
        "        sources: [port]\n        revisions:\n"
        "          - {date: 2026-11-23, kind: correction, because: Counted again,\n"
        "             was: About 40 boats were lost.}\n      - id: sailors",
    )
    await bot.serve(read(folder_in(tmp_path), {"harbour.yaml": corrected}))
    await pass_quietly(bot)

    now = {message.ts: message.text for message in bot.messenger.messages}
    for message in before:
        lines = now[message.ts].splitlines()
        said = "\n".join(line for line in lines if "CORRECTED" not in line)
        assert said == message.text.replace("40 boats", "47 boats")
        assert ("CORRECTED" in now[message.ts]) is ("40 boats" in message.text)
