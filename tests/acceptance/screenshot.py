"""`python -m tests.acceptance.screenshot OUT.png`: the picture in the README."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Page

from bot.cli.demo_folder import lay_out, shipped_briefs
from tests.acceptance.browser import chromium
from tests.acceptance.stage import Stage, demonstration, press, say

SIZE = {"width": 960, "height": 640}


def main() -> None:
    """Take the picture; it needs a Chromium, and fonts with emoji."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.acceptance.screenshot OUT.png")
    asyncio.run(_take(Path(sys.argv[1])))


async def _take(out: Path) -> None:
    with TemporaryDirectory() as folder:
        briefs = lay_out(Path(folder), shipped_briefs())
        async with chromium() as browser, demonstration(briefs, browser) as stage:
            page = await _play(stage)
            await page.screenshot(path=out)


async def _play(stage: Stage) -> Page:
    """Let a digest arrive, ask a question, and open nothing in front of them."""
    page = await stage.enter(viewport=SIZE, device_scale_factor=1.5)
    await press(page, "Close the tour")
    await stage.next_minute()
    await page.get_by_role("article").filter(has_text="in the thread").wait_for()
    answer = await say(page, "/brief how many were killed?")
    await answer.get_by_role("button", name="Sources").wait_for()
    return page


if __name__ == "__main__":
    main()
