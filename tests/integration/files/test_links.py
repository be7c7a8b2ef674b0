"""Folders that are links, as git-sync and Kubernetes make them: swaps are noticed."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from watchfiles import Change

from bot.files.briefs import YamlBriefingSource
from bot.files.links import find_places
from bot.files.watch import WatchedBriefings
from bot.interfaces import Served
from tests.fakes import StoppedClock
from tests.patience import PATIENCE_S
from tests.yaml_texts import SMALLEST

QUIET_S = 0.1
NEVER_S = 1_000_000.0
"""Nothing is found by looking at the folder unasked."""


def written(folder: Path, boats: int) -> Path:
    """Make a folder in which so many boats were lost."""
    folder.mkdir(parents=True)
    text = SMALLEST.replace("40", str(boats))
    (folder / "harbour.yaml").write_text(text, encoding="utf-8")
    return folder


def swap(link: Path, target: str) -> None:
    """Let a link lead elsewhere, in one step, as both programs do."""
    new = link.with_name(f"{link.name}.new")
    new.symlink_to(target)
    new.replace(link)


def git_sync(root: Path) -> tuple[Path, Path]:
    """Lay out worktrees by their hash, and the link that is swapped."""
    for boats in (40, 41, 42):
        written(root / ".worktrees" / str(boats) / "briefs", boats)
    link = root / "current"
    link.symlink_to(".worktrees/40")
    return link / "briefs", link


def config_map(root: Path) -> tuple[Path, Path]:
    """Lay out a volume whose files lead through `..data`, which is swapped."""
    for boats in (40, 41, 42):
        written(root / str(boats), boats)
    link = root / "..data"
    link.symlink_to("40")
    (root / "harbour.yaml").symlink_to("..data/harbour.yaml")
    return root, link


def linked_twice(root: Path) -> tuple[Path, Path]:
    """Lay out a link to a link, the first of them absolute and in another folder."""
    for boats in (40, 41, 42):
        written(root / "sets" / str(boats), boats)
    (root / "bot").mkdir()
    link = root / "sets" / "now"
    link.symlink_to("40")
    (root / "bot" / "briefs").symlink_to(link)
    return root / "bot" / "briefs", link


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[AsyncIterator[Served]]:
    clock = StoppedClock(datetime(2026, 11, 23, tzinfo=UTC))
    source = YamlBriefingSource(folder)
    briefings = WatchedBriefings(source, clock, quiet_s=QUIET_S, look_s=NEVER_S)
    stop = asyncio.Event()
    changes = briefings.changes(stop)
    yield changes
    stop.set()


def renamed(root: Path) -> tuple[Path, Path]:
    """Lay out a plain folder, in whose place another one is put."""
    for boats in (41, 42):
        written(root / str(boats), boats)
    folder = written(root / "briefs", 40)
    return folder, folder


def put(link: Path, boats: int) -> None:
    """Put the folder with so many boats in the place of the one that is served."""
    if link.is_symlink():
        target = link.readlink()
        swap(link, str(target.with_name(str(boats))))
    elif (new := link.with_name(str(boats))).exists():
        link.rename(link.with_name(f"before-{boats}"))
        new.rename(link)


@pytest.mark.parametrize("lay_out", [git_sync, config_map, linked_twice, renamed])
async def test_a_swapped_link_is_noticed_each_time(
    tmp_path: Path, lay_out: Callable[[Path], tuple[Path, Path]]
) -> None:
    """After the first swap another folder is watched, and the link still is."""
    folder, link = await asyncio.to_thread(lay_out, tmp_path / "root")
    texts = []
    async with watched(folder) as changes:
        for boats in (41, 42):
            waiting = asyncio.ensure_future(anext(changes))
            # The watch begins in the background.
            while not waiting.done():
                put(link, boats)
                await asyncio.wait([waiting], timeout=10 * QUIET_S)
            (claim,) = waiting.result().library.briefings[0].claims
            texts.append(claim.text)

    assert texts == ["About 41 boats were lost.", "About 42 boats were lost."]


def test_what_lies_beside_a_link_is_no_change(tmp_path: Path) -> None:
    """A database written each second would keep the folder from ever being quiet."""
    folder, link = git_sync(tmp_path.resolve())
    places = find_places(folder)
    real = folder.resolve()

    changed = [
        link,
        real / "harbour.yaml",
        tmp_path.resolve() / "bot.sqlite3-wal",
        real / ".harbour.yaml.swp",
    ]

    concerned = [places.concerns(Change.modified, str(path)) for path in changed]
    assert concerned == [True, True, False, False]


def test_links_in_a_circle_are_followed_no_further_than_the_system_does(
    tmp_path: Path,
) -> None:
    """Such a folder cannot be read, and that is said elsewhere."""
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert find_places(tmp_path / "a").links >= {tmp_path / "a", tmp_path / "b"}


async def test_a_folder_is_read_when_somebody_says_so(tmp_path: Path) -> None:
    """SIGHUP does; a network drive may tell of no change at all."""
    folder = written(tmp_path / "briefs", 40)
    clock = StoppedClock(datetime(2026, 11, 23, tzinfo=UTC))
    source = YamlBriefingSource(folder)
    briefings = WatchedBriefings(source, clock, quiet_s=QUIET_S, look_s=NEVER_S)
    stop = asyncio.Event()
    waiting = asyncio.ensure_future(anext(briefings.changes(stop)))
    async with asyncio.timeout(PATIENCE_S):
        for boats in itertools.count(41):
            if waiting.done():
                break
            text = SMALLEST.replace("40", str(boats))
            (folder / "harbour.yaml").write_text(text, encoding="utf-8")
            briefings.look_again()
            await asyncio.wait([waiting], timeout=4 * QUIET_S)
    stop.set()

    assert not waiting.result().is_degraded
