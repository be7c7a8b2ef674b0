"""Lists of figures, dates and sources: how many there are stands in the title."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.briefing.changes import briefing_changes
from bot.briefing.models import Briefing
from bot.questions.pages import Page, PageKind, Shown, Since
from bot.slack.views.render import copy_modal, modal, render
from tests.factories import briefing_of, claim
from tests.frozen import context_of


def lost(id: str, *numbers: int, **fields: Any) -> dict[str, Any]:
    figures = [{"label": "lost", "value": n, "unit": "boats"} for n in numbers]
    return claim(id, figures=figures, **fields)


def answer(kind: PageKind, briefing: Briefing) -> list[str]:
    page = Page(kind, briefing.id)
    return render(Shown(page), context_of(briefing)).text.splitlines()


@pytest.mark.parametrize(
    ("kind", "briefing", "said"),
    [
        (PageKind.FIGURES, briefing_of(claim()), "no figures"),
        (PageKind.FIGURES, briefing_of(lost("a", 4)), "1 figure"),
        (PageKind.FIGURES, briefing_of(lost("a", 4), lost("b", 5)), "2 figures"),
        (PageKind.TIMELINE, briefing_of(claim()), "nothing has a date"),
        (PageKind.TIMELINE, briefing_of(claim(when="2026-11")), "one dated event"),
        (
            PageKind.TIMELINE,
            briefing_of(claim("a", when="2026-11"), claim("b", when="2026-10")),
            "timeline",
        ),
        (PageKind.SOURCES, briefing_of(claim()), "1 source"),
        (PageKind.CHANGES, briefing_of(claim()), "no corrections or updates so far."),
    ],
)
def test_the_title_counts_what_is_listed(
    kind: PageKind, briefing: Briefing, said: str
) -> None:
    """One and none are said in words that fit them."""
    first, *_ = answer(kind, briefing)

    assert first == f"What the storm did to the harbour: {said}"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (PageKind.FIGURES, "No figures."),
        (PageKind.TIMELINE, "Nothing in this briefing has a date."),
        (PageKind.CHANGES, "No corrections or updates so far."),
    ],
)
def test_an_empty_list_is_copied_as_what_it_says(kind: PageKind, said: str) -> None:
    """It is there, and has nothing in it: that is no page that is gone."""
    briefing = briefing_of(claim())

    view = copy_modal(context_of(briefing), Page(kind, briefing.id))

    assert f"{said}\n\nSource: “What the storm did" in copied(view)


def test_what_changed_since_a_digest_is_copied_as_it_is_shown() -> None:
    """A new claim has no revision of its own to be listed."""
    before, after = briefing_of(claim("a")), briefing_of(claim("a"), lost("b", 4))
    page = Page(PageKind.CHANGES, after.id)
    notified_at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    since = Since(page, briefing_changes(before, after), notified_at)

    shown = copied(copy_modal(context_of(after), page, since))

    first, line, *_ = shown.split("\n")
    assert first.endswith(": 1 new since the digest of 20 November 2026.")
    assert line.startswith("- New: ")


def copied(view: dict[str, Any] | None) -> str:
    """Return the text to be copied."""
    assert view is not None
    text: str = view["blocks"][0]["elements"][0]["elements"][0]["text"]
    return text


def test_what_counts_the_same_stands_side_by_side() -> None:
    """Three of them in a line, the rest counted; each with its caveat."""
    claims = [lost(f"c{n}", n) for n in range(2, 6)]
    briefing = briefing_of(lost("c1", 1, caveat="Boats of all sizes."), *claims)

    lines = answer(PageKind.FIGURES, briefing)

    assert lines[2] == (
        "• lost (boats): 1 — reported, Port authority (Boats of all sizes); against "
        "2 — reported, Port authority; against 3 — reported, Port authority; and 2 more"
    )
    assert lines[-1] == "As of November 2026 · 1 counted more than once"


def test_a_date_stands_once_above_what_happened_then() -> None:
    """Earliest first; what has no date is counted below."""
    briefing = briefing_of(
        claim("a", text="It ended.", when="2026-11-03"),
        claim("b", text="It began.", when="2026-11-01"),
        claim("c", text="It rained.", when="2026-11-01"),
        claim("d"),
    )

    lines = answer(PageKind.TIMELINE, briefing)

    assert [line.partition(" — ")[0] for line in lines[2:-1]] == [
        *("1 November 2026", "• It began", "• It rained"),
        *("3 November 2026", "• It ended"),
    ]
    assert lines[-1] == "As of November 2026 · 1 undated"


def test_the_source_of_most_claims_comes_first() -> None:
    """A carrier is told from a source that is cited itself."""
    sources = {
        "paper": {"publisher": "The Gazette"},
        "mayor": {"publisher": "The mayor", "via": ["paper"]},
        "port": {"publisher": "Port authority"},
    }
    cited = (["mayor"], ["port"], ["port"])
    claims = [claim(f"c{n}", sources=names) for n, names in enumerate(cited)]
    briefing = briefing_of(*claims, sources=sources)

    assert answer(PageKind.SOURCES, briefing)[2:5] == [
        "• Port authority — 2 claims",
        "• The mayor — 1 claim",
        "• The Gazette — carrier",
    ]


def test_an_empty_list_says_so_in_its_modal() -> None:
    """A button may be older than the last figure's removal."""
    briefing = briefing_of(claim())

    for kind, said in {
        PageKind.FIGURES: "No figures.",
        PageKind.TIMELINE: "Nothing in this briefing has a date.",
        PageKind.CHANGES: "No corrections or updates so far.",
    }.items():
        view = modal(context_of(briefing), Page(kind, briefing.id))
        assert view
        assert view["blocks"][0]["text"]["text"] == said
