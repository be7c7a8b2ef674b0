"""Numbers in digits and words, and which of them a text bears out."""

import pytest

from bot.briefing.numbers import Support, in_one_form, mentions

READ = {
    "digits": ("9500 men", [9500]),
    "separators": ("9,500 men", [9500]),
    "a list of two": ("1, 2", [1, 2]),
    "decimals": ("9.5 thousand men", [9500]),
    "thousands by a full stop, or three decimals": ("9.500 men", [9.5, 9500]),
    "millions by full stops": ("1.200.000 men", [1_200_000]),
    "three decimals of a scale": ("1.234 billion", [1_234_000_000]),
    "three decimals of a share": ("3.125 per cent", [3.125]),
    "three decimals of nothing": ("0.125 of them", [0.125]),
    "a scale in words": ("1.2 million", [1_200_000]),
    "a scale in letters": ("30k more", [30, 30_000]),
    "percent": ("30% of them", [30]),
    "a year": ("in April 2025", [2025]),
    "a decade": ("the 1990s", [1990]),
    "an ordinal": ("its 12th year", [12]),
    "words": ("thirty thousand", [30_000]),
    "words with a hyphen": ("twenty-five", [25]),
    "words with and": ("two thousand five hundred and ten", [2510]),
    "an article": ("a hundred and six boats", [106]),
    "dozens": ("two dozen boats", [24]),
    "two numbers, not their sum": ("five and six", [5, 6]),
    "a range of thousands": ("5 to 7 thousand", [5, 5000, 7000]),
    "the end of a sentence": ("It lost 40.", [40]),
    "a name": ("Su-57", [57]),
    "thousands of an unknown number": ("thousands of boats", []),
    "a word that holds one": ("a tent in Leighton", []),
    "a half behind a count of thousands": ("nine and a half thousand", [9500]),
    "the same in digits": ("9 and a half thousand", [9500]),
    "the same with hyphens": ("nine-and-a-half thousand", [9500]),
    "the same without an article": ("nine and half thousand", [9500]),
    "a sign for a half": ("9½ thousand", [9500]),
    "a sign apart": ("9 ½ thousand", [9500]),
    "a written fraction": ("9 1/2 thousand men", [9500]),
    "a quarter behind a count": ("two and a quarter million", [2_250_000]),
    "three quarters behind a count": ("2 and three quarters million", [2_750_000]),
    "a half behind the scale": ("a million and a half", [1_500_000]),
    "digits and a half behind the scale": ("4 million and a half", [4_500_000]),
    "a half of a scale": ("half a million", [500_000]),
    "half a dozen": ("half a dozen boats", [6]),
    "half of a scale without an article": ("half million", [500_000]),
    "a half of a scale with an article": ("a half million", [500_000]),
    "a quarter of a scale": ("a quarter of a million", [250_000]),
    "three quarters of a scale": ("three-quarters of a million", [750_000]),
    "a sign before a scale": ("½ million", [500_000]),
    "a hundred and a half": ("nine hundred and a half thousand", [900_500]),
    "a half without a scale": ("two and a half years", [2.5]),
    "one and a half": ("one and a half times", [1.5]),
    "a sign without a scale": ("9½ years", [9.5]),
    "decimals in words": ("nine point five thousand", [9500]),
    "several decimals in words": ("two point two five percent", [2.25]),
    "a letter apart": ("4 k dead", [4, 4000]),
    "letters apart": ("3 bn", [3, 3_000_000_000]),
    "other short forms of million": ("4 mln or 5mio", [4, 5, 4_000_000, 5_000_000]),
    "a range of letters": ("4-5k", [4, 5, 4000, 5000]),
    "a range of letters apart": ("4 to 5 k", [4, 5, 4000, 5000]),
    "a decimal comma before a scale": ("1,5 million", [1_500_000]),
    "a share of what was counted": ("40 and a quarter of them", [0.25, 25, 40]),
    "a half of a year's": ("in 2025 and half of them", [0.5, 50, 2025]),
    "a day and a month": ("on 9 1/2/2026", [1, 2, 9, 2026]),
    "metres": ("5 m away", [5]),
}


@pytest.mark.parametrize(("text", "values"), READ.values(), ids=READ.keys())
def test_a_number_is_read_however_it_is_written(text: str, values: list[float]) -> None:
    """What is the same number for a reader is the same here."""
    assert sorted(Support([text]).values) == values


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("nine and a half thousand dead", "9500 dead"),
        ("4 k dead?", "4000 dead?"),
        ("9.500 dead?", "9500 dead?"),
        ("between 9.500 and 10.000", "between 9500 and 10000"),
        ("between 4 and 5 k", "between 4000 and 5000"),
        ("$10 m", "dollars 10000000"),
        ("10 m dollars", "10000000 dollars"),
        ("US$ 2.5 b in aid", "dollars 2500000000 in aid"),
        ("half a million euros", "500000 euros"),
        ("10 m deep", "10 m deep"),
    ],
)
def test_numbers_are_searched_for_in_one_form(text: str, form: str) -> None:
    """An "m" that stands apart is a million beside money alone, else metres."""
    assert in_one_form(text).split() == form.split()


def test_a_claim_bears_out_its_number_in_other_words() -> None:
    """A curator writes "half a million" in the text and 500,000 in the short form."""
    assert not Support(["About half a million fled."]).missing("500,000 fled")
    (found,) = Support(["About 1,000,000 fled."]).missing("half a million fled")
    assert found.words == "half a million"


def test_a_mention_tells_its_words_and_place() -> None:
    """Problems point at the very number."""
    second = mentions("About 40 boats, or 9.5 thousand nets")[1]

    assert (second.words, second.start) == ("9.5 thousand", 19)


@pytest.mark.parametrize("word", ["one of them", "both boats", "twice", "half of them"])
def test_a_word_that_only_sometimes_counts_needs_no_support(word: str) -> None:
    """Precision: an error must not be raised for a turn of phrase."""
    assert Support([]).missing(word) == []


def test_a_word_that_sometimes_counts_supports_the_digit() -> None:
    """ "Both" in the text bears out "2" in the short form."""
    assert Support(["Both boats were lost."]).missing("2 boats lost") == []
