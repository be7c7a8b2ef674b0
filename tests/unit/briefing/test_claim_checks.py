"""A claim beside its sources' words and its own earlier ones."""

from typing import Any

import pytest

from bot.briefing.claim_checks import check_claims, sentence_starts
from bot.briefing.fingerprints import canonical_json, fingerprints
from tests.factories import briefing_of, claim


def found(**fields: Any) -> list[str]:
    """Return what is said of one claim."""
    return [
        f"{problem.text} {problem.hint}"
        for problem in check_claims(briefing_of(claim("boats", **fields)))
    ]


def citing(*quotes: str, **more: str) -> list[dict[str, str]]:
    """Return a citation for each quote."""
    return [{"id": "port", "quote": quote} | more for quote in quotes]


MEND = "Mend the one that is wrong, or say under `differs` why they differ."


@pytest.mark.parametrize(
    ("text", "quotes", "said"),
    [
        (
            "About 290 people were killed, and 12 are missing.",
            ["At least 340 people were killed and 12 are missing"],
            "The claim says 290, and the quote says 340, 12: "
            '"At least 340 people were killed and 12 are missing". ' + MEND,
        ),
        (
            "About 40 boats sank.",
            ["It was the worst night in years"],
            "The claim says 40, and the quote has no number: "
            '"It was the worst night in years". ' + MEND,
        ),
        (
            "Some 290 people were killed.",
            ["340 people were killed", "290 people were killed"],
            'The claim says 290, and the quote says 340: "340 people were killed". '
            + MEND,
        ),
    ],
    ids=["another number", "no number", "one of two quotes"],
)
def test_a_number_that_its_quote_has_not_is_shown_with_the_quote(
    text: str, quotes: list[str], said: str
) -> None:
    """Either the claim or the quote was typed wrong, or there is a reason."""
    assert found(text=text, sources=citing(*quotes)) == [said]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("About 40 boats sank.", ["Some forty boats went down"]),
        ("It cost 3.5 million dollars.", ["the bill came to $3.5m"]),
        ("Boats sank.", ["40 boats sank"]),
        ("40 boats sank.", ["40 boats sank", "the worst night in years"]),
    ],
    ids=["in words", "in signs", "no number", "in another quote"],
)
def test_a_number_may_be_written_otherwise_in_the_quote(
    text: str, quotes: list[str]
) -> None:
    """All forms of a number are one number, and a quote need not bear out all."""
    assert found(text=text, sources=citing(*quotes)) == []


def test_a_reason_waives_the_difference_until_there_is_none() -> None:
    """As `fails` does for a question: what is explained no longer is told."""
    quote, why = "4,012 soldiers were killed", "Rounded."

    assert (
        found(text="About 4,000 were killed.", sources=citing(quote, differs=why)) == []
    )
    assert found(
        text="About 4,012 were killed.", sources=citing(quote, differs=why)
    ) == [
        "`differs` explains other numbers, and the quote has the claim's. "
        "Remove `differs`."
    ]


def test_a_reason_is_no_content() -> None:
    """Readers are not told of it, so nothing is posted anew when it is written."""
    plain = briefing_of(claim("boats", sources=citing("40 boats")))
    explained = briefing_of(claim("boats", sources=citing("40 boats", differs="Why.")))

    assert canonical_json(plain) == canonical_json(explained)
    assert fingerprints(plain) == fingerprints(explained)


def test_a_claim_over_three_sentences_is_told_where_the_fourth_begins() -> None:
    """Readers are promised one to three sentences."""
    text = "A storm came. It was strong. It sank boats. It went. It may return."
    (problem,) = check_claims(briefing_of(claim("boats", text=text)))

    assert (problem.text, problem.hint, problem.phrase, problem.occurrence) == (
        'The claim "boats" has 5 sentences, and readers are promised 3 at most.',
        "Make two claims of it, or put what qualifies it under `caveat`.",
        "It",
        2,
    )


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mr. Kim met Gen. Lee on 3 Nov. 2024 in St. Petersburg.", 1),
        ("The U.S. Navy and J. R. Smith came. They left.", 2),
        ("It cost $3.5 million, approx. 3 million euros. It was paid.", 2),
        ("He said: “It sank. We saw it.” Nobody was hurt!", 3),
        ("Sank? Yes. 40 boats.", 3),
        ("Шторм потопил 40 лодок. Никто не пострадал.", 2),
        ("It sank.\nIt was old.", 2),
        ("It sank … and rose.", 1),
    ],
)
def test_a_full_stop_inside_a_sentence_ends_none(text: str, sentences: int) -> None:
    """A false alarm teaches to ignore the warning."""
    assert len(sentence_starts(text)) == sentences


def updated(was: str, now: str, kind: str = "update", **fields: Any) -> list[str]:
    """Return what is said of a claim that once said another thing."""
    entry = {"date": "2026-11-02", "kind": kind, "was": was, "because": "News."}
    return found(text=now, revisions=[entry], **fields)


def test_an_update_whose_number_is_contradicted_is_asked_for_its_date() -> None:
    """What an update moves was true in its day; else it is a correction."""
    assert updated("About 30 boats were lost.", "About 40 boats were lost.") == [
        'This update `was` "30", and the claim then says "40". If the number was '
        "wrong, write `kind: correction`; if it has moved on since, say as of when "
        "under `as_of`."
    ]


@pytest.mark.parametrize(
    ("was", "now", "fields"),
    [
        (
            "About 30 boats were lost.",
            "About 40 boats were lost.",
            {"as_of": "2026-11"},
        ),
        ("30 boats were lost.", "30 boats were lost, and 4 people are missing.", {}),
        ("30 boats were lost.", "The port was closed for 3 days.", {}),
        ("On 3 November boats were lost.", "On 4 November boats were lost.", {}),
        ("Since 2022 boats are built.", "Since 2023 boats are built.", {}),
        ("Boats were lost.", "40 boats were lost.", {}),
    ],
    ids=["dated", "added", "another count", "a day", "a year", "no number"],
)
def test_an_update_that_adds_or_is_dated_passes(
    was: str, now: str, fields: dict[str, Any]
) -> None:
    """New facts that contradict nothing are what an update is for."""
    assert updated(was, now, **fields) == []


def test_a_correction_may_have_any_number() -> None:
    """It says itself that the earlier one was wrong."""
    assert updated("30 boats sank.", "40 boats sank.", kind="correction") == []


def test_each_update_is_compared_with_the_wording_after_it() -> None:
    """An error between two updates is corrected, and neither of them is asked."""
    entries = [
        {"date": "2026-11-01", "kind": "update", "was": "Boats sank.", "because": "A."},
        {
            "date": "2026-11-02",
            "kind": "correction",
            "was": "30 sank.",
            "because": "B.",
        },
    ]

    assert found(text="40 sank.", revisions=entries) == []
