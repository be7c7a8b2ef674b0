"""A newcomer's first minutes: the page, the local Slack, and the real bot behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.acceptance.browser import chromium, watched_errors
from tests.acceptance.contrast import poor_contrasts
from tests.acceptance.stage import Stage, demonstration, press, say
from tests.frozen import demo_folder

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 375, "height": 812}
WITHHELD = ("pump", "workshop", "twice")
"""Words of the one AMBER claim that stand nowhere else."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def stage(module_browser: Browser, tmp_path: Path) -> AsyncIterator[Stage]:
    async with demonstration(demo_folder(tmp_path), module_browser) as stage:
        yield stage


async def test_the_command_answers_and_its_menu_opens_a_topic(stage: Stage) -> None:
    """`/brief` gives the bottom line; a topic takes its place in the same message."""
    page = await stage.enter()
    answer = await say(page, "/brief")
    await expect(answer).to_contain_text("What North Korea gains from Russia's war")

    await press(answer, "Open a topic")
    await page.get_by_role("option", name="Troops").click()

    await expect(answer).to_contain_text("About 4,000 killed or injured")
    await expect(answer).not_to_contain_text("What North Korea gains")


async def test_sources_open_beside_the_answer_and_lead_on(stage: Stage) -> None:
    """The modal has the full text with its source; next and previous turn its pages."""
    page = await stage.enter()
    await press(await say(page, "/brief lessons"), "More")
    modal = page.get_by_role("dialog")
    await expect(modal.get_by_role("heading")).to_have_text("Lessons")
    await expect(modal).to_contain_text("Ukraine's military intelligence (HUR)")

    await press(modal, "Next: Alliance")
    await expect(modal.get_by_role("heading")).to_have_text("Alliance")
    await press(modal, "Previous: Lessons")

    await expect(modal.get_by_role("heading")).to_have_text("Lessons")


async def test_a_question_in_own_words_gets_the_claim(stage: Stage) -> None:
    """A question about a part of a figure gets the figure with its caveat."""
    answer = await say(await stage.enter(), "/brief how many were killed?")

    await expect(answer).to_contain_text("About 4,000 North Korean soldiers")
    await expect(answer).to_contain_text("Killed and injured are counted together.")


async def test_a_colleagues_message_is_looked_up(stage: Stage) -> None:
    """The message menu works where commands do not, and answers only the asker."""
    page = await stage.enter()
    message = page.get_by_role("article").filter(has_text="Is that right?")
    await message.hover()
    await press(message, "More actions")
    await page.get_by_role("menuitem", name="Look up in briefing").click()

    await expect(page.get_by_role("dialog")).to_contain_text(
        "30,000 more may join soon"
    )


async def test_an_answer_is_shared_with_the_channel(stage: Stage) -> None:
    """What one person saw is posted for everybody, with the name of who shared it."""
    page = await stage.enter()
    await press(await say(page, "/brief casualties"), "Share here")

    shared = page.get_by_role("article").filter(has_text="Shared by @alice")
    await expect(shared).to_contain_text("About 4,000 North Korean soldiers")
    await expect(shared).not_to_contain_text("Only visible to you")


async def test_a_digest_arrives_while_one_looks_on(stage: Stage) -> None:
    """The lead stands in the channel, the topics with their sources in its thread."""
    page = await stage.enter()
    await stage.next_minute()

    digest = page.get_by_role("article").filter(has_text="North Korea and Russia ·")
    await expect(digest).to_contain_text("In the thread: ")
    await digest.get_by_role("button", name="replies").click()

    thread = page.get_by_role("complementary", name="Thread")
    await expect(thread).to_contain_text("Thousands of North Koreans have fought")


async def test_a_direct_message_is_answered_where_it_was_written(stage: Stage) -> None:
    """A question needs no command; the answer stays, so it is a message like others."""
    page = await stage.enter(place=stage.simulator.dm("alice"))
    await say(page, "how many were killed?")

    answer = page.get_by_role("article").nth(1)
    await expect(answer).to_contain_text("About 4,000 North Korean soldiers")
    await expect(answer).not_to_contain_text("Only visible to you")


async def test_home_shows_the_briefings_and_answers_there(stage: Stage) -> None:
    """The App Home lists what there is, and a question typed there opens its answer."""
    page = await stage.enter(place=stage.simulator.dm("alice"))
    await page.get_by_role("tab", name="Home").click()
    asked = page.get_by_placeholder("A topic or a question, then press Enter")
    await asked.fill("casualties")
    await asked.press("Enter")

    await expect(page.get_by_role("dialog")).to_contain_text("About 4,000")


async def test_a_digest_is_subscribed_to_from_the_digest_itself(stage: Stage) -> None:
    """One button and one form, which turns into what was agreed."""
    page = await stage.enter()
    await stage.next_minute()
    await press(page, "Get this by DM")
    await press(page.get_by_role("dialog"), "Subscribe")

    await expect(page.get_by_role("dialog")).to_contain_text(
        "North Korea and Russia comes weekdays at 08:00 London time, by direct message."
    )


async def test_conflicting_figures_stand_side_by_side(stage: Stage) -> None:
    """Figures that contradict one another are both given, never an average."""
    answer = await say(await stage.enter(), "/brief harbour head count")

    await expect(answer).to_contain_text("340 people led to safety")
    await expect(answer).to_contain_text("Disputed: about 290 — estimate, Gazette")


async def test_a_stale_claim_says_so(stage: Stage) -> None:
    """What nobody has verified for longer than agreed carries its date."""
    answer = await say(await stage.enter(), "/brief rescue boats")

    await expect(answer).to_contain_text("Review overdue: last checked 2 June 2025.")


async def test_a_member_sees_the_claim_for_members(stage: Stage) -> None:
    """TLP:AMBER is for the organisation: by name, by question and in the modal."""
    page = await stage.enter()
    answer = await say(page, "/brief tern")
    await expect(answer).to_contain_text("The pump of the fireboat Tern failed twice")
    await expect(answer).to_contain_text("TLP:AMBER")

    await press(answer, "Sources")

    await expect(page.get_by_role("dialog")).to_contain_text("Workshop log")


@pytest.mark.parametrize(
    "words", ["tern", "did the pump fail?", "harbour boats", "harbour sources", "tren"]
)
async def test_for_a_guest_there_is_no_such_claim(stage: Stage, words: str) -> None:
    """No command, question, list, modal or suggestion tells a guest that it exists."""
    page = await stage.enter("gita", "C0VISITORS")
    answer = await say(page, f"/brief {words}")
    if await answer.get_by_role("button", name="More", exact=True).count():
        await press(answer, "More")
        await page.get_by_role("dialog").wait_for()

    await _expect_nothing_withheld(page)


async def test_for_an_external_person_there_is_no_such_claim(stage: Stage) -> None:
    """Somebody of another company who looks a message up finds what anybody may see."""
    await stage.simulator.type("alice", "partners", "Did the Tern's pump fail?")
    page = await stage.enter("erik", "C0PARTNERS")
    message = page.get_by_role("article").last
    await message.hover()
    await press(message, "More actions")
    await page.get_by_role("menuitem", name="Look up in briefing").click()

    modal = page.get_by_role("dialog")
    await modal.wait_for()
    said = (await modal.inner_text()).casefold()
    assert [word for word in WITHHELD if word in said] == []


async def _expect_nothing_withheld(page: Page) -> None:
    said = (await page.locator("body").inner_text()).casefold()
    assert [word for word in WITHHELD if word in said] == []


async def test_who_one_is_can_be_changed_on_the_page(stage: Stage) -> None:
    """The newcomer becomes the guest by the name in the corner."""
    page = await stage.enter()
    await press(page, "You are Alice Marlow")
    await page.get_by_role("option", name="Gita Rao (guest)").click()
    await page.get_by_role("button", name="You are Gita Rao (guest)").wait_for()

    answer = await say(page, "/brief tern")

    await expect(answer).not_to_contain_text("pump")


async def test_a_phone_shows_answers_and_modals_without_sideways_scrolling(
    stage: Stage,
) -> None:
    """At 375 points every answer and modal fits the width."""
    page = await stage.enter(viewport=PHONE)
    for words in ("", "troops", "figures", "timeline", "sources", "help"):
        await say(page, f"/brief {words}".strip())
    await press(page.get_by_role("article").nth(3), "More")
    await page.get_by_role("dialog").wait_for()

    widths = await page.evaluate(
        "[...document.querySelectorAll('html, main, .block, dialog')]"
        ".map((node) => node.scrollWidth - node.clientWidth).filter((more) => more > 1)"
    )
    assert widths == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_of_an_answer_has_enough_contrast(
    stage: Stage, scheme: str
) -> None:
    """WCAG AA holds for the bot's answers and modals, and no script fails."""
    page = await stage.enter(color_scheme=scheme)
    errors = watched_errors(page)
    await press(await say(page, "/brief troops"), "More")
    await page.get_by_role("dialog").wait_for()

    assert await poor_contrasts(page) == []
    assert errors == []


async def test_as_an_agent_it_suggests_questions_and_answers_in_their_threads(
    module_browser: Browser, tmp_path: Path
) -> None:
    """By the real bot behind the page, at a phone's width; follow-ups go on there."""
    folder = demo_folder(tmp_path)
    async with demonstration(folder, module_browser, agent=True) as stage:
        dm = stage.simulator.dm("alice")
        page = await stage.enter(place=dm, viewport=PHONE)
        suggested = page.get_by_role("group", name="Ask, for example")
        await expect(suggested.get_by_role("button")).to_have_count(4)
        assert await poor_contrasts(page) == []
        await press(suggested, "How many North Korean soldiers were killed?")
        await page.get_by_role("button", name="1 reply").click()

        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread).to_contain_text("About 4,000 North Korean soldiers")
        await thread.get_by_role("combobox").fill("who says so?")
        await page.keyboard.press("Enter")
        await expect(thread.get_by_role("article")).to_have_count(4)
        await expect(thread).to_contain_text("source not named")
