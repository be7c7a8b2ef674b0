"""Sentences, clauses, and which texts are drafts to be checked."""

import pytest
import yaml

from bot.briefing.drafts.sentences import clauses, draft_in, sentences
from tests.frozen import FIRST


def test_sentences_end_at_their_stops_and_lines() -> None:
    """Short forms and decimals end none, and a bullet is a sentence."""
    text = (
        "N. Korea sent 9.5 thousand men. Gen. Kim left.\n- one more\n2) It cost $3.5m."
    )

    assert sentences(text) == [
        "N. Korea sent 9.5 thousand men.",
        "Gen. Kim left.",
        "one more",
        "It cost $3.5m.",
    ]


def test_clauses_are_long_enough_to_be_read_alone() -> None:
    """A list of two is no second clause."""
    assert clauses("About 9,500 fought in Kursk and some 4,000 of them were hurt") == [
        "About 9,500 fought in Kursk",
        "some 4,000 of them were hurt",
    ]
    assert clauses("1,000 sappers and 5,000 builders will come") == [
        "1,000 sappers and 5,000 builders will come"
    ]


TOLD = "About 9,000 soldiers fought in Kursk."
DRAFTS = {
    "two sentences": "Kim sent troops to Russia. They have fought in Kursk.",
    "one with a number": TOLD,
    "a long one": "Fighting beside Russia is giving the army of North Korea an "
    "experience of modern war that none of its own exercises could ever have given it.",
    "with a question inside": "Why did they come? Kim sent them to Russia. They have "
    "fought in Kursk since then.",
}
ASKED_TO = {
    f"check: {TOLD}": TOLD,
    f"Please check this: {TOLD}": TOLD,
    f"Can you fact-check this for me:\n{TOLD}": TOLD,
    "check Kim promised more men to Russia": "Kim promised more men to Russia",
    f"Draft:\n{TOLD}": TOLD,
    f"Is this right? {TOLD}": TOLD,
    f"{TOLD} Is that right?": TOLD,
    f"{TOLD} Any mistakes in it?": TOLD,
    "check": "",
    "Please check this draft": "",
}
NO_DRAFTS = (
    *("How many were killed?", "figures troops", "30k reinforcements", "casualties"),
    *("I am writing about Kursk. I need the number of the killed.", "hello there"),
    *("Tell me about the 9,500 men who have fought in Kursk.", "check the figures"),
    *("check how many were killed", "Can you check how many were killed?"),
    *(f"{TOLD} How many died?", "Thanks a lot. That was very helpful for me."),
    *("subscribe me to troops every weekday at 7", "30,000 more troops expected", ""),
    *("I heard that 9,000 soldiers fought in Kursk", "check whether Kim is dead"),
)


@pytest.mark.parametrize("text", DRAFTS.values(), ids=DRAFTS.keys())
def test_what_states_something_is_a_draft(text: str) -> None:
    """Two sentences, one with a number, or a long one."""
    assert draft_in(text) == text


@pytest.mark.parametrize(("text", "draft"), ASKED_TO.items())
def test_a_wish_to_check_is_read_off(text: str, draft: str) -> None:
    """Before the text or behind it; without any it is asked for."""
    assert draft_in(text) == draft


@pytest.mark.parametrize("text", NO_DRAFTS)
def test_a_question_a_wish_or_a_keyword_is_no_draft(text: str) -> None:
    """A wrong check is worse than none: people ask far more often."""
    assert draft_in(text) is None


def test_no_question_that_curators_keep_is_a_draft() -> None:
    """Nor is any of the public ones, where they are at hand."""
    kept = yaml.safe_load(FIRST.with_suffix(".questions.yaml").read_text("utf-8"))

    assert [k["q"] for k in kept["questions"] if draft_in(k["q"]) is not None] == []
