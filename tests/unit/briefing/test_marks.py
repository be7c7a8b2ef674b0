"""ICD 203: two rows of seven words with half-open ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.marks import Confidence, Likelihood, likelihood_of

PREFERRED = [word for word in Likelihood if word.row == 0]


@pytest.mark.parametrize(
    ("percent", "word"),
    [
        (1, "almost no chance"),
        (5, "very unlikely"),
        (20, "unlikely"),
        (45, "roughly even chance"),
        (54.9, "roughly even chance"),
        (55, "likely"),
        (80, "very likely"),
        (95, "almost certain"),
        (99, "almost certain"),
    ],
)
def test_a_shared_edge_belongs_to_the_upper_word(percent: float, word: str) -> None:
    """The ranges are half open, the last one closed."""
    assert likelihood_of(percent) == word


@pytest.mark.parametrize("percent", [0, 0.9, 99.1, 100])
def test_what_is_certain_is_no_estimate(percent: float) -> None:
    """Nothing and everything are facts, so they are refused."""
    with pytest.raises(ValueError, match="is not an estimate: use 1 to 99"):
        likelihood_of(percent)


@given(st.floats(min_value=1, max_value=99))
def test_every_probability_has_one_word_whose_range_holds_it(percent: float) -> None:
    """The seven ranges cover the scale without a gap."""
    low, high = likelihood_of(percent).percent

    assert low <= percent <= high


def test_the_rows_mean_the_same_word_by_word() -> None:
    """ "Probable" has the range of "likely"."""
    alternative = [word for word in Likelihood if word.row == 1]

    assert [w.percent for w in PREFERRED] == [w.percent for w in alternative]


def test_confidence_carries_no_percentages() -> None:
    """ICD 203 defines none, so the legend invents none."""
    assert not any(char.isdigit() for c in Confidence for char in c.meaning)
