"""What a wording that was shown is worth by now, for every history of a claim."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.fingerprints import fingerprints
from bot.briefing.models import Briefing
from bot.briefing.verdicts import Verdict, is_lead, moved_with, verdict
from tests.factories import briefing_of, claim, make_briefing, section

KINDS = st.lists(st.sampled_from(["correction", "update", "withdrawal"]), max_size=6)
NUMBERS = st.lists(st.integers(40, 43), min_size=7, max_size=7)


def state(kinds: list[str], numbers: list[int], entries: int) -> Briefing:
    """Return the claim as it stood with so many entries."""
    return briefing_of(
        claim(
            text=f"About {numbers[entries]} boats were lost.",
            revisions=[
                {
                    "date": "2026-11-23",
                    "kind": kind,
                    "was": f"About {numbers[at]} boats were lost.",
                    "because": "Counted again.",
                }
                for at, kind in enumerate(kinds[:entries])
            ],
        )
    )


def judged(then: Briefing, now: Briefing) -> Verdict:
    """Judge what was shown then by what is so now."""
    shown, current = (fingerprints(each)["losses"] for each in (then, now))
    return verdict(shown, len(then.claims[0].revisions), now.claims[0], current)


@given(KINDS, NUMBERS)
def test_what_is_current_is_right(kinds: list[str], numbers: list[int]) -> None:
    """So whatever chain led there, a message that says it is left alone."""
    now = state(kinds, numbers, len(kinds))

    assert judged(now, now) is Verdict.RIGHT


@given(KINDS, NUMBERS, st.data())
def test_wrong_is_what_the_next_entry_corrects(
    kinds: list[str], numbers: list[int], data: st.DataObject
) -> None:
    """And all that was ever said of a claim that is withdrawn now; nothing else."""
    at = data.draw(st.integers(0, len(kinds)))
    then, now = state(kinds, numbers, at), state(kinds, numbers, len(kinds))
    is_same = fingerprints(then)["losses"] == fingerprints(now)["losses"]
    is_withdrawn = kinds[-1:] == ["withdrawal"]
    is_error = kinds[at : at + 1] not in ([], ["update"])

    wrong = not is_same and (is_error or (is_withdrawn and at < len(kinds)))
    assert judged(then, now).is_wrong is wrong


@given(KINDS, NUMBERS, st.data())
def test_entries_that_are_gone_are_a_correction_taken_back(
    kinds: list[str], numbers: list[int], data: st.DataObject
) -> None:
    """The list only grows, unless somebody takes a slip back."""
    at = data.draw(st.integers(0, len(kinds)))
    then, now = state(kinds, numbers, len(kinds)), state(kinds, numbers, at)
    if fingerprints(then) != fingerprints(now) and at < len(kinds):
        assert judged(then, now) is Verdict.TAKEN_BACK


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("All 40 boats are lost.", "All 47 boats are lost.", True),
        ("All 40 boats are lost.", "All 40 boats were lost.", False),
        ("Nine ships were saved.", "Ten ships were saved.", False),
    ],
)
def test_a_summary_moves_with_the_number_of_a_corrected_claim(
    before: str, after: str, moved: bool
) -> None:
    """By another number, or in its words alone, it moves by itself."""
    corrected = state(["correction"], [40, 47], 1).claims[0]
    first = claim(text="About 40 boats were lost.")
    then, now = (
        make_briefing(sections=[section(summary=summary, claims=[own])])
        for summary, own in ((before, first), (after, dump(corrected)))
    )

    assert (moved_with(then, now, "storm/summary") is not None) is moved


def dump(one: Any) -> dict[str, Any]:
    return {**one.model_dump(mode="json", exclude_defaults=True), "sources": ["port"]}


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("losses", False),
        ("bottom-line", True),
        ("storm/summary", True),
        ("/title", True),
    ],
)
def test_leads_are_told_from_claims_by_their_ids(id: str, expected: bool) -> None:
    """No claim's id holds a slash."""
    assert is_lead(id) is expected
