"""The tour over the demo's page, walked as a newcomer walks it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.cli.demo_tour import CORRECTED_FILE, STEPS
from bot.simulator.tour import load_steps
from tests.acceptance.axe import axe_violations
from tests.acceptance.browser import chromium, watched_errors
from tests.acceptance.contrast import poor_contrasts
from tests.acceptance.stage import Stage, demonstration, press
from tests.frozen import demo_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 812}
COUNT = len(load_steps(STEPS))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
def briefs(tmp_path: Path) -> Path:
    return demo_folder(tmp_path)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(module_browser: Browser, briefs: Path) -> AsyncIterator[Stage]:
    async with demonstration(briefs, module_browser) as stage:
        yield stage


def tour(page: Page) -> Locator:
    return page.get_by_role("region", name="Tour")


def messages(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("article")


async def step(page: Page, button: str, seen: str) -> Locator:
    """Click a step's one button; return the newest message that shows this."""
    await press(tour(page), button)
    found = messages(page).filter(has_text=seen).last
    await found.wait_for()
    return found


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_seven_clicks_show_what_the_bot_is(
    stage: Stage, viewport: dict[str, int]
) -> None:
    """Each step is one click, and what it speaks of is then to be seen."""
    page = await stage.enter(viewport=viewport)
    errors = watched_errors(page)
    clicks = [
        ("Type /brief troops", "About 4,000 killed or injured"),
        ("Ask how many were led to safety", "Disputed: about 290"),
        ("Ask who won the Champions League", "No briefing here covers that."),
        ("Have a draft checked", "1 number and 1 date differ from the briefing."),
        ("Ask for the figures", "Led to safety (people)"),
    ]
    for number, (button, seen) in enumerate(clicks, 1):
        await expect(tour(page)).to_contain_text(f"{number} of {COUNT}: ")
        await step(page, button, seen)
        assert await sideways(page) == []
    await expect(messages(page).get_by_role("group", name="Chart")).to_be_visible()

    answer = messages(page).filter(has_text="Its own staff are included.").first
    await press(tour(page), "Make the correction")
    await expect(answer).to_contain_text("was 340, is 312.")
    await expect(messages(page).last).to_contain_text("Correction to my answer")
    drawing = messages(page).get_by_role("group", name="Chart")
    await expect(drawing).to_contain_text("Corrected: Led to safety (people)")
    table = messages(page).get_by_role("group", name="Table")
    await expect(table).to_contain_text("340 312")

    await step(page, "Look through a guest's eyes", "No briefing here covers that.")
    await expect(page.get_by_role("button", name="You are Gita Rao")).to_be_visible()
    await expect(tour(page)).to_contain_text("That was the tour.")
    assert await sideways(page) == []
    assert errors == []


async def sideways(page: Page) -> list[str]:
    """Return what is wider than its place: nothing scrolls sideways."""
    wide: list[str] = await page.evaluate(
        "[...document.querySelectorAll('html, main, .tour')]"
        ".filter((node) => node.scrollWidth > node.clientWidth + 1)"
        ".map((node) => node.className || node.tagName)"
    )
    return wide


async def test_a_correction_is_put_back_at_a_click(stage: Stage, briefs: Path) -> None:
    """The file is then what it was, and the message says what became of it."""
    was = (briefs / CORRECTED_FILE).read_text(encoding="utf-8")
    page = await stage.enter()
    await press(tour(page), "Skip")
    answer = await step(page, "Ask how many were led to safety", "Disputed:")
    for _ in range(3):
        await press(tour(page), "Skip")
    await press(tour(page), "Make the correction")
    await expect(answer).to_contain_text("was 340, is 312.")

    await press(tour(page), "Put it back")

    await expect(answer).to_contain_text("An earlier correction was taken back.")
    assert (briefs / CORRECTED_FILE).read_text(encoding="utf-8") == was


async def test_the_keyboard_walks_it(stage: Stage) -> None:
    """After each step the focus is on the next one's button: Enter goes on."""
    page = await stage.enter()
    await tour(page).get_by_role("button", name="Type /brief troops").focus()
    await page.keyboard.press("Enter")
    onward = tour(page).get_by_role("button", name="Ask how many were led to safety")
    await expect(onward).to_be_focused()
    await page.keyboard.press("Enter")
    await messages(page).filter(has_text="Disputed: about 290").wait_for()

    close = tour(page).get_by_role("button", name="Close the tour")
    await close.focus()
    await page.keyboard.press("Enter")

    opener = page.get_by_role("button", name="Tour", exact=True)
    await expect(opener).to_be_focused()
    await expect(tour(page)).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(tour(page)).to_contain_text(f"3 of {COUNT}: ")


async def test_a_closed_tour_stays_closed_and_the_tips_stand_in(stage: Stage) -> None:
    """Whoever closes it is not asked again when the page is read anew."""
    page = await stage.enter()
    await expect(page.get_by_role("region", name="Try this")).to_be_hidden()
    await press(tour(page), "Close the tour")
    await page.reload()

    await expect(page.get_by_role("region", name="Try this")).to_be_visible()
    await expect(tour(page)).to_be_hidden()


async def test_the_folder_is_named_and_its_path_copied(
    stage: Stage, briefs: Path
) -> None:
    """Where no window can be opened, the path is there to be pasted."""
    page = await stage.enter(permissions=["clipboard-read", "clipboard-write"])
    await expect(tour(page)).to_contain_text(f"The briefings are in {briefs}")
    await press(tour(page), "Copy the path")

    await expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == str(briefs)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_kept_out(stage: Stage, scheme: str) -> None:
    """axe-core finds nothing in the tour, a chart, a table and feedback buttons."""
    page = await stage.enter(color_scheme=scheme, reduced_motion="reduce")
    found = await axe_violations(page)
    for _ in range(4):
        await press(tour(page), "Skip")
    shown = await step(page, "Ask for the figures", "Led to safety (people)")
    await shown.locator("table").first.wait_for()
    found += await axe_violations(page)
    await press(tour(page), "Make the correction")
    await expect(shown).to_contain_text("was 340, is 312.")
    found += await axe_violations(page)

    assert found == []
    assert await poor_contrasts(page) == []
