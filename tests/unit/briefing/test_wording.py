"""Wording: a claim's marks in a reader's words."""

from typing import Any

import pytest

from bot.briefing.models import Briefing, Figure
from bot.briefing.wording import amount, describe, headline, mark, marks
from tests.factories import briefing_of, claim

SOURCES = {
    "port": {"publisher": "Port authority", "short": "Port"},
    "union": {"publisher": "Dockers' union"},
    "unnamed": {"unnamed": True},
}


def with_claim(**fields: Any) -> Briefing:
    """Return a briefing with one claim of these fields."""
    return briefing_of(claim(**fields), sources=SOURCES)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "fact"}, ""),
        ({"kind": "statement"}, "Port"),
        ({}, "reported, Port"),
        ({"kind": "estimate", "sources": ["unnamed"]}, "estimate, source not named"),
        (
            {"kind": "report", "sources": ["port", "union"]},
            "reported, Port and Dockers' union",
        ),
        ({"kind": "forecast", "sources": [], "basis": ["x"]}, "forecast, this desk"),
    ],
    ids=["fact", "statement", "report", "unnamed", "two", "own"],
)
def test_the_mark_names_kind_and_speaker(fields: dict[str, Any], words: str) -> None:
    """A statement needs no more than who said it; a fact needs nothing."""
    briefing = with_claim(**fields)

    assert mark(briefing.claims[0], briefing) == words


def test_a_forecast_whose_source_gave_no_likelihood_says_so() -> None:
    """The reader sees what is missing, and the caveat travels along."""
    briefing = with_claim(kind="forecast", caveat="No date was given")

    assert marks(briefing.claims[0], briefing) == (
        "Forecast, Port. No likelihood given. No date was given."
    )


def test_likelihood_and_confidence_stand_in_sentences_of_their_own() -> None:
    """ICD 203: never both in one sentence."""
    briefing = with_claim(kind="forecast", likelihood="likely", confidence="low")

    assert marks(briefing.claims[0], briefing) == (
        "Forecast, Port. Likelihood: likely (55 to 80 percent). Confidence: low."
    )


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ({"value": 4000, "approximate": True}, "about 4,000"),
        ({"value": 2.5}, "2.5"),
        ({"low": 5, "high": 7}, "5 to 7"),
        ({"low": 3}, "at least 3"),
        ({"high": 20000}, "up to 20,000"),
    ],
    ids=["about", "decimal", "range", "low", "high"],
)
def test_a_figure_is_said_with_its_ends(figure: dict[str, Any], words: str) -> None:
    """One end alone means at least, or up to."""
    assert amount(Figure.model_validate({"label": "boats"} | figure)) == words


def test_a_claim_without_a_short_form_is_headed_by_its_first_sentence() -> None:
    """It is cut at a word when it is longer than 80 characters."""
    long = with_claim(text="The storm " + "blew and " * 12 + "ended. It left.")
    plain = with_claim(text="The harbour is shut. It may open in May.")

    assert headline(plain.claims[0]) == "The harbour is shut"
    assert headline(long.claims[0]) == "The storm " + "blew and " * 7 + "blew…"


def test_a_source_is_described_with_side_and_record() -> None:
    """Whose side it is on and how reliable it was judged, in words."""
    sources = {
        "port": {
            "publisher": "Port authority",
            "title": "Storm report",
            "party": "Port",
            "reliability": "B",
        }
    }
    briefing = briefing_of(claim(), sources=sources, matter="the claim")

    assert describe(briefing.sources["port"], briefing) == (
        "Port authority, “Storm report”, a party to the claim; usually reliable"
    )
