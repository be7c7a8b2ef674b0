"""Answers that the worker posts: what everybody there sees is not to be shared."""

import json

from bot.questions.pages import Page, PageKind, Shown
from bot.slack.views.posted import PostedAnswers
from bot.slack.views.render import render
from tests.frozen import TODAY, first_context

CASUALTIES = Shown(Page(PageKind.CLAIM, "north-korea-russia", "casualties"))


def test_a_posted_answer_has_no_button_to_share_it() -> None:
    """In a direct message there is nobody to share it with; in a thread all see it."""
    edition = first_context()
    typed = render(CASUALTIES, edition)

    posted = PostedAnswers().render(CASUALTIES, edition.library, today=TODAY)

    assert "Share here" in json.dumps(typed.blocks)
    assert "Share here" not in json.dumps(posted.blocks)
    assert (posted.text, posted.claims) == (typed.text, typed.claims)
