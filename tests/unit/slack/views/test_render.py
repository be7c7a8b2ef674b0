"""Answers that are shared or posted: what everybody there sees."""

import json

import pytest

from bot.questions.pages import Page, PageKind, Shown
from bot.slack.views.render import PostedAnswers, render, render_shared
from tests.frozen import TODAY, first_context

TROOPS = Page(PageKind.SECTION, "north-korea-russia", "troops")
CASUALTIES = Shown(Page(PageKind.CLAIM, "north-korea-russia", "casualties"))
PAGES = [
    pytest.param(TROOPS, id="section"),
    pytest.param(Page(PageKind.CLAIM, TROOPS.briefing_id, "casualties"), id="claim"),
    pytest.param(Page(PageKind.SOURCES, TROOPS.briefing_id), id="sources"),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_shared_answer_shows_the_same_claims_and_who_shared_it(page: Page) -> None:
    """Corrections find it by the claims that it shows, like any other message."""
    context = first_context()

    shared = render_shared(page, context.library, "U0ALICE", TODAY)

    answer = render(Shown(page), context)
    assert shared.claims == answer.claims
    assert shared.text == f"{answer.text}\nShared by <@U0ALICE>"


def test_a_shared_answer_has_no_button_that_shares_it_again() -> None:
    """Sources and the menu stay."""
    library = first_context().library

    shared = render_shared(TROOPS, library, "U0ALICE", TODAY)

    (row,) = [block for block in shared.blocks if block["type"] == "actions"]
    assert [e["action_id"] for e in row["elements"]] == ["detail/0", "menu"]


def test_a_posted_answer_has_no_button_to_share_it() -> None:
    """In a direct message there is nobody to share it with; in a thread all see it."""
    context = first_context()
    typed = render(CASUALTIES, context)

    posted = PostedAnswers().render(CASUALTIES, context.library, TODAY)

    assert "Share here" in json.dumps(typed.blocks)
    assert "Share here" not in json.dumps(posted.blocks)
    assert (posted.text, posted.claims) == (typed.text, typed.claims)
