"""Words and terms: the same for every way of writing the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.search.analysis import assumed_dates, terms, words


@pytest.mark.parametrize(
    "text",
    ["9,500", "9500", "9.5k", "9.5 thousand", "nine thousand five hundred", "9’500"],
)
def test_a_number_is_one_number_however_it_is_written(text: str) -> None:
    """Separators, suffixes and number words all end in plain digits."""
    assert words(text) == ["9500"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twenty-five boats", ["25", "boats"]),
        ("one of the boats", ["one", "of", "the", "boats"]),
        ("a million", ["1000000"]),
        ("two hundred and five", ["205"]),
        ("£3.5bn", ["pounds", "3500000000"]),
        ("US$38.5m", ["dollars", "38500000"]),
        ("38.5 million US dollars", ["38500000", "dollars"]),
        ("14 million USD", ["14000000", "dollars"]),
        ("11 000 people", ["11000", "people"]),
        ("in 2020 300 people", ["in", "2020", "300", "people"]),
        (
            "3 per cent, 3% and 3 percent",
            [*["3", "percent"] * 2, "and", "3", "percent"],
        ),
        ("under-fives", ["under", "5"]),
        ("48km and 48 kilometres", ["48", "kilometers", "and", "48", "kilometres"]),
        ("19/10/2026", ["19", "october", "2026"]),
        ("10/19/2026", ["19", "october", "2026"]),
        ("the 12th", ["the", "12"]),
        ("12%", ["12", "percent"]),
        ("2025-07-12", ["12", "july", "2025"]),
        ("in May 2025", ["in", "mayo", "2025"]),
        ("it may rain", ["it", "may", "rain"]),
        ("Wŏnsan", ["wonsan"]),
        ("the U.S. and us", ["the", "usa", "and", "us"]),
        ("D.P.R.K.", ["dprk"]),
        ("Ukraine’s and didn't", ["ukraine", "and", "did"]),
        ("human-wave", ["human", "wave"]),
        ("日本語 🙂", ["日本語"]),
        ("9" * 40, ["9" * 40]),
    ],
)
def test_text_is_read_word_by_word(text: str, expected: list[str]) -> None:
    """Accents, case, hyphens, possessives and emoji make no difference."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("They fought", "fighting"),
        ("losses", "lost"),
        ("modernisation", "modernize"),
        ("the programme", "programs"),
        ("precision", "precise"),
        ("flights", "flew"),
        ("died", "deaths"),
    ],
)
def test_forms_of_a_word_share_a_term(one: str, other: str) -> None:
    """Stems, irregular forms and both spellings of English come together."""
    assert terms(one) == terms(other)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """Nothing that can be typed raises, and no word is empty."""
    assert all(words(text))
    assert all(terms(text))


def test_a_date_that_could_be_read_two_ways_says_how_it_was_read() -> None:
    """The day first, as most of the world writes it; a 19 is no month."""
    assert assumed_dates("since 03/04/2026") == [("03/04/2026", "3 April 2026")]
    assert assumed_dates("since 19/10/2026 or 10/19/2026 or 4/4/2026") == []
