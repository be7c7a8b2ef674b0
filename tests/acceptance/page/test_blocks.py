"""How the page draws blocks, and what their elements tell the app."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.acceptance.page.conftest import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")

DRAW = """
const { blocks } = await import("/page/blocks.js");
window.acted = acted;
window.values = scene.values;
frame.replaceChildren(...blocks(argument, scene));
return frame.textContent;
"""
OPTIONS = [
    {"text": {"type": "plain_text", "text": text}, "value": text.lower()}
    for text in ("Lessons", "Alliance", "Troops")
]


def words(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def actions(**element: Any) -> list[dict[str, Any]]:
    block = {
        "type": "actions",
        "block_id": "b",
        "elements": [{"action_id": "a"} | element],
    }
    return [block]


def button(**more: Any) -> list[dict[str, Any]]:
    return actions(type="button", text=words("Share"), value="v", **more)


def section(text: str, **more: Any) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}]


SHOWN = {
    "section": (section("*Bottom* line"), "Bottom line"),
    "fields": ([{"type": "section", "fields": [words("One"), words("Two")]}], "OneTwo"),
    "context": ([{"type": "context", "elements": [words("As of July")]}], "As of July"),
    "header": ([{"type": "header", "text": words("Digest")}], "Digest"),
    "alert": ([{"type": "alert", "text": words("Stale"), "level": "warning"}], "Stale"),
    "markdown": ([{"type": "markdown", "text": "**Bold** and [link](https://a.test)"}],
        "Bold and link"),
    "table": ([{"type": "table", "rows": [
        [{"type": "raw_text", "text": "Claim"}],
        [{"type": "raw_text", "text": "4,000"}],
    ]}], "Claim4,000"),
    "chart": ([{"type": "data_visualization", "title": "Lost", "chart": {
        "type": "bar",
        "series": [{"name": "boats", "data": [
            {"label": "HUR", "value": 4000}, {"label": "Seoul", "value": 4700},
        ]}],
        "axis_config": {"categories": ["HUR", "Seoul"]},
    }}], "LostHUR4,000Seoul4,700"),
    "rich text": ([{"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "By "}, {"type": "user", "user_id": "U2"},
        ]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [
                {"type": "emoji", "name": "wave", "unicode": "1f44b"},
            ]},
        ]},
    ]}], "By @bo👋"),
    "unknown block": ([{"type": "hologram"}],
        "This page cannot show a block of type “hologram”."),
    "unknown element": (actions(type="lever"), "Element “lever” cannot be shown here"),
    "markup in plain text": ([{"type": "header", "text": words("<b>x</b>")}],
        "<b>x</b>"),
}  # fmt: skip


@pytest.mark.parametrize(("blocks", "text"), SHOWN.values(), ids=SHOWN.keys())
async def test_a_block_shows(bench: Bench, blocks: object, text: str) -> None:
    """Every block type shows its words, and an unknown one says that it is unknown."""
    assert await bench(DRAW, blocks) == text


async def test_a_long_section_folds(bench: Bench, module_page: Page) -> None:
    """As in Slack, a long text hides behind "See more" until that is pressed."""
    await bench(DRAW, section("word " * 300))
    await module_page.get_by_role("button", name="See more").click()

    assert await module_page.get_by_role("button", name="See less").is_visible()


async def test_an_expanded_section_does_not_fold(bench: Bench) -> None:
    """`expand: true` shows a long text whole."""
    text = await bench(DRAW, section("word " * 300, expand=True))

    assert "See more" not in str(text)


async def test_a_button_tells_the_app_its_value(
    bench: Bench, module_page: Page
) -> None:
    """A press sends the block, the action and the button's value."""
    await bench(DRAW, button())
    await module_page.get_by_role("button", name="Share").click()

    assert await module_page.evaluate("acted") == [
        {"block_id": "b", "action_id": "a", "type": "button", "value": "v"}
    ]


CONFIRM = {
    "title": words("Share?"),
    "text": words("All will see it."),
    "confirm": words("Yes"),
    "deny": words("No"),
}


@pytest.mark.parametrize(("answer", "told"), [("Yes", 1), ("No", 0)])
async def test_a_confirmed_button_asks_first(
    bench: Bench, module_page: Page, answer: str, told: int
) -> None:
    """The app hears of the press only if the person agrees."""
    await bench(DRAW, button(confirm=CONFIRM))
    await module_page.get_by_role("button", name="Share").click()
    await module_page.get_by_role("button", name=answer).click()
    await module_page.get_by_role("alertdialog").wait_for(state="detached")

    assert len(await module_page.evaluate("acted")) == told


SLOW_APP = """
scene.act = (action) => {
  acted.push(action);
  return new Promise((resolve) => { window.answer = resolve; });
};
"""


async def test_a_button_is_busy_until_the_app_has_answered(
    bench: Bench, module_page: Page
) -> None:
    """While it waits for an answer, a second press does nothing."""
    await bench(SLOW_APP + DRAW, button())
    share = module_page.get_by_role("button", name="Share")
    await share.click()
    await share.click()
    assert await share.get_attribute("aria-busy") == "true"

    await module_page.evaluate("answer({ ok: true })")

    assert await share.get_attribute("aria-busy") is None
    assert len(await module_page.evaluate("acted")) == 1


async def test_a_menu_is_worked_by_keys_alone(bench: Bench, module_page: Page) -> None:
    """Enter opens, arrows move, Enter chooses, and the focus comes back."""
    await bench(DRAW, actions(type="static_select", options=OPTIONS))
    await module_page.keyboard.press("Tab")
    for key in ("Enter", "ArrowDown", "ArrowDown", "Enter"):
        await module_page.keyboard.press(key)

    [told] = await module_page.evaluate("acted")
    assert told["selected_option"] == OPTIONS[2]
    assert await module_page.evaluate("document.activeElement.textContent") == "Troops"


async def test_escape_closes_a_menu_without_a_choice(
    bench: Bench, module_page: Page
) -> None:
    """Nothing is chosen by opening a list and leaving it."""
    await bench(DRAW, actions(type="overflow", options=OPTIONS))
    await module_page.get_by_role("button", name="More choices").click()
    await module_page.keyboard.press("Escape")

    assert await module_page.evaluate("acted") == []
    assert await module_page.get_by_role("menu").count() == 0


async def test_a_multiple_select_tells_the_app_once(
    bench: Bench, module_page: Page
) -> None:
    """The app hears of the whole choice when the list closes."""
    await bench(DRAW, actions(type="multi_static_select", options=OPTIONS))
    await module_page.keyboard.press("Tab")
    for key in ("Enter", "Enter", "ArrowDown", "Enter", "Escape"):
        await module_page.keyboard.press(key)

    [told] = await module_page.evaluate("acted")
    assert told["selected_options"] == OPTIONS[:2]


CHOSEN = {
    "users_select": ("Bo Li@bo", {"selected_user": "U2"}),
    "conversations_select": ("desk", {"selected_conversation": "C1"}),
    "channels_select": ("desk", {"selected_channel": "C1"}),
}


@pytest.mark.parametrize("kind", CHOSEN)
async def test_a_select_of_people_or_places_sends_an_id(
    bench: Bench, module_page: Page, kind: str
) -> None:
    """What Slack calls `selected_user` and the like is an id, never a name."""
    label, told = CHOSEN[kind]
    await bench(DRAW, actions(type=kind))
    await module_page.get_by_role("button").first.click()
    await module_page.get_by_role("option").filter(has_text=label).click()

    [action] = await module_page.evaluate("acted")
    assert action | told == action


@pytest.mark.parametrize(("kind", "field"), [
    ("checkboxes", "selected_options"), ("radio_buttons", "selected_option"),
])  # fmt: skip
async def test_a_tick_is_sent_with_its_option(
    bench: Bench, module_page: Page, kind: str, field: str
) -> None:
    """Boxes send all that are ticked, radio buttons the one."""
    await bench(DRAW, actions(type=kind, options=OPTIONS))
    await module_page.get_by_label("Alliance").check()

    [action] = await module_page.evaluate("acted")
    assert action[field] == (OPTIONS[1:2] if kind == "checkboxes" else OPTIONS[1])


async def test_an_inputs_value_is_kept_in_slacks_shape(
    bench: Bench, module_page: Page
) -> None:
    """An input block tells nobody; its value waits in `state.values`."""
    element = {"type": "plain_text_input", "action_id": "a"}
    block = {
        "type": "input",
        "block_id": "b",
        "label": words("Why?"),
        "element": element,
    }
    await bench(DRAW, [block])
    await module_page.get_by_label("Why?").fill("because")

    state = await module_page.evaluate("values.asState()")
    assert state == {
        "values": {"b": {"a": {"type": "plain_text_input", "value": "because"}}}
    }
    assert await module_page.evaluate("acted") == []


async def test_a_date_is_sent_when_it_is_whole(bench: Bench, module_page: Page) -> None:
    """Typing a year digit by digit must not tell the app of the year 2."""
    await bench(DRAW, actions(type="datepicker"))
    await module_page.keyboard.press("Tab")
    await module_page.keyboard.type("07082025")

    [action] = await module_page.evaluate("acted")
    assert action["selected_date"] == "2025-07-08"
