"""Fixtures that every scene may ask for."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import Mode
from tests.acceptance.browser import browser, browser_page
from tests.acceptance.scene import Scene, open_scene
from tests.frozen import FIRST, demo_folder

__all__ = ["browser", "browser_page"]


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=list(Mode), ids=["socket", "http"]
)
async def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    """The bot with the first briefing, reached one way and then the other."""
    async with open_scene(request.param, _first_briefing(tmp_path_factory)) as scene:
        yield scene


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def posted_to(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Scene]:
    """The bot with the first briefing, behind signed HTTP."""
    async with open_scene(Mode.HTTP, _first_briefing(tmp_path_factory)) as scene:
        yield scene


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both_briefings(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Scene]:
    """The bot with what the demo shows, by Socket Mode: one claim is for members."""
    briefs = demo_folder(tmp_path_factory.mktemp("both"))
    async with open_scene(Mode.SOCKET, briefs) as scene:
        yield scene


def _first_briefing(places: pytest.TempPathFactory) -> Path:
    folder = places.mktemp("first") / "briefs"
    folder.mkdir()
    shutil.copy(FIRST, folder)
    return folder
