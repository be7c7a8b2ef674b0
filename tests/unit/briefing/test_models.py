"""The model: scalars come as text, and no default looks like a judgment."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from bot.briefing.models import Briefing, Claim, Figure, Source
from bot.briefing.wording import describe_origins
from tests.factories import briefing_of, claim, make_briefing


def problems(fields: dict[str, Any]) -> list[str]:
    """Return what the model says of a figure with these fields."""
    with pytest.raises(ValidationError) as caught:
        Figure.model_validate({"label": "boats"} | fields)
    return [
        error["msg"].removeprefix("Value error, ") for error in caught.value.errors()
    ]


def test_what_is_not_judged_is_absent() -> None:
    """No mark has a default but the weakest kind, a report."""
    written = Claim.model_validate(claim())

    assert written.kind == "report"
    assert (written.credibility, written.confidence, written.likelihood) == (None,) * 3


def test_text_becomes_the_type_of_its_field() -> None:
    """`0123` is no octal and `4000` is a number only where one is meant."""
    figure = Figure.model_validate(
        {"label": "0123", "value": "4000", "approximate": "true"}
    )

    assert (figure.label, figure.value, figure.approximate) == ("0123", 4000, True)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"value": "9,500"}, '"9,500" has commas. Write 9500.'),
        (
            {"value": "many"},
            '"many" is not a number. Write a number in digits, such as 40.',
        ),
        (
            {"value": "inf"},
            '"inf" is not a number. Write a number in digits, such as 40.',
        ),
        (
            {"value": "1", "approximate": "yes"},
            '"yes" is not allowed here. Write true.',
        ),
        ({}, "A figure has either `value`, or `low` and/or `high`. Add `value`."),
        (
            {"value": "1", "low": "0"},
            "A figure has either `value`, or `low` and/or `high`. "
            "Remove one or the other.",
        ),
        (
            {"low": "7", "high": "5"},
            'The low end "7" is not below the high end "5". Swap them.',
        ),
    ],
    ids=["commas", "words", "infinite", "yes", "neither", "both", "swapped"],
)
def test_a_wrong_figure_is_refused_with_advice(
    fields: dict[str, Any], text: str
) -> None:
    """The curator reads what is wrong and what to write."""
    assert problems(fields) == [text]


def test_a_source_without_a_name_must_say_that_nobody_is_named() -> None:
    """ "Source not named" is information, not an oversight."""
    with pytest.raises(ValidationError, match="neither publisher nor title"):
        Source.model_validate({"party": "Russia"})


def test_a_key_nobody_knows_is_an_error() -> None:
    """A typing error in a key must not lose what stands behind it."""
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Claim.model_validate(claim(caveats="none"))


@pytest.mark.parametrize(
    ("every", "stale"), [("30 days", True), ("31 days", False), ("never", False)]
)
def test_a_claim_is_stale_the_day_after_its_review_is_due(
    every: str, stale: bool
) -> None:
    """Verified on 1 October, it is looked at on 1 November."""
    briefing = briefing_of(claim(), review_every=every, verified="2026-10-01")

    assert briefing.is_stale(briefing.claims[0], date(2026, 11, 1)) is stale


def test_what_was_never_verified_is_not_called_stale() -> None:
    """Absent is "not judged"."""
    briefing = briefing_of(claim(), review_every="30 days")

    assert not briefing.is_stale(briefing.claims[0], date(2099, 1, 1))


def test_a_date_is_inherited_from_the_source_then_the_briefing() -> None:
    """The nearest one counts."""
    sources = {"port": {"publisher": "Port", "published": "2026-09"}}
    dated = briefing_of(claim(), sources=sources)
    undated = make_briefing()

    assert str(dated.as_of_date(dated.claims[0])) == "2026-09"
    assert str(undated.as_of_date(undated.claims[0])) == "2026-11"


def test_a_date_is_inherited_from_the_paper_through_which_a_source_is_known() -> None:
    """What a witness told a paper of August is no news of November."""
    sources = {
        "port": {"publisher": "Port", "via": ["wire"]},
        "wire": {"publisher": "Wire", "via": ["paper", "weekly"]},
        "paper": {"publisher": "Paper", "published": "2026-08-01"},
        "weekly": {"publisher": "Weekly", "published": "2026-08-09"},
    }
    briefing = briefing_of(claim(), sources=sources)

    assert str(briefing.as_of_date(briefing.claims[0])) == "2026-08-01"


PORT = {"port": {"publisher": "Port authority"}}
CARRIED: dict[str, Any] = {
    "witness": {"publisher": "A witness", "via": ["interview"]},
    "interview": {"publisher": "Radio", "via": ["late", "early"]},
    "late": {"publisher": "Weekly", "published": "2026-08-09"},
    "early": {"publisher": "Paper", "published": "2026-08-01"},
    "own": {"publisher": "Port", "published": "2026-09", "via": ["early"]},
    "letter": {"publisher": "A letter"},
    "copied": {"publisher": "A copy", "via": ["letter"]},
}


@pytest.mark.parametrize(
    ("source", "day"),
    [
        ("own", "2026-09"),
        ("interview", "2026-08-09"),
        ("witness", "2026-08-09"),
        ("letter", None),
        ("copied", None),
    ],
)
def test_a_source_is_as_fresh_as_the_nearest_through_which_it_is_known(
    source: str, day: str | None
) -> None:
    """Its own date counts first, then that of who passed it on; else nobody knows."""
    published = briefing_of(claim(), sources=PORT | CARRIED).published_on(source)

    assert (str(published) if published else None) == day


def test_the_last_revision_decides_whether_a_claim_is_withdrawn() -> None:
    """A claim that was taken back and put right again stands."""
    back = {"date": "2026-11-02", "kind": "withdrawal", "was": "x", "because": "wrong"}
    again = back | {"date": "2026-11-03", "kind": "update"}

    assert Claim.model_validate(claim(revisions=[back])).is_withdrawn
    assert not Claim.model_validate(claim(revisions=[back, again])).is_withdrawn


SOURCES: dict[str, Any] = {
    "article": {"title": "News article"},
    "times": {"publisher": "The Times", "via": ["article"]},
    "hur": {
        "publisher": "Ukraine's military intelligence",
        "party": "Ukraine",
        "via": ["times"],
    },
    "shoigu": {"publisher": "Sergei Shoigu", "party": "Russia", "via": ["article"]},
    "unnamed": {"unnamed": True, "via": ["article"]},
}


def citing(*cited: str) -> Briefing:
    """Return a briefing whose one claim cites these sources."""
    return briefing_of(claim(sources=list(cited)), sources=SOURCES, matter="the war")


@pytest.mark.parametrize(
    ("cited", "independent"),
    [
        (["hur"], ["hur"]),
        (["times", "hur"], ["hur"]),
        (["article", "hur"], ["hur"]),
        (["article", "times"], ["times"]),
        (["hur", "shoigu"], ["hur", "shoigu"]),
        (["hur", "hur"], ["hur"]),
        (["unnamed"], []),
        (["unnamed", "article"], []),
        (["unnamed", "shoigu"], ["shoigu"]),
    ],
    ids=str,
)
def test_a_carrier_is_no_second_origin(
    cited: list[str], independent: list[str]
) -> None:
    """Who only passed it on, near or far, does not count; nor does nobody."""
    briefing = citing(*cited)

    assert list(briefing.origins(briefing.claims[0])) == independent


@pytest.mark.parametrize(
    ("cited", "words"),
    [
        (
            ["times", "hur"],
            "one origin: Ukraine's military intelligence, a party to the war",
        ),
        (["unnamed"], "no named origin"),
        (
            ["hur", "shoigu"],
            "2 independent origins: Ukraine's military intelligence, a party to the "
            "war; Sergei Shoigu, a party to the war",
        ),
    ],
    ids=["one", "none", "two"],
)
def test_origins_are_said_in_a_readers_words(cited: list[str], words: str) -> None:
    """The count comes with who it is and whose side they are on."""
    briefing = citing(*cited)

    assert describe_origins(briefing.claims[0], briefing) == words


def test_a_contradiction_declared_once_counts_for_both() -> None:
    """That is what "disputed" means."""
    briefing = briefing_of(claim("a", contradicts=["b"]), claim("b"))

    assert briefing.contradictions() == {"a": {"b"}, "b": {"a"}}
