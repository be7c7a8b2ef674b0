"""What an answer says of how the question was read: its dates, its language."""

import pytest

from bot.briefing.library import Library
from bot.briefing.tlp import CURATOR
from bot.questions.understand import understand
from bot.slack.views.message import RenderContext
from bot.slack.views.render import render
from tests.factories import briefing_of, claim
from tests.frozen import FIRST, TODAY, briefing_at

FIRST_ALONE = Library((briefing_at(FIRST),)).for_audience(CURATOR)


def said(words: str) -> str:
    context = RenderContext(FIRST_ALONE, TODAY)
    return render(understand(words, FIRST_ALONE), context).text


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("What did Lavrov promise on 07/08/2025?", "Read 07/08/2025 as 7 August 2025"),
        ("Did Pyongyang confirm it on 04.05.2025?", "Read 04.05.2025 as 4 May 2025"),
        ("What happened in Oslo on 03/04/2026?", "Read 03/04/2026 as 3 April 2026"),
    ],
)
def test_a_date_with_two_readings_is_told_as_it_was_read(words: str, read: str) -> None:
    """Whoever meant the other month sees why nothing was found."""
    assert said(words).split("\n")[-1] == read


def test_a_plain_answer_tells_it_too() -> None:
    """The date may have led to it."""
    told = claim(text="The ferry sank on 7 August 2025 off the northern pier.")
    library = Library((briefing_of(told),)).for_audience(CURATOR)
    answer = understand("Which ferry sank on 07/08/2025?", library)

    text = render(answer, RenderContext(library, TODAY)).text
    assert text.startswith("The ferry sank on 7 August 2025")
    assert text.split("\n")[-1] == "Read 07/08/2025 as 7 August 2025"


@pytest.mark.parametrize("date", ["27/08/2025", "2025-08-07", "7 August 2025"])
def test_a_date_with_one_reading_needs_no_word(date: str) -> None:
    """Nobody doubts it."""
    assert "Read " not in said(f"What did Lavrov promise on {date}?")


def test_a_date_that_nothing_has_is_missed_as_it_was_typed() -> None:
    """Not by its parts, and not by a form of the search's own."""
    first = said("Did Pyongyang confirm it on 04/05/2025?").split("\n")[0]

    assert first == "Nothing here speaks of 04/05/2025. Closest:"


def test_a_name_in_other_letters_is_told_the_language() -> None:
    """It says which language is read, instead of a no that is none."""
    said_of_it = "I read questions in English here. Please ask in English."

    assert said("What did Ким Чен Ын promise?") == said_of_it


def test_names_that_match_do_not_hide_the_language() -> None:
    """What comes close stands below the sentence."""
    words = "Hat Lavrov in Wonsan mit Kim gesprochen?"

    lines = said(words).split("\n")
    assert (
        lines[0] == "I read questions in English here. Please ask in English. Closest:"
    )
    assert len(lines) > 1
