"""Canonical JSON and fingerprints: what is a change, and for whom."""

from typing import Any

import pytest

from bot.briefing.fingerprints import content_hash, fingerprints
from tests.factories import briefing_of, claim, make_briefing


def prints(**fields: Any) -> str:
    """Return the fingerprint of a claim with these fields."""
    return fingerprints(briefing_of(claim(**fields)))["losses"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "About 50 boats were lost."},
        {"short": "About 40 boats"},
        {"caveat": "Sunk and damaged are counted together."},
        {"kind": "estimate"},
        {"figures": [{"label": "boats", "value": 40}]},
        {"likelihood": "likely"},
        {"confidence": "low"},
        {"when": "2026-11"},
        {"sources": [{"id": "port", "locator": "p. 3"}]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_what_a_reader_is_told_changes_the_fingerprint(fields: dict[str, Any]) -> None:
    """Corrections find messages by it."""
    assert prints(**fields) != prints()


@pytest.mark.parametrize(
    "fields",
    [{"aliases": ["boats"]}, {"verified": "2026-11-20"}, {"handling": "TLP:GREEN"}],
    ids=lambda fields: next(iter(fields)),
)
def test_what_a_reader_is_not_told_leaves_the_fingerprint(
    fields: dict[str, Any],
) -> None:
    """A new alias corrects nothing."""
    assert prints(**fields) == prints()


def test_bottom_line_and_summaries_have_fingerprints_of_their_own() -> None:
    """They have ids like claims; so have titles, which bear numbers too."""
    briefing = make_briefing(bottom_line="The harbour is shut.")

    titles = {"/title", *(f"{section.id}/title" for section in briefing.sections)}
    assert set(fingerprints(briefing)) == {"losses", "bottom-line", *titles}


def test_a_withdrawn_claim_is_not_what_it_was_in_the_same_words() -> None:
    """Its words are struck wherever it is shown: who saw them plain saw other ones."""
    entry = {"date": "2026-11-23", "kind": "withdrawal", "was": "X", "because": "Y"}
    standing, withdrawn = (
        fingerprints(briefing_of(claim(revisions=entries)))["losses"]
        for entries in ([], [entry])
    )

    assert standing != withdrawn


def test_the_order_of_keys_is_no_content() -> None:
    """Two ways to write the same briefing have one hash."""
    swapped = dict(reversed(claim(kind="estimate").items()))

    one = briefing_of(claim(kind="estimate"))

    assert content_hash((one,)) == content_hash((briefing_of(swapped),))


def test_the_order_of_claims_is_content() -> None:
    """Most important first is a statement of the curator's."""
    one, two = claim("a"), claim("b")

    assert content_hash((briefing_of(one, two),)) != content_hash(
        (briefing_of(two, one),)
    )
