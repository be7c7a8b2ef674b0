"""A real Chromium for the scenes that look at the page."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from tests.patience import PATIENCE_S

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a headless Chromium; skip the test where none is installed."""
    found = [path for name in CHROMIUM_NAMES if (path := shutil.which(name))]
    if not found:
        pytest.skip(f"no Chromium found: looked for {', '.join(CHROMIUM_NAMES)}")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found[0], args=list(ARGUMENTS)
        )
        expect.set_options(timeout=PATIENCE_S * 1_000)
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium of the test's own."""
    async with chromium() as started:
        yield started


@pytest.fixture
async def browser_page(browser: Browser) -> AsyncIterator[Page]:
    """A page at desktop size; what it throws or reports as an error fails the test."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    errors = watched_errors(page)
    yield page
    assert errors == []


def watched_errors(page: Page) -> list[str]:
    """Return a list that fills with the page's script errors as they happen."""
    errors: list[str] = []

    def keep_errors(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", keep_errors)
    return errors
