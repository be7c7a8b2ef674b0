"""Notices: words of services and curators, made safe for a channel."""

import pytest

from bot.curators.handling import Handled
from bot.questions.pages import Greeting
from bot.slack.views.notices import handled_notice, render_notice
from bot.slack.views.render import render
from tests.factories import make_briefing
from tests.frozen import context_of


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
    assert render_notice("", words).text == said


def test_a_very_long_notice_is_cut() -> None:
    """It must be one message, and editable."""
    part = render_notice("", "word " * 2000)

    assert len(part.text) <= 3000
    assert part.text.endswith("…")


def test_a_question_for_a_go_carries_its_button_and_says_who_gave_it() -> None:
    """A row holds the words alone, as always: its subject says the rest."""
    asked = render_notice("corrections/harbour/2026-11-23T08:00:00+00:00", "May they?")
    (button,) = asked.blocks[-1]["elements"]
    by_person = handled_notice(asked, "U0ANA", Handled.LET_OUT)
    by_operator = handled_notice(asked, "operator", Handled.LET_OUT)

    assert button["action_id"] == "corrections_go"
    assert button["value"] == "harbour/2026-11-23T08:00:00+00:00"
    assert by_person.text == "May they?\nLet out: <@U0ANA>"
    assert by_operator.text == "May they?\nLet out: the operator"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "There is no briefing here that I may show you."),
        (["A"], "I answer from “A”. Ask me a question, or write help."),
        (["A", "B"], "I answer from “A” and “B”. Ask me a question, or write help."),
        (
            ["A", "B", "C", "D", "E"],
            "I answer from “A”, “B”, “C” and 2 more. Ask me a question, or write help.",
        ),
    ],
    ids=["none", "one", "two", "many"],
)
def test_a_greeting_says_what_can_be_asked_about(names: list[str], said: str) -> None:
    """Three names at most: it is a greeting and no list."""
    briefings = [make_briefing(id=name.lower(), short=name) for name in names]

    assert render(Greeting(), context_of(*briefings)).text == f"Hello. {said}"
