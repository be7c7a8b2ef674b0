"""How commands, people and channels are completed while somebody types."""

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page

from tests.acceptance.page.conftest import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPOSER = """
const { Composer } = await import("/page/composer.js");
workspace.app.commands.push(
  { command: "/brief", usage_hint: "[topic]", description: "Ask the briefing" },
  { command: "/brew", description: "Make tea" });
window.sent = [];
window.problem = null;
const send = async (text) => { sent.push(text); return window.problem; };
const composer = new Composer(workspace, { label: "Message #desk", send });
frame.replaceChildren(composer.node);
composer.focus();
"""


@pytest_asyncio.fixture(loop_scope="module")
async def field(bench: Bench, module_page: Page) -> Locator:
    """An empty composer that has the focus."""
    await bench(COMPOSER)
    return module_page.get_by_role("combobox")


async def test_a_slash_offers_the_commands(field: Locator, module_page: Page) -> None:
    """A command is offered with its usage and what it does."""
    await field.press_sequentially("/bri")

    offers = module_page.get_by_role("option")
    assert await offers.all_inner_texts() == ["/brief [topic]\nAsk the briefing"]


@pytest.mark.parametrize("key", ["Tab", "Enter"])
async def test_a_command_is_completed_by_key(
    field: Locator, module_page: Page, key: str
) -> None:
    """Arrows choose, Tab or Enter completes, and the usage stays in sight."""
    await field.press_sequentially("/b")
    await field.press("ArrowUp")
    await field.press("ArrowDown")
    await field.press(key)

    assert await field.input_value() == "/brief "
    assert await module_page.get_by_text("/brief [topic]").is_visible()
    assert await module_page.evaluate("sent") == []


@pytest.mark.parametrize("text", ["/brew", "/invite @bo"])
async def test_what_is_typed_whole_is_sent(
    field: Locator, module_page: Page, text: str
) -> None:
    """Enter does not complete what is complete."""
    await field.press_sequentially(text)
    await field.press("Enter")

    assert await module_page.evaluate("sent") == [text]
    assert await field.input_value() == ""


async def test_escape_leaves_the_completions(field: Locator, module_page: Page) -> None:
    """After Escape, Enter sends what was typed."""
    await field.press_sequentially("/b")
    await field.press("Escape")
    await field.press("Enter")

    assert await module_page.evaluate("sent") == ["/b"]


@pytest.mark.parametrize(("typed", "completed"), [
    ("ask @b", "ask @bo "), ("see #d", "see #desk "),
])  # fmt: skip
async def test_names_are_completed(field: Locator, typed: str, completed: str) -> None:
    """People follow an `@` and channels a `#`, anywhere in a text."""
    await field.press_sequentially(typed)
    await field.press("Tab")

    assert await field.input_value() == completed


async def test_shift_and_enter_make_a_line(field: Locator, module_page: Page) -> None:
    """Only Enter alone sends."""
    await field.press_sequentially("one")
    await field.press("Shift+Enter")
    await field.press_sequentially("two")
    await field.press("Enter")

    assert await module_page.evaluate("sent") == ["one\ntwo"]


async def test_a_refused_text_comes_back(field: Locator, module_page: Page) -> None:
    """What could not be sent is given back with the reason."""
    await module_page.evaluate("window.problem = 'This channel is archived.'")
    await field.press_sequentially("hello")
    await field.press("Enter")

    assert await module_page.get_by_role("alert").inner_text() == (
        "This channel is archived."
    )
    assert await field.input_value() == "hello"
