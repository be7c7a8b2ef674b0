"""Shared answers and notices: what stands in a channel for everybody."""

import pytest

from bot.questions.pages import Page, PageKind, Shown
from bot.slack.views.notice_words import NoticeWords
from bot.slack.views.render import render
from bot.slack.views.shared import SharedAnswers
from tests.frozen import TODAY, first_context

TROOPS = Page(PageKind.SECTION, "north-korea-russia", "troops")
PAGES = [
    pytest.param(TROOPS, id="section"),
    pytest.param(Page(PageKind.CLAIM, TROOPS.briefing_id, "casualties"), id="claim"),
    pytest.param(Page(PageKind.SOURCES, TROOPS.briefing_id), id="sources"),
]


@pytest.mark.parametrize("page", PAGES)
def test_a_shared_answer_shows_the_same_claims_and_who_shared_it(page: Page) -> None:
    """Corrections find it by the claims that it shows, like any other message."""
    edition = first_context()

    shared = SharedAnswers().render(page, edition.library, by="U0ALICE", today=TODAY)

    answer = render(Shown(page), edition)
    assert shared.claims == answer.claims
    assert shared.text == f"{answer.text}\nShared by <@U0ALICE>"


def test_a_shared_answer_has_no_button_that_shares_it_again() -> None:
    """Sources and the menu stay."""
    library = first_context().library

    shared = SharedAnswers().render(TROOPS, library, by="U0ALICE", today=TODAY)

    (row,) = [block for block in shared.blocks if block["type"] == "actions"]
    assert [e["action_id"] for e in row["elements"]] == ["detail/0", "menu"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Tell <@U0ALICE> in <#C0DESK>", "Tell <@U0ALICE> in <#C0DESK>"),
        (
            "at <!date^1764000000^{time}|08:00 UTC>",
            "at <!date^1764000000^{time}|08:00 UTC>",
        ),
        ("“<!channel> & co”", "“&lt;!channel&gt; &amp; co”"),
        ("<https://example.com|here>", "&lt;https://example.com|here&gt;"),
        ("one\ntwo", "one\ntwo"),
    ],
    ids=["mentions", "date", "broadcast", "link", "lines"],
)
def test_a_notice_keeps_mentions_and_dates_alone(words: str, said: str) -> None:
    """A title that a curator wrote cannot wake a whole channel."""
    assert NoticeWords().render(words).text == said


def test_a_very_long_notice_is_cut() -> None:
    """It must be one message, and editable."""
    part = NoticeWords().render("word " * 2000)

    assert len(part.text) <= 3000
    assert part.text.endswith("…")
