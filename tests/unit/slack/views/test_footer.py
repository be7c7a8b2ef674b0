"""The context line: the date, the label, and the one weakness that matters most."""

from datetime import date
from typing import Any

import pytest

from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR, Label
from bot.slack.views.footer import footer, overall_weakness, strictest, weakness
from bot.slack.views.message import RenderContext
from tests.factories import briefing_of, claim
from tests.frozen import context_of

SOURCES = {
    "port": {"publisher": "Port authority", "via": ["paper"]},
    "mayor": {"publisher": "The mayor", "via": ["paper"]},
    "paper": {"publisher": "The Gazette"},
    "rumour": {"publisher": "A blog"},
}


def cited(**sources: list[str]) -> Briefing:
    """Return a briefing of these claims with what each cites."""
    claims = [claim(id, sources=names) for id, names in sources.items()]
    return briefing_of(*claims, sources=SOURCES)


def all_weakness(briefing: Briefing) -> str:
    return overall_weakness(context_of(briefing), briefing)


def weakness_of(briefing: Briefing, *, today: date | None = None) -> str:
    context = context_of(briefing)
    if today:
        context = RenderContext(context.library, today)
    return weakness(context, briefing, briefing.claims)


@pytest.mark.parametrize(
    ("briefing", "said"),
    [
        (cited(a=["port"], b=["mayor"]), "all known through The Gazette"),
        (cited(a=["port"], b=["paper"]), "all known through The Gazette"),
        (cited(a=["port"], b=["rumour"]), "none confirmed independently"),
    ],
    ids=["carried", "carried-and-read", "two-ways"],
)
def test_a_sole_carrier_is_named_if_all_came_through_it(
    briefing: Briefing, said: str
) -> None:
    """One article is one witness, whoever is quoted in it."""
    assert all_weakness(briefing) == said


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"sources": ["port", "rumour"]}, "1 of 2 not confirmed independently"),
        ({"contradicts": ["a"]}, "2 claims disputed"),
    ],
    ids=["confirmed", "disputed"],
)
def test_the_weakness_that_matters_most_is_said(
    other: dict[str, Any], said: str
) -> None:
    """Dispute comes before the want of a second witness."""
    briefing = briefing_of(claim("a"), claim("b", **other), sources=SOURCES)

    assert weakness_of(briefing) == said


def test_what_all_is_confirmed_has_no_weakness() -> None:
    """Nothing is said where nothing is to be said."""
    assert weakness_of(cited(a=["port", "rumour"])) == ""


def test_an_overdue_review_comes_first() -> None:
    """What nobody looked at again may be wrong in any way."""
    briefing = briefing_of(
        claim("a"),
        claim("b", contradicts=["a"]),
        verified="2026-10-01",
        review_every="30 days",
    )

    assert (
        weakness_of(briefing, today=date(2026, 12, 1)) == "2 claims overdue for review"
    )
    assert weakness_of(briefing, today=date(2026, 10, 2)) == "2 claims disputed"


def test_the_strictest_label_is_that_of_what_is_shown_or_of_the_briefing() -> None:
    """A clear line of an amber briefing is amber as long as it says so."""
    briefing = briefing_of(
        claim("a"), claim("b", handling=Label.AMBER), handling=Label.GREEN
    )
    first, second = briefing.claims

    assert strictest(briefing, [first]) is Label.GREEN
    assert strictest(briefing, [first, second]) is Label.AMBER


def test_the_context_line_says_label_facts_and_briefing_in_this_order() -> None:
    """What was read as another name comes before all of it."""
    amber = briefing_of(claim("a"), handling=Label.AMBER, short="Harbour")
    other = briefing_of(claim("a"), id="other")

    alone = context_of(amber, audience=CURATOR)
    beside_another = context_of(amber, other, audience=CURATOR)

    assert footer(alone, amber, facts=("As of <now>", "")) == (
        "TLP:AMBER · As of &lt;now&gt;"
    )
    assert (
        footer(
            beside_another,
            amber,
            facts=("As of now",),
            corrected_from="harbor",
        )
        == "Nearest to “harbor” · TLP:AMBER · As of now · Harbour"
    )
