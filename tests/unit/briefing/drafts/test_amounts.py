"""What a text counts, and whether a figure bears it out."""

import math
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.briefing.drafts.amounts import Interval, amounts, interval_of
from bot.briefing.models import Figure
from bot.briefing.wording import amount, number

READ: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "about": (
        "About 9,500 North Korean soldiers fought",
        [("About 9,500", "north", "")],
    ),
    "two counts": (
        "1,000 sappers and 5,000 builders",
        [("1,000", "sapper", ""), ("5,000", "builder", "")],
    ),
    "a range": ("between 5 and 7 ships", [("between 5 and 7", "ship", "")]),
    "a range with a dash": ("4,000–4,700 men", [("4,000–4,700", "man", "")]),
    "a change, no range": ("from 40 to 47 boats", [("40", "", ""), ("47", "boat", "")]),
    "money before": ("US$38.5m was paid", [("US$38.5m", "", "dollars")]),
    "money behind": ("38.5 million dollars", [("38.5 million", "dollar", "dollars")]),
    "percent": ("3 per cent of it", [("3", "percent", "percent")]),
    "or more": ("40 or more boats", [("40 or more", "boat", "")]),
    "a plural alone": ("tens of thousands of men", [("tens of thousands", "man", "")]),
    "several": ("several hundred tanks", [("several hundred", "tank", "")]),
    "words": ("Thirty thousand more troops", [("Thirty thousand", "troop", "")]),
    "of the": ("nearly 40 of the boats", [("nearly 40", "boat", "")]),
    "a count like a year": ("2000 boats in 2000", [("2000", "boat", "")]),
    "days and years": ("On 3 May 2025, in 2024 and on 2025-05-12", []),
    "clock times": ("at 7 am and at 18:30", []),
    "parts of names": ("T-72 and Resolution 1718 of the 810th Brigade", []),
    "a name in words": ("after the Thirty Years' War", []),
    "a share": ("one in three", []),
    "a part of a whole": ("Three of the four boats", [("Three", "boat", "")]),
    "an item of a list": ("1. First they came", []),
    "what counts only sometimes": ("one of both", []),
}


@pytest.mark.parametrize(("text", "read"), READ.values(), ids=READ.keys())
def test_what_a_text_counts(text: str, read: list[tuple[str, str, str]]) -> None:
    """Its words, the first of what is counted, and the unit; dates count nothing."""
    found = [(a.words, (*a.counted, "")[0], a.unit) for a in amounts(text)]
    assert found == read


BORNE_OUT = {
    "the same": ("9,500", Figure(label="x", value=9500, approximate=True)),
    "in other words": (
        "nine and a half thousand or 9.5k",
        Figure(label="x", value=9500),
    ),
    "rounded up": ("nearly 10,000", Figure(label="x", value=9500)),
    "more than a little less": ("more than 9,000", Figure(label="x", value=9500)),
    "rounded": ("about 9,500", Figure(label="x", value=9520)),
    "in thousands": ("thousands", Figure(label="x", value=4000)),
    "the end of a bound": ("20,000", Figure(label="x", high=20_000)),
    "up to": ("as many as 20,000", Figure(label="x", high=20_000)),
    "at least": ("at least 3", Figure(label="x", low=3)),
    "a wider range": ("5 to 8", Figure(label="x", low=5, high=7)),
    "the most of a range": ("up to 7", Figure(label="x", low=5, high=7)),
    "five million": ("5m", Figure(label="x", value=5_000_000)),
}
NOT_BORNE_OUT = {
    "another number": ("9,000", Figure(label="x", value=9500, approximate=True)),
    "about another": ("about 9,000", Figure(label="x", value=9500)),
    "one of a range": ("6", Figure(label="x", low=5, high=7)),
    "more than itself": ("more than 4,000", Figure(label="x", value=4000)),
    "far more than": ("more than 5,000", Figure(label="x", value=9500)),
    "a bound a little higher": ("up to 22,000", Figure(label="x", high=20_000)),
    "a higher bound": ("up to 30,000", Figure(label="x", high=20_000)),
    "a bound the other way": ("more than 20,000", Figure(label="x", high=20_000)),
    "tens of thousands": ("tens of thousands", Figure(label="x", value=9500)),
    "under": ("fewer than 9,500", Figure(label="x", value=9500)),
    "a narrower range": ("5 to 6", Figure(label="x", low=5, high=7)),
}


@pytest.mark.parametrize(
    ("words", "figure", "is_borne_out"),
    [
        *((*pair, True) for pair in BORNE_OUT.values()),
        *((*pair, False) for pair in NOT_BORNE_OUT.values()),
    ],
    ids=[*BORNE_OUT, *NOT_BORNE_OUT],
)
def test_a_figure_bears_out_what_follows_from_it(
    words: str, figure: Figure, is_borne_out: bool
) -> None:
    """What is rounded as people round is no other number."""
    said = amounts(f"{words} boats")[-1]

    assert said.is_borne_out(interval_of(figure)) is is_borne_out


values = st.integers(min_value=2, max_value=10**9) | st.floats(
    min_value=0.1, max_value=1e6
).map(lambda value: round(value, 2))


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    ends = sorted(draw(st.lists(values, min_size=2, max_size=2, unique=True)))
    low, high = ends
    assume(number(low) != number(high))
    form = draw(st.sampled_from(["value", "low", "high", "both"]))
    given_ends: dict[str, Any] = {
        "value": {"value": low},
        "low": {"low": low},
        "high": {"high": high},
        "both": {"low": low, "high": high},
    }[form]
    return Figure(label="boats", approximate=draw(st.booleans()), **given_ends)


@given(figures())
def test_every_figure_bears_out_its_own_words(figure: Figure) -> None:
    """Who copies what the briefing says is not told that it differs."""
    [said] = amounts(f"They counted {amount(figure)} boats there.")

    assert said.is_borne_out(interval_of(figure))


@given(values, values)
def test_a_plain_number_is_borne_out_by_itself_alone(mine: float, other: float) -> None:
    """Without "about" there is no rounding."""
    assume(number(mine) != number(other))
    [said] = amounts(f"They counted {number(mine)} boats.")

    assert said.is_borne_out(Interval(mine, mine))
    assert not said.is_borne_out(interval_of(Figure(label="boats", value=other)))


@given(values, values)
def test_about_reaches_a_twentieth_at_most(mine: float, other: float) -> None:
    """What differs by more is another number."""
    [said] = amounts(f"About {number(mine)} boats were counted.")

    if said.is_borne_out(Interval(other, other)):
        assert abs(other - mine) <= 0.05 * mine + 1e-6 * mine


intervals = st.builds(
    lambda ends, is_open: Interval(min(ends), max(ends), is_open),
    st.tuples(*[st.integers(-9, 9) | st.sampled_from([math.inf, -math.inf])] * 2),
    st.booleans(),
)


@given(intervals, intervals, intervals)
def test_holding_is_an_order(one: Interval, two: Interval, three: Interval) -> None:
    """An interval holds itself, and what those hold that it holds."""
    assert one.holds(one)
    if one.holds(two) and two.holds(three):
        assert one.holds(three)


def test_of_a_table_only_the_beginning_is_read() -> None:
    """Somebody waits, and there is nothing in it to compare."""
    assert len(amounts("9 boats. " * 500)) == 40
