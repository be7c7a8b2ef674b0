"""How modals stack, check what was entered, and keep it."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.acceptance.page.conftest import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = """
const { Modals } = await import("/page/modal.js");
window.asked = [];
window.answer = { ok: true };
const record = async (...call) => { asked.push(call); return window.answer; };
const api = {
  submit: (id, state) => record("submit", id, state.values),
  close: (id) => record("close", id),
};
window.modals = new Modals({
  scene, api, act, tell: (answer) => answer, setInert() {}, focusComposer() {},
});
frame.replaceChildren(modals.node);
for (const view of argument) modals.open(view);
"""


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def text_input(block_id: str, kind: str = "plain_text_input", **more: Any) -> Any:
    element = {"type": kind, "action_id": "a"} | more
    label = words(block_id.title())
    return {"type": "input", "block_id": block_id, "label": label, "element": element}


def view(*blocks: Any, view_id: str = "V1", title: str = "Ask") -> dict[str, Any]:
    modal = {"id": view_id, "title": words(title), "submit": words("Send")}
    return modal | {"blocks": list(blocks)}


async def test_what_is_entered_is_submitted(bench: Bench, module_page: Page) -> None:
    """The values go out under their block and action, in Slack's shape."""
    await bench(OPEN, [view(text_input("question"))])
    await module_page.keyboard.type("why?")
    await module_page.keyboard.press("Enter")

    entered = {"type": "plain_text_input", "value": "why?"}
    assert await module_page.evaluate("asked") == [
        ["submit", "V1", {"question": {"a": entered}}]
    ]


FAULTS = {
    "nothing": (text_input("x"), "", "Please complete this required field."),
    "too short": (text_input("x", min_length=3), "ab", "Enter at least 3 characters."),
    "no address": (
        text_input("x", "url_text_input"), "here",
        "Enter an address that starts with https://."),
    "no mail": (
        text_input("x", "email_text_input"), "me",
        "Enter an email address, such as name@example.org."),
    "too many": (
        text_input("x", "number_input", max_value="5"), "6", "Enter 5 or less."),
    "half": (text_input("x", "number_input"), "1.5", "Enter a whole number."),
}  # fmt: skip


@pytest.mark.parametrize(("block", "typed", "fault"), FAULTS.values(), ids=FAULTS)
async def test_a_form_is_refused_for(
    bench: Bench, module_page: Page, block: Any, typed: str, fault: str
) -> None:
    """As in Slack, a faulty form never reaches the app."""
    await bench(OPEN, [view(block)])
    await module_page.keyboard.type(typed)
    await module_page.get_by_role("button", name="Send").click()

    assert await module_page.get_by_role("alert").inner_text() == fault
    assert await module_page.evaluate("asked") == []


async def test_the_apps_errors_stand_at_their_inputs(
    bench: Bench, module_page: Page
) -> None:
    """The first input with an error gets the focus and describes it."""
    await bench(OPEN, [view(text_input("one"), text_input("two"))])
    await module_page.get_by_label("One").fill("1")
    await module_page.get_by_label("Two").fill("2")
    await module_page.evaluate(
        "window.answer = { ok: true, errors: { two: 'Not that one.' } }"
    )
    await module_page.get_by_role("button", name="Send").click()

    two = module_page.get_by_label("Two")
    await module_page.get_by_text("Not that one.").wait_for()
    assert await two.get_attribute("aria-invalid") == "true"
    assert await two.evaluate("node => node === document.activeElement")


async def test_escape_goes_back_to_the_view_below(
    bench: Bench, module_page: Page
) -> None:
    """Only the topmost view is shown; closing it shows the one before."""
    below = view(text_input("x"), title="Below")
    above = view(text_input("y"), view_id="V2", title="Above")
    await bench(OPEN, [below, above | {"previous_view_id": "V1"}])
    await module_page.keyboard.press("Escape")

    assert await module_page.get_by_role("heading").inner_text() == "Below"
    assert await module_page.evaluate("asked") == [["close", "V2"]]


async def test_an_update_keeps_what_was_entered(
    bench: Bench, module_page: Page
) -> None:
    """An input with the same ids keeps its value, and the focus stays in it."""
    await bench(OPEN, [view(text_input("question"))])
    await module_page.keyboard.type("half a ")
    changed = view({"type": "section", "text": words("More")}, text_input("question"))
    await module_page.evaluate("view => modals.update(view)", changed)
    await module_page.keyboard.type("question")

    assert await module_page.get_by_label("Question").input_value() == "half a question"


async def test_tab_stays_within_a_modal(bench: Bench, module_page: Page) -> None:
    """Tab runs through the dialog and round again."""
    await bench(OPEN, [view(text_input("question"))])
    seen = []
    for _ in range(5):
        await module_page.keyboard.press("Tab")
        seen.append(
            await module_page.evaluate(
                "document.activeElement.closest('[role=dialog]') !== null"
            )
        )

    assert seen == [True] * 5
