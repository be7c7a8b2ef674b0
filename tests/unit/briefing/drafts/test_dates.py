"""Which dates a text says, and when two of them cannot be the same."""

import pytest

from bot.briefing.drafts.dates import SaidDate, dates_said

Parts = tuple[str, int | None, int | None, int | None]
READ: dict[str, tuple[str, list[Parts]]] = {
    "a month": ("admitted it in May.", [("May", None, 5, None)]),
    "a verb, no month": ("It may rain.", []),
    "a day": ("on 3 May 2025", [("3 May 2025", 2025, 5, 3)]),
    "as Americans write it": ("on July 4, 2025", [("July 4, 2025", 2025, 7, 4)]),
    "a month and its year": ("early June 2025", [("June 2025", 2025, 6, None)]),
    "ISO": ("on 2025-07-12", [("2025-07-12", 2025, 7, 12)]),
    "the day first": ("on 03/04/2026", [("03/04/2026", 2026, 4, 3)]),
    "a year": ("by late 2025", [("2025", 2025, None, None)]),
    "a count": ("In May 12,000 men came", [("May", None, 5, None)]),
    "no such month": ("on 2025-13-01", []),
}


@pytest.mark.parametrize(("text", "read"), READ.values(), ids=READ.keys())
def test_which_dates_a_text_says(text: str, read: list[Parts]) -> None:
    """As far as they are said, and no further."""
    assert [(d.words, d.year, d.month, d.day) for d in dates_said(text)] == read


@pytest.mark.parametrize(
    ("one", "other", "is_comparable", "differs"),
    [
        ((None, 5, None), (2025, 4, None), True, True),
        ((None, 4, None), (2025, 4, 3), True, False),
        ((2025, None, None), (None, 4, None), False, False),
        ((2025, 4, 3), (2025, 4, 4), True, True),
    ],
)
def test_dates_differ_where_a_part_that_both_have_does(
    one: tuple[int | None, ...],
    other: tuple[int | None, ...],
    is_comparable: bool,
    differs: bool,
) -> None:
    """A month alone may be that month of any year."""
    this, that = SaidDate("", 0, 0, *one), SaidDate("", 0, 0, *other)

    assert (this.is_comparable(that), this.differs(that)) == (is_comparable, differs)
    assert (that.is_comparable(this), that.differs(this)) == (is_comparable, differs)
