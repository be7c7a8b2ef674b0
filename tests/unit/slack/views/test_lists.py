"""Lists of figures, dates and sources: how many there are stands in the title."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.block_kit.part import Part
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
    assert first.endswith(": 1 new since the last digest, 20 November 2026.")
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
        "• Lost (boats): 1 — reported, Port authority (Boats of all sizes); against "
        "2 — reported, Port authority; against 3 — reported, Port authority; and 2 more"
    )
    assert lines[-1] == "As of November 2026 · 1 counted more than once"


def posted_figures(briefing: Briefing) -> Part:
    context = replace(context_of(briefing), is_posted=True)
    return render(Shown(Page(PageKind.FIGURES, briefing.id)), context)


def charts_of(part: Part) -> list[Any]:
    return [b for b in part.blocks if b["type"] == "data_visualization"]


def test_what_three_say_of_one_count_is_drawn_where_it_is_posted() -> None:
    """Ranges keep both ends, bars are named in words; what is withdrawn is left out."""
    ends: list[dict[str, Any]] = [
        *({"value": 40, "approximate": True}, {"low": 50, "high": 60}, {"low": 70}),
        {"value": 900},
    ]
    claims = [
        claim(f"c{n}", figures=[{"label": "lost", "unit": "boats", **each}])
        for n, each in enumerate(ends)
    ]
    gone = {
        "date": "2026-11-02",
        "kind": "withdrawal",
        "was": "900 boats.",
        "because": "It was wrong.",
    }
    claims[3]["revisions"] = [gone]

    (drawn,) = charts_of(posted_figures(briefing_of(*claims)))

    assert drawn["title"] == "Lost (boats)"
    assert [
        (series["name"], [(each["label"], each["value"]) for each in series["data"]])
        for series in drawn["chart"]["series"]
    ] == [
        (
            "Lowest said",
            [
                ("about 40, Port auth…", 40),
                ("50 to 60, Port auth…", 50),
                ("at least 70, Port a…", 70),
            ],
        ),
        (
            "Highest said",
            [
                ("about 40, Port auth…", 40),
                ("50 to 60, Port auth…", 60),
                ("at least 70, Port a…", 70),
            ],
        ),
    ]


def test_two_units_never_share_a_chart_and_two_figures_are_none() -> None:
    """What cannot be compared stands in the table alone."""
    boats = [lost(f"b{n}", n) for n in (1, 2)]
    tons = claim("t", figures=[{"label": "lost", "value": 3, "unit": "tons"}])

    part = posted_figures(briefing_of(*boats, tons))

    assert charts_of(part) == []
    (table,) = [block for block in part.blocks if block["type"] == "table"]
    assert [row[0]["text"] + row[1]["text"] for row in table["rows"]] == [
        *("WhatFigure", "Lost (boats)1", "Lost (boats)2", "Lost (tons)3"),
    ]


def test_bars_that_would_have_one_name_are_told_apart() -> None:
    """Slack takes no category twice."""
    alike = [lost(f"c{n}", 4_000_000) for n in range(3)]

    (drawn,) = charts_of(posted_figures(briefing_of(*alike)))

    assert drawn["chart"]["axis_config"]["categories"] == [
        *("4,000,000, Port aut…", "4,000,000, Port… [2]", "4,000,000, Port… [3]"),
    ]


def test_what_is_drawn_is_said_in_its_text_and_in_its_plain_form() -> None:
    """An answer in an acknowledgement has the plain form alone."""
    briefing = briefing_of(*(lost(f"c{n}", n) for n in (31, 32, 33)))

    posted = posted_figures(briefing)
    acknowledged = render(
        Shown(Page(PageKind.FIGURES, briefing.id)), context_of(briefing)
    )

    assert posted.plain_blocks[0] == acknowledged.blocks[0]
    assert posted.text == acknowledged.text
    assert posted.claims == acknowledged.claims
    assert not acknowledged.plain_blocks


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
