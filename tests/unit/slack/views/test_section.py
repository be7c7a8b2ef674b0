"""A topic: as many of its claims as a phone takes, and the rest behind "More"."""

import json
from typing import Any

import pytest

from bot.questions.pages import Page, PageKind, Shown
from bot.slack.views.message import SECTION_LINES
from bot.slack.views.render import modal, render
from tests.factories import claim, make_briefing, section
from tests.frozen import context_of
from tests.phone import phone_lines

STORM = Page(PageKind.SECTION, "harbour", "storm")


def facts(number: int) -> list[dict[str, Any]]:
    return [claim(f"c{index:02}", text=f"Fact {index:02}.") for index in range(number)]


def storm(number: int, **fields: str) -> str:
    """Say how many claims of a topic are shown, in how many lines, and what is left."""
    briefing = make_briefing(sections=[section(claims=facts(number), **fields)])
    part = render(Shown(STORM), context_of(briefing))
    shown = [line for line in part.text.splitlines() if line.startswith("• Fact")]
    assert len(part.claims) == 1 + len(shown) + ("summary" in fields)
    more = next(
        (line for line in part.text.splitlines() if line.startswith("And ")), ""
    )
    return f"{len(shown)} shown, {phone_lines(part)} lines, {more}".rstrip(", ")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (16, "16 shown, 22 lines"),
        (17, "15 shown, 22 lines, And 2 more"),
        (40, "15 shown, 22 lines, And 25 more"),
    ],
)
def test_a_topic_fills_the_lines_that_it_may_take(number: int, said: str) -> None:
    """The line that counts the rest needs room of its own."""
    assert SECTION_LINES == 22
    assert storm(number) == said


def test_a_long_summary_leaves_most_of_the_lines_to_claims() -> None:
    """Five lines of it are shown, cut at a sentence."""
    summary = "This sentence fills one line of a phone. " * 9

    assert storm(40, summary=summary.strip()).startswith("10 shown, 22 lines")


def test_a_topic_leads_to_those_beside_it() -> None:
    """The first has none before it, the last none behind it."""
    sections = [section(id, short=id, claims=[claim(id)]) for id in ("a", "b", "c")]
    context = context_of(make_briefing(sections=sections))
    pages = [Page(PageKind.SECTION, "harbour", id) for id in ("a", "b", "c")]
    first, middle, last = (
        json.dumps([render(Shown(page), context).blocks, modal(context, page)])
        for page in pages
    )

    assert ("Next topic: b" in first, "Next: b" in first) == (True, True)
    assert "Previous" not in first
    assert ("Next topic: c" in middle, "Previous topic: a" in middle) == (True, True)
    assert ("Previous topic: b" in last, "Previous: b" in last) == (True, True)
    assert "Next" not in last


def test_a_modal_turns_ten_claims_at_a_time() -> None:
    """What comes before and behind is a press away."""
    context = context_of(make_briefing(sections=[section(claims=facts(25))]))

    turned = [json.dumps(modal(context, STORM.at(start))) for start in (0, 10, 20)]

    assert [text.count("Fact ") for text in turned] == [10, 10, 5]
    assert ['"More"' in text for text in turned] == [True, True, False]
    assert ['"Earlier"' in text for text in turned] == [False, True, True]
