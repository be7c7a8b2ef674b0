"""Words and terms: the same for every way of writing the same thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.search.analysis import terms, words


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
        ("£3.5bn", ["3500000000"]),
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
