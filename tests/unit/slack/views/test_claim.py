"""A claim in one line: which figure leads, and which marks stand behind."""

from datetime import date
from typing import Any

import pytest

from bot.briefing.models import Briefing
from bot.slack.views.claim import bold_words, claim_answer, claim_in_full, claim_line
from tests.factories import briefing_of, claim
from tests.frozen import context_of

LEADS = {
    "about": ("About 9,500 fought in Kursk", [9500], "*About 9,500* fought in Kursk"),
    "up to": ("Up to 20,000 guests", [20000], "*Up to 20,000* guests"),
    "bare": ("30,000 more may join", [30000], "*30,000* more may join"),
    "two figures": (
        "1,000 sappers, 5,000 builders sent",
        [1000, 5000],
        "*1,000 sappers, 5,000 builders* sent",
    ),
    "figure inside": ("Siren 11 minutes late", [11], "Siren 11 minutes late"),
    "part of a number": ("40,000 people, 40 boats", [40], "40,000 people, 40 boats"),
    "no figure": ("Ties are closer", [], "Ties are closer"),
}


def _with(**fields: Any) -> Briefing:
    return briefing_of(claim(**fields), verified="2026-01-01", review_every="30 days")


@pytest.mark.parametrize(("short", "values", "expected"), LEADS.values(), ids=LEADS)
def test_a_figure_that_opens_the_line_is_bold(
    short: str, values: list[int], expected: str
) -> None:
    """The first bold words are the news; a figure inside the line is not."""
    figures = [{"label": f"n{value}", "value": str(value)} for value in values]
    briefing = _with(short=short, figures=figures)

    assert bold_words(briefing.claims[0]) == expected


def test_a_stale_claim_says_that_its_review_is_overdue() -> None:
    """Staleness runs from when a curator last stood by it."""
    briefing = _with()

    line = claim_line(briefing.claims[0], briefing, today=date(2026, 3, 1))

    expected = "• About 40 boats were lost — _reported, Port authority, review overdue_"
    assert line == expected


def test_a_withdrawn_claim_is_struck_and_said_to_be_withdrawn() -> None:
    """Struck text is never the only sign of an error."""
    gone = {"date": "2026-01-10", "kind": "withdrawal", "was": "x", "because": "y"}
    briefing = _with(revisions=[gone])

    line = claim_line(briefing.claims[0], briefing, today=date(2026, 1, 11))

    assert line == (
        "• ~About 40 boats were lost~ — "
        "_reported, Port authority, withdrawn on 10 January 2026_"
    )


def test_claims_that_conflict_are_marked_on_both_sides() -> None:
    """A contradiction is declared once and holds both ways."""
    other = claim("few", text="Few boats were lost.", contradicts=["losses"])
    briefing = briefing_of(claim(), other)

    lines = [claim_line(c, briefing, today=date(2026, 1, 1)) for c in briefing.claims]

    assert lines == [
        "• About 40 boats were lost — _reported, Port authority, disputed_",
        "• Few boats were lost — _reported, Port authority, disputed_",
    ]


def test_a_citation_says_place_words_links_and_note() -> None:
    """Whoever doubts a claim finds what it rests on in one step."""
    cited = {
        "id": "port",
        "locator": "page 3",
        "quote": "Forty boats & more.",
        "url": "https://port.example/?a=1&b=2",
    }
    sources = {
        "port": {
            "publisher": "Port authority",
            "url": "https://port.example",
            "archived_url": "https://archive.example/port",
            "note": "It counts <its own> boats.",
            "via": ["paper"],
        },
        "paper": {"publisher": "The Gazette"},
    }
    briefing = briefing_of(claim("a", sources=[cited]), sources=sources)

    texts = claim_in_full(context_of(briefing), briefing, briefing.claims[0])

    assert texts[texts.index("*Sources*") + 1] == (
        "• <https://port.example|Port authority>, page 3. “Forty boats &amp; more.” "
        "Known through The Gazette. "
        "<https://port.example/?a=1&amp;b=2|at this place> "
        "<https://archive.example/port|archived copy>\n"
        "_It counts &lt;its own&gt; boats._"
    )


def test_a_judgment_names_the_claims_that_it_rests_on() -> None:
    """This desk's own words have no source but what was said before."""
    judged = claim("b", text="It was bad.", kind="assessment", sources=[], basis=["a"])
    briefing = briefing_of(claim("a"), judged)

    texts = claim_in_full(context_of(briefing), briefing, briefing.claims[1])

    assert texts[1:3] == ["*Judged by this desk, on*", "• About 40 boats were lost"]


def test_of_an_error_beside_the_words_the_reason_is_said() -> None:
    """The words before are those of now: "was X" of what is X says nothing."""
    entry = {"date": "2026-01-10", "kind": "correction", "because": "The navy said so."}
    briefing = _with(revisions=[entry | {"was": claim()["text"]}])

    part = claim_answer(context_of(briefing), briefing, briefing.claims[0])

    assert "✏️ Corrected 10 January 2026: The navy said so.\n" in part.text
