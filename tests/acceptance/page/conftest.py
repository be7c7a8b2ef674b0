"""The page's modules, each tried alone in the browser without any server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Page, Route

import bot.simulator
from tests.acceptance.browser import chromium, watched_errors

PAGE = Path(bot.simulator.__file__).parent / "page"
STYLES = ("style.css", "messages.css", "controls.css", "tour.css")
BLANK = (
    "<!doctype html><html lang='en'><title>Bench</title>"
    + "".join(f"<link rel='stylesheet' href='/page/{name}'>" for name in STYLES)
    + "<body><div id='frame'></div>"
)
# A scene as blocks are drawn in: two people, a channel, and a record of what was done.
SCENE = """
const { Workspace } = await import("/page/workspace.js");
const { Values } = await import("/page/values.js");
const users = [
  { id: "U1", name: "ana", real_name: "Ana Ruiz", tz: "Europe/London" },
  { id: "U2", name: "bo", real_name: "Bo Li", tz: "Asia/Tokyo" },
];
const channels = [{ id: "C1", name: "desk", is_im: false }];
const app = { bot_user_id: "U9", name: "Brief", commands: [], shortcuts: [] };
const workspace = new Workspace(
  { team: {}, me: "U1", users, channels, app, now: 1752000000 });
const acted = [];
const act = async (action) => { acted.push(action); return { ok: true }; };
const scene = { workspace, values: new Values(), act };
const frame = document.getElementById("frame");
"""

Bench = Callable[..., Awaitable[object]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_page() -> AsyncIterator[Page]:
    """One browser page for a whole module: starting a browser takes a second."""
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.route("http://page.test/**", _serve)
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def bench(module_page: Page) -> AsyncIterator[Bench]:
    """Run scripts with `scene`, `acted` and `frame` at hand; errors fail the test."""
    errors = watched_errors(module_page)
    await module_page.goto("http://page.test/")

    async def run(script: str, argument: object = None) -> object:
        body = f"async (argument) => {{ {SCENE} {script} }}"
        result: object = await module_page.evaluate(body, argument)
        return result

    yield run
    assert errors == []


async def _serve(route: Route) -> None:
    name = route.request.url.removeprefix("http://page.test/")
    if name.startswith("page/"):
        await route.fulfill(path=PAGE / name.removeprefix("page/"))
    else:
        await route.fulfill(body=BLANK, content_type="text/html")
