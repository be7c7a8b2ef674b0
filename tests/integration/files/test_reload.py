"""Reloading a real folder while it is edited."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import BriefingError, SettingsError
from bot.files.briefs import YamlBriefingSource
from bot.files.watch import WatchedBriefings
from bot.interfaces import Served
from tests.fakes import StoppedClock
from tests.patience import PATIENCE_S
from tests.yaml_texts import SMALLEST

QUIET_S = 0.1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one briefing."""
    (tmp_path / "harbour.yaml").write_text(SMALLEST)
    return tmp_path


@pytest.fixture
def briefings(folder: Path) -> WatchedBriefings:
    """The folder as it is served, quick to reload."""
    clock = StoppedClock(datetime(2026, 11, 23, tzinfo=UTC))
    return WatchedBriefings(YamlBriefingSource(folder), clock, quiet_s=QUIET_S)


@pytest.fixture
async def changes(briefings: WatchedBriefings) -> AsyncIterator[AsyncIterator[Served]]:
    """What is served after each change; the watch has begun when a test starts."""
    stop = asyncio.Event()
    yield briefings.changes(stop)
    stop.set()


async def after(changes: AsyncIterator[Served], folder: Path, text: str) -> Served:
    """Return what is served once this text is in the file."""
    waiting = asyncio.ensure_future(anext(changes))
    # The watch begins in the background, so the edit is repeated until it is seen.
    while not waiting.done():
        (folder / "harbour.yaml").write_text(text)
        await asyncio.wait([waiting], timeout=4 * QUIET_S)
    return waiting.result()


async def test_an_edit_is_served_without_a_restart(
    folder: Path, changes: AsyncIterator[Served]
) -> None:
    """A valid edit replaces what is served."""
    served = await after(changes, folder, SMALLEST.replace("40", "50"))

    assert served.library.briefings[0].claims[0].text == "About 50 boats were lost."
    assert not served.is_degraded


async def test_kept_questions_are_served_without_telling_anybody(
    folder: Path, briefings: WatchedBriefings, changes: AsyncIterator[Served]
) -> None:
    """They are what is suggested; no claim of the briefing has changed."""
    before = briefings.served
    waiting = asyncio.ensure_future(anext(changes))
    while not briefings.served.questions:
        kept = 'questions: [{q: "How many boats were lost?", answer: losses}]'
        (folder / "harbour.questions.yaml").write_text(kept)
        await asyncio.wait([waiting], timeout=4 * QUIET_S)

    assert not waiting.done()
    assert briefings.served.library is before.library
    waiting.cancel()


async def test_an_invalid_edit_keeps_the_last_good_library_serving(
    folder: Path, briefings: WatchedBriefings, changes: AsyncIterator[Served]
) -> None:
    """A bad edit never takes the bot down, and its error says where it is."""
    good = briefings.served

    served = await after(changes, folder, SMALLEST.replace("[port]", "[prot]"))

    assert served.library is good.library
    assert served.is_degraded
    assert [str(error) for error in served.errors] == [
        f"{folder}/harbour.yaml:12:19: There is no source "
        '"prot" in this briefing. Did you mean "port"?'
    ]


async def test_a_mended_file_ends_the_degraded_state(
    folder: Path, changes: AsyncIterator[Served]
) -> None:
    """When the error is gone, so is the report of it."""
    await after(changes, folder, "id: [")

    served = await after(changes, folder, SMALLEST)

    assert not served.is_degraded


async def test_a_folder_that_goes_away_leaves_the_library_serving(
    folder: Path, changes: AsyncIterator[Served]
) -> None:
    """A checkout that removes the folder for a moment takes nothing down."""
    waiting = asyncio.ensure_future(anext(changes))
    while not waiting.done():
        (folder / "harbour.yaml").unlink(missing_ok=True)
        (folder / "other").write_text("touched")
        await asyncio.wait([waiting], timeout=4 * QUIET_S)

    assert [error.text for error in waiting.result().errors] == [
        f'The folder "{folder}" holds no briefing. Start one with '
        "`briefing-bot new ID`."
    ]
    assert waiting.result().library.briefings


async def test_the_watch_ends_when_it_is_told_to(briefings: WatchedBriefings) -> None:
    """Shutdown does not wait for an edit."""
    stop = asyncio.Event()
    waiting = asyncio.ensure_future(anext(briefings.changes(stop), None))

    stop.set()

    assert await asyncio.wait_for(waiting, PATIENCE_S) is None


def test_a_first_start_with_an_error_ends_with_it(folder: Path) -> None:
    """There is no good state yet to fall back on."""
    (folder / "harbour.yaml").write_text("title: A storm")
    clock = StoppedClock(datetime(2026, 11, 23, tzinfo=UTC))

    with pytest.raises(BriefingError, match='needs the key "id"'):
        WatchedBriefings(YamlBriefingSource(folder), clock)


def test_a_first_start_without_a_folder_says_what_to_set(tmp_path: Path) -> None:
    """The default ./briefs is an error when it is not there."""
    clock = StoppedClock(datetime(2026, 11, 23, tzinfo=UTC))

    with pytest.raises(SettingsError) as refused:
        WatchedBriefings(YamlBriefingSource(tmp_path / "briefs"), clock)

    assert str(refused.value) == (
        f'There is no folder "{tmp_path}/briefs" to read briefings from. Set '
        "BRIEFING_BOT_BRIEFS, or start one with `briefing-bot new ID`."
    )
