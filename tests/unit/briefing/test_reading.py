"""What people write around a question is read past; what asks is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.reading import words_that_ask

ASKED = "How many were killed?"


@pytest.mark.parametrize(
    "written",
    [
        "How many were killed? :wave:",
        ":thinking_face: How many were killed? :wave::skin-tone-2:",
        "How many were killed? https://example.com/a-b-c",
        "How many were killed? <https://example.com/a-b-c>",
        "<mailto:ana@example.com|ana@example.com> How many were killed?",
        "How many were killed? ana@example.com",
        "&gt; The troops went home.\nHow many were killed?",
        "> The troops went home.\n> All of them.\n\nHow many were killed?",
        "How many were killed?\nSent from my iPhone",
        "How many were killed?\n--\nAna Silva\nForeign desk",
        "How many were killed?\n\nBest regards,\nAna",
        "How many were killed?\nThanks!\nAna",
        "Hi team, quick question: How many were killed?",
        "Hello all, sorry to bother you, but How many were killed?",
        "Good morning! How many were killed?",
        "Please, How many were killed?",
        "How many were killed? Thanks in advance!",
        "How many were killed? Cheers, Ana",
        "How many were killed? Best regards, Ana Silva",
        "Morning! How many were killed?",
        "Would you mind telling me How many were killed?",
        "How\u00a0many were\u200b killed\ufeff?",
        "`How many were killed?`",
        "*How many were killed?*",
        "<@U0BRIEF> How many were killed?",
        "How many were killed?\nOn Mon, 3 Mar 2026 at 10:00 Ana wrote:\nWho is Kim?",
    ],
)
def test_only_the_words_that_ask_are_read(written: str) -> None:
    """Emoji codes, addresses, quotations, signatures and courtesies are no words."""
    assert words_that_ask(written) == ASKED


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("> How many were killed?", ASKED),
        ("&gt; How many were killed?", ASKED),
        ("troops https://example.com/a-b-c", "troops"),
        ("<https://example.com|the drone report>", "the drone report"),
        ("at 10:30:45", "at 10:30:45"),
        ("Thanks, how many were killed?", "Thanks, how many were killed?"),
        ("quick reaction force", "quick reaction force"),
        ("Best Korea", "Best Korea"),
        ("What did he send? Best, Kim said.", "What did he send? Best, Kim said."),
        ("R&amp;D", "R&D"),
        ("snake_case", "snake_case"),
        ("Is 30,000 right?", "Is 30,000?"),
        ("4,000 were killed, is that correct?", "4,000 were killed?"),
        ("Is Kim the leader, right?", "Is Kim the leader?"),
        ("Is the UN right?", "Is the UN right?"),
        ("Who defends human right", "Who defends human right"),
        ("Hello!", "Hello!"),
        (":wave:", ""),
        ("https://example.com", ""),
        ("", ""),
        ("👋", ""),
    ],
)
def test_what_is_the_only_thing_said_is_kept(written: str, asked: str) -> None:
    """A quotation or greeting alone still says something; an address alone does not."""
    assert words_that_ask(written) == asked


@given(st.text(max_size=300))
def test_reading_twice_changes_nothing(text: str) -> None:
    """Every surface may read what another has read already."""
    once = words_that_ask(text)

    assert words_that_ask(once) == once


@pytest.mark.parametrize(
    "piece", [" *a", ":a", "a.", "<", "&gt; ", "a@", "> ", "hi ", "thanks ", "-", "_"]
)
def test_long_hostile_text_is_read_no_further_than_a_question_goes(piece: str) -> None:
    """Only so much is read, and no pattern tries everything in it: it would hang."""
    asked = words_that_ask(piece * 20_000)

    assert asked == words_that_ask(piece * 1_000_000)
    assert len(asked) <= 4_000
