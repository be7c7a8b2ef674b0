"""Questions that ask for the same are one gap, however they are put."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.clustering import group_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How many tanks were lost?", "how many tanks did they lose"),
        ("tanks lost?", "Please tell me how many tanks were lost."),
        ("What does China think?", "what china thinks"),
        ("???", "???"),
        ("сколько погибло", "Сколько погибло?"),
    ],
)
def test_questions_that_ask_for_the_same_are_grouped(one: str, other: str) -> None:
    """Case, inflection and politeness make no new gap."""
    assert group_alike([one, other]) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How many tanks were lost?", "How many drones were lost?"),
        ("What does China think?", "What does Japan think?"),
        ("who?", "when?"),
        ("", "tanks"),
    ],
)
def test_questions_about_other_things_are_apart(one: str, other: str) -> None:
    """A shared question word is no shared subject."""
    assert group_alike([one, other]) == [[0], [1]]


@given(st.lists(st.text(max_size=30), max_size=12))
def test_every_question_is_in_one_group(questions: list[str]) -> None:
    """Nothing that was asked in vain gets lost in the list."""
    positions = [position for group in group_alike(questions) for position in group]

    assert sorted(positions) == list(range(len(questions)))
