"""EDTF dates: what is not known is never invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.field_types import EdtfDate


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-07-12", "12 July 2025"),
        ("2025-07", "July 2025"),
        ("2025", "2025"),
        ("2025-07~", "about July 2025"),
        ("2025?", "2025 (uncertain)"),
    ],
)
def test_a_date_is_said_as_precisely_as_it_is_known(text: str, words: str) -> None:
    """A month stays a month; about and uncertain are said in words."""
    assert EdtfDate.parse(text).format() == words


@pytest.mark.parametrize("text", ["1/2/2025", "2025-07-12~?", "", "25"])
def test_another_way_to_write_a_date_is_refused_with_the_right_one(text: str) -> None:
    """The error shows what was written and what may be written."""
    with pytest.raises(ValueError, match="is not a date") as caught:
        EdtfDate.parse(text)

    assert str(caught.value) == (
        f'"{text}" is not a date. Write 2025-07-12, 2025-07 or 2025, '
        "with ~ behind it for about and ? for uncertain."
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2025-7", "2025-07"),
        ("July 2025", "2025-07"),
        ("about 5 Nov. 2025", "2025-11-05~"),
        ("November 5th, 2025", "2025-11-05"),
        ("19/10/2025", "2025-10-19"),
        ("10/19/2025", "2025-10-19"),
        ("1.2.2025", "2025-02-01"),
        ("20250712", "2025-07-12"),
        ("2025-07-12T08:00:00Z", "2025-07-12"),
        ("~2025", "2025~"),
    ],
)
def test_a_date_that_can_only_mean_one_thing_is_written_out(
    text: str, meant: str
) -> None:
    """The advice can be copied as it stands."""
    with pytest.raises(ValueError, match="is not a date") as caught:
        EdtfDate.parse(text)

    assert str(caught.value) == f'"{text}" is not a date. Write {meant}.'


@pytest.mark.parametrize("text", ["2025-02-29", "2025-13", "0000"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    """The curator is told to leave out what is not known."""
    with pytest.raises(ValueError, match="names a day that does not exist"):
        EdtfDate.parse(text)


def test_a_month_spans_its_first_to_its_last_day() -> None:
    """Neither end is claimed to be the day."""
    month = EdtfDate.parse("2024-02")

    assert (month.earliest, month.latest) == (date(2024, 2, 1), date(2024, 2, 29))


def test_a_year_sorts_before_the_days_inside_it() -> None:
    """Order is by the first possible day, then by the last."""
    texts = ["2025-07-12", "2025-07", "2025", "2024-12-31"]

    ordered = sorted(EdtfDate.parse(text) for text in texts)

    assert [str(d) for d in ordered] == ["2024-12-31", "2025", "2025-07", "2025-07-12"]


@given(st.dates(), st.sampled_from(["", "~", "?"]), st.sampled_from([4, 7, 10]))
def test_what_is_written_is_what_is_kept(day: date, mark: str, length: int) -> None:
    """Reading and writing lose nothing and add nothing."""
    text = day.isoformat()[:length] + mark

    assert str(EdtfDate.parse(text)) == text
