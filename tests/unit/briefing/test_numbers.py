"""Numbers in digits and words, and which of them a text bears out."""

import pytest

from bot.briefing.numbers import Support, mentions

READ = {
    "digits": ("9500 men", [9500]),
    "separators": ("9,500 men", [9500]),
    "a list of two": ("1, 2", [1, 2]),
    "decimals": ("9.5 thousand men", [9500]),
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
}


@pytest.mark.parametrize(("text", "values"), READ.values(), ids=READ.keys())
def test_a_number_is_read_however_it_is_written(text: str, values: list[float]) -> None:
    """What is the same number for a reader is the same here."""
    assert sorted(Support([text]).values) == values


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
