"""How well briefings answer their questions: floors, a little below what is reached."""

from functools import cache
from pathlib import Path

import pytest

from tests.benchmarks.answer_quality import (
    FIRST,
    HELD_OUT,
    OWN,
    Asked,
    Figures,
    as_if_hedged,
    as_if_refused,
    ask_all,
    kept_set,
    measure,
    read_folder,
)


@cache
def asked() -> tuple[Asked, ...]:
    return tuple(ask_all(*kept_set(FIRST, OWN)))


def is_good(figures: Figures) -> bool:
    """Say whether a bot refuses, answers and hedges as readers deserve."""
    return (
        (figures.refused or 0) <= 0.02
        and (figures.refused_mistyped or 0) <= 0.05
        and (figures.right_shown or 0) >= 0.97
        and (figures.plain_right or 0) >= 0.97
        and (figures.answered_right or 0) >= 0.77
        and (figures.near_miss_answered or 0) <= 0.05
        and figures.most_hedged <= 3
    )


def test_the_first_briefing_answers_its_questions_and_refuses_the_others() -> None:
    """Plain answers are right, a hedge shows three at most, and a no is rare."""
    assert is_good(measure(list(asked())))


def test_a_bot_that_knows_nothing_does_not_pass() -> None:
    """Floors that hedging or refusing alone could reach would hold nothing."""
    assert not is_good(measure([as_if_hedged(each) for each in asked()]))
    assert not is_good(measure([as_if_refused(each) for each in asked()]))


@pytest.mark.parametrize("folder", HELD_OUT.values(), ids=HELD_OUT)
def test_briefings_that_nothing_is_tuned_to_are_answered_honestly(folder: Path) -> None:
    """By words alone: plain answers are right, and few are given to near-misses."""
    questions, _, briefings = read_folder(folder)

    figures = measure(ask_all(questions, briefings))

    assert (figures.plain_right or 0) >= 0.9
    assert (figures.near_miss_answered or 0) <= 0.17
    assert (figures.off_topic_hedged or 0) <= 0.06
    assert (figures.right_shown or 0) >= 0.55
    assert (figures.refused or 0) <= 0.25
