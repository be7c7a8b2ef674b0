"""`python -m tests.acceptance.screenshot PICTURE OUT.png`: the README's pictures."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page, expect

from bot.cli.demo_folder import lay_out, shipped_briefs
from tests.acceptance.browser import chromium
from tests.acceptance.stage import Stage, demonstration, press, say

SIZE = {"width": 960, "height": 640}


async def demo(stage: Stage) -> Page:
    """Let a digest arrive, ask a question, and open nothing in front of them."""
    page = await stage.enter(viewport=SIZE, device_scale_factor=1.5)
    await press(page, "Close the tour")
    await stage.next_minute()
    await page.get_by_role("article").filter(has_text="in the thread").wait_for()
    answer = await say(page, "/brief how many were killed?")
    await answer.get_by_role("button", name="Sources").wait_for()
    return page


async def correction(stage: Stage) -> Page:
    """Ask, have a curator correct the file, and look at what became of the answer."""
    page = await stage.enter(viewport=SIZE, device_scale_factor=1.5)
    for _ in range(5):
        await press(page, "Skip")
    await page.goto(
        f"{page.url.partition('?')[0]}?channel={stage.simulator.dm('alice')}"
    )
    await page.locator(".beginning").wait_for()
    await say(page, "how many people were led to safety?")
    articles = page.get_by_role("main").get_by_role("article")
    await articles.nth(1).wait_for()
    await press(page, "Make the correction")
    await expect(articles.nth(1)).to_contain_text("was 340, is 312.")
    await articles.nth(2).wait_for()
    await press(page, "Close the tour")
    return page


PICTURES: dict[str, Callable[[Stage], Awaitable[Page]]] = {
    "demo": demo,
    "correction": correction,
}


def main() -> None:
    """Take a picture; it needs a Chromium, and fonts with emoji."""
    if len(sys.argv) != 3 or sys.argv[1] not in PICTURES:
        names = "|".join(PICTURES)
        sys.exit(f"usage: python -m tests.acceptance.screenshot {names} OUT.png")
    asyncio.run(_take(PICTURES[sys.argv[1]], Path(sys.argv[2])))


async def _take(play: Callable[[Stage], Awaitable[Page]], out: Path) -> None:
    with TemporaryDirectory() as folder:
        briefs = lay_out(Path(folder), shipped_briefs())
        async with chromium() as browser, demonstration(briefs, browser) as stage:
            page = await play(stage)
            await page.screenshot(path=out)


if __name__ == "__main__":
    main()
