"""The stage of a scene: a small Slack with the real bot in it, and its people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from bot.cli.demo import demo_settings, demo_simulator, set_the_scene
from bot.settings import Settings
from bot.simulator.clock import SteppedClock
from bot.simulator.server import Simulator
from bot.wiring import App, build_app
from tests.databases import sqlite_file
from tests.patience import PATIENT

DESK = "C0KOREA"
IDS = {"alice": "U0ALICE", "gita": "U0GITA", "erik": "U0ERIK"}


@asynccontextmanager
async def running(
    settings: Settings, *, clock: SteppedClock | None = None
) -> AsyncIterator[App]:
    """Run the bot until the block ends, and let it finish what is in flight."""
    stop = asyncio.Event()
    async with (
        build_app(settings, clock=clock, waits=PATIENT) as app,
        asyncio.TaskGroup() as group,
    ):
        group.create_task(app.run(stop))
        try:
            yield app
        finally:
            stop.set()


def with_tables(settings: Settings) -> Settings:
    """Make the tables beforehand: to migrate takes a process and a second."""
    sqlite_file(Path(settings.database_url.removeprefix("sqlite:///")))
    return settings


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene is played with."""

    simulator: Simulator
    clock: SteppedClock
    bot: App
    browser: Browser

    async def next_minute(self) -> None:
        """Let a minute pass for Slack and for the bot."""
        await self.clock.advance(60)
        self.bot.capabilities.planning_alarm.set()

    async def enter(
        self, who: str = "alice", place: str = DESK, **context: object
    ) -> Page:
        """Open the page as somebody, in a channel, ready for typing."""
        options = {"viewport": {"width": 1280, "height": 800}} | context
        page = await self.browser.new_page(**options)  # type: ignore[arg-type]
        await page.goto(f"{self.simulator.page_url}?as={IDS[who]}&channel={place}")
        await page.locator(".beginning").first.wait_for()
        return page


@asynccontextmanager
async def demonstration(
    briefs: Path, browser: Browser, *, agent: bool = False
) -> AsyncIterator[Stage]:
    """Set the demo's own stage over these briefings, as `briefing-bot demo` does."""
    clock = SteppedClock()
    async with demo_simulator(briefs, clock=clock, agent=agent) as simulator:
        fixed = demo_settings(simulator, briefs).model_copy(update={"meaning": "off"})
        settings = with_tables(fixed)
        async with running(settings, clock=clock) as bot:
            await set_the_scene(simulator)
            yield Stage(simulator, clock, bot, browser)
        for context in browser.contexts:
            await context.close()


async def say(page: Page, text: str) -> Locator:
    """Type into the composer and send; return the article that answers."""
    articles = page.get_by_role("main").get_by_role("article")
    before = await articles.count()
    await page.get_by_role("combobox").fill(text)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    await expect(articles).to_have_count(before + 1)
    return articles.last


async def press(place: Page | Locator, name: str) -> None:
    """Press the button of this very name."""
    await place.get_by_role("button", name=name, exact=True).click()
