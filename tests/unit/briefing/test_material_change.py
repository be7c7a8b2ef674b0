"""Refiles: which rewordings nobody is told of, and which must be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.material_change import same_substance

SAME = {
    "synonym": ("About 4,000 soldiers left.", "About 4,000 troops left."),
    "approximation": ("About 4,000 left.", "Roughly 4,000 left."),
    "digits": ("About 4,000 left.", "About 4000 left."),
    "number-word": ("Two units came.", "2 units came."),
    "contraction": ("It didn't come.", "It did not come."),
    "possessive": ("Russia's offer", "Russia’s offer"),
    "article": ("Soldiers fought in Kursk.", "The soldiers fought in Kursk."),
    "line-break": ("It came in\nApril.", "It came in April."),
    "comma": ("In April, it came.", "In April it came."),
}
DIFFERENT = {
    "number": ("About 4,000 left.", "About 4,700 left."),
    "number-words": ("Two units came.", "Three units came."),
    "magnitude": ("It cost 3 million.", "It cost 3 billion."),
    "name": ("Kim met Lavrov.", "Kim met Shoigu."),
    "name-that-opens": ("Kim met Lavrov.", "Choe met Lavrov."),
    "who-did-it": ("Kim met Putin.", "Putin met Kim."),
    "month": ("It came in April.", "It came in May."),
    "day": ("It came on 12 April.", "It came on 13 April."),
    "negation": ("It was sent.", "It was not sent."),
    "contracted-negation": ("It did come.", "It didn't come."),
    "likelihood": ("It may come.", "It will come."),
    "approximation-lost": ("About 4,000 left.", "4,000 left."),
    "fate": ("4,000 were killed.", "4,000 were wounded."),
    "standing": ("The army confirmed it.", "The army announced it."),
    "direction": ("Exports rose.", "Exports fell."),
    "numbers-swapped": ("10 of 20 came.", "20 of 10 came."),
}


@pytest.mark.parametrize(("earlier", "later"), SAME.values(), ids=SAME.keys())
def test_a_refile_moves_nothing_that_matters(earlier: str, later: str) -> None:
    """Nobody is told of better words for the same thing."""
    assert same_substance(earlier, later)


@pytest.mark.parametrize(("earlier", "later"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_a_weighty_word_that_moves_is_a_change(earlier: str, later: str) -> None:
    """Numbers, names, dates, negations, likelihood and fate are never mere wording."""
    assert not same_substance(earlier, later)


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_does_not_matter_which_text_was_first(earlier: str, later: str) -> None:
    """A change and its reversal are judged alike, whatever the text."""
    assert same_substance(earlier, later) == same_substance(later, earlier)
    assert same_substance(earlier, earlier)
