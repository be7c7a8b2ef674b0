"""Scenes on the page: a person, the simulator, and a real Bolt app behind it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.simulator.server import Simulator
from bot.simulator.workspace_file import Prompt
from tests.acceptance.browser import chromium, watched_errors
from tests.acceptance.contrast import poor_contrasts
from tests.acceptance.page.greeter import greeter

pytestmark = pytest.mark.asyncio(loop_scope="module")

DESK = "C0KOREA"
ALICE = "U0ALICE"


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene is played with."""

    simulator: Simulator
    browser: Browser

    async def enter(self, place: str = f"channel={DESK}", **context: object) -> Page:
        """Open the page as Alice, at a channel or tab, ready for typing."""
        options = {"viewport": {"width": 1280, "height": 800}} | context
        page = await self.browser.new_page(**options)  # type: ignore[arg-type]
        await page.goto(f"{self.simulator.page_url}?as={ALICE}&{place}")
        await page.locator(".beginning, .home .block").first.wait_for()
        return page

    @property
    def app_dm(self) -> str:
        return self.simulator.dm("alice")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_browser() -> AsyncIterator[Browser]:
    """One browser for all scenes: starting one takes a second."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def stage(module_browser: Browser) -> AsyncIterator[Stage]:
    """A fresh workspace with the greeter in it."""
    async with Simulator() as simulator, greeter(simulator):
        yield Stage(simulator, module_browser)
        for context in module_browser.contexts:
            await context.close()


async def run_command(page: Page, text: str = "world") -> None:
    """Type `/brief` as a person does, and wait for the app's answer."""
    await page.keyboard.type("/br")
    await page.keyboard.press("Tab")
    await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await page.get_by_text(f"Hello {text}").wait_for()


async def test_a_command_is_answered_to_nobody_else(stage: Stage) -> None:
    """What a command answers is marked as visible only to who asked."""
    page = await stage.enter()
    await run_command(page)

    answer = page.get_by_role("article").last
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer).to_contain_text("Hello world")


async def test_what_an_agent_suggests_is_sent_at_one_press(stage: Stage) -> None:
    """The buttons stand over the field of its direct messages, and nowhere else."""
    room = stage.simulator.channel(stage.app_dm)
    prompt = Prompt(title="How many boats?", message="How many boats were lost?")
    page = await stage.enter(f"channel={stage.app_dm}")
    suggestions = page.get_by_role("group", name="Ask, for example")
    await expect(page.locator(".prompts")).to_be_hidden()
    asked = replace(room, prompts=(prompt,), prompts_title="Ask, for example")
    stage.simulator.workspace.change_room(asked)

    await suggestions.get_by_role("button", name="How many boats?").click()

    answer = page.get_by_text("You said: How many boats were lost?")
    await answer.wait_for()
    assert await poor_contrasts(page) == []
    await page.goto(f"{stage.simulator.page_url}?as={ALICE}&channel={DESK}")
    await page.locator(".beginning").wait_for()
    await expect(page.locator(".prompts")).to_be_hidden()


async def test_an_unknown_command_is_given_back(stage: Stage) -> None:
    """A slip keeps its text and says what is wrong."""
    page = await stage.enter()
    await page.keyboard.type("/breif troops")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("alert")).to_have_text(
        "/breif is not a valid command."
    )
    await expect(page.get_by_role("combobox")).to_have_value("/breif troops")


async def test_a_form_says_what_is_wrong_and_then_goes_through(stage: Stage) -> None:
    """A button opens the form, the app refuses a text, and takes a better one."""
    page = await stage.enter()
    await run_command(page)
    await page.get_by_role("button", name="Ask", exact=True).click()
    field = page.get_by_label("Your question")
    await field.fill("why")
    await page.keyboard.press("Enter")
    await expect(page.locator(".input-error")).to_have_text("Ask a question.")

    await field.fill("why?")
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()

    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="brief (1 unread)").click()
    await expect(page.get_by_role("article").last).to_contain_text("Asked: why?")


async def test_a_choice_replaces_the_answer(stage: Stage) -> None:
    """An ephemeral answer is replaced through its response URL."""
    page = await stage.enter()
    await run_command(page)
    await page.get_by_role("button", name="Open a topic").click()
    await page.get_by_role("option", name="Troops").click()

    await expect(page.get_by_role("article")).to_have_count(1)
    await expect(page.get_by_role("article")).to_contain_text("You chose troops.")


async def test_a_direct_message_is_answered(stage: Stage) -> None:
    """Writing to the app is like writing to anybody."""
    page = await stage.enter(f"channel={stage.app_dm}")
    await page.keyboard.type("how many <were> killed?")
    await page.keyboard.press("Enter")

    said = page.get_by_role("article").last
    await expect(said).to_contain_text("You said: how many <were> killed?")


async def test_home_shows_what_the_app_published(stage: Stage) -> None:
    """The app publishes when somebody looks, and again when a button is pressed."""
    page = await stage.enter(f"channel={stage.app_dm}")
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("heading", name="Good morning")).to_be_visible()
    await page.get_by_role("button", name="Pause").click()

    await expect(page.get_by_role("heading", name="Paused")).to_be_visible()


async def test_the_message_menu_holds_the_apps_shortcuts(stage: Stage) -> None:
    """A shortcut is chosen from a message's menu."""
    await stage.simulator.type("bruno", "korea-desk", "About *9,500* fought")
    page = await stage.enter()
    await page.get_by_role("article").hover()
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Look up in briefing").click()

    answer = page.get_by_role("article").last
    await expect(answer).to_contain_text("Looked up: About 9,500 fought")


async def test_messages_arrive_and_change_while_one_looks_on(stage: Stage) -> None:
    """What others say shows at once; what is edited says so."""
    page = await stage.enter()
    await stage.simulator.type("bruno", "korea-desk", "Good morning")
    await expect(page.get_by_role("article")).to_contain_text("Good morning")
    await stage.simulator.type("bruno", "general", "Elsewhere")

    await expect(page.get_by_role("button", name="general (1 unread)")).to_be_visible()


async def test_a_thread_is_read_and_answered_beside_the_channel(stage: Stage) -> None:
    """Replies stand in the thread; the channel counts them."""
    await stage.simulator.type("bruno", "korea-desk", "Who checked?")
    page = await stage.enter()
    await page.get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await thread.get_by_role("combobox").press_sequentially("I did")
    await page.keyboard.press("Enter")

    await expect(thread.get_by_role("article").last).to_contain_text("I did")
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("article")).to_have_count(1)


async def test_another_person_sees_other_things(stage: Stage) -> None:
    """The switch opens the page as somebody else, here a guest in one channel."""
    page = await stage.enter()
    await run_command(page)
    await page.get_by_role("button", name="You are Alice Marlow").click()
    await page.get_by_role("option", name="Gita Rao").click()
    await page.get_by_role("button", name="You are Gita Rao").wait_for()

    names = await page.locator("[data-channel^=C] .place-name").all_inner_texts()
    assert names == ["visitors"]
    assert "as=U0GITA" in page.url


async def test_the_keyboard_is_enough(stage: Stage) -> None:
    """From the composer to a choice in the last message without a pointer."""
    page = await stage.enter()
    await run_command(page)
    await page.get_by_role("article").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.press("Escape")

    assert await page.evaluate("document.activeElement.textContent") == "Ask"


async def test_a_lost_connection_is_said_and_made_good(
    module_browser: Browser,
) -> None:
    """What was said while the server was away is there when it is back."""
    async with Simulator() as first:
        page = await Stage(first, module_browser).enter()
    await expect(page.get_by_text("The local Slack does not answer")).to_be_visible()

    async with Simulator(port=first.port) as second:
        await second.type("bruno", "korea-desk", "Meanwhile")
        await expect(page.get_by_text("Meanwhile")).to_be_visible()
        await page.close()


async def test_a_phone_shows_one_thing_at_a_time(stage: Stage) -> None:
    """At phone width nothing is cut off, and the way back leads to the list."""
    page = await stage.enter(viewport={"width": 390, "height": 844})
    await run_command(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    await expect(page.get_by_role("navigation")).to_be_hidden()
    await page.get_by_role("button", name="Back to all channels").click()

    await expect(page.get_by_role("navigation")).to_be_visible()
    await expect(page.get_by_role("main")).to_be_hidden()


async def test_the_preview_is_as_narrow_as_a_phone(stage: Stage) -> None:
    """The toggle shows on a desk what a phone shows."""
    page = await stage.enter()
    await page.get_by_role("button", name="Phone width").click()

    assert await page.evaluate("document.getElementById('frame').clientWidth") == 390
    await expect(page.get_by_role("navigation")).to_be_hidden()


async def test_a_tip_fills_the_composer_and_the_tips_can_go(
    module_browser: Browser,
) -> None:
    """A newcomer presses a tip instead of typing it, and may put the tips away."""
    async with Simulator(tips=["/brief troops"]) as simulator:
        page = await Stage(simulator, module_browser).enter()
        await page.get_by_role("button", name="/brief troops").click()
        await expect(page.get_by_role("combobox")).to_have_value("/brief troops")
        await page.get_by_role("button", name="Dismiss these tips").click()
        await page.reload()

        await page.locator(".beginning").wait_for()
        await expect(page.get_by_role("region", name="Try this")).to_have_count(0)
        await page.close()


async def test_an_invited_app_is_seen_to_arrive(stage: Stage) -> None:
    """`/invite` works as the bot asks for it."""
    page = await stage.enter("channel=C0GENERAL")
    await page.keyboard.type("/invite @brief")
    await page.keyboard.press("Enter")

    arrival = page.get_by_role("article").last
    await expect(arrival).to_contain_text("was added to #general by alice.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_enough_contrast(stage: Stage, scheme: str) -> None:
    """WCAG AA holds in the channel, a form with errors, a menu and the Home."""
    page = await stage.enter(color_scheme=scheme)
    await run_command(page)
    poor = await poor_contrasts(page)
    await page.get_by_role("button", name="Open a topic").click()
    poor += await poor_contrasts(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="Send").click()
    poor += await poor_contrasts(page)

    assert poor == []


async def test_no_script_fails_and_nothing_is_fetched_from_elsewhere(
    stage: Stage,
) -> None:
    """The page needs its own server and nothing else."""
    page = await stage.enter()
    errors = watched_errors(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    await page.locator(".beginning").wait_for()

    assert errors == []
    assert [url for url in asked if not url.startswith(stage.simulator.url)] == []
