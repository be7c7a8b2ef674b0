"""Questions taken apart: what is read as one thing, repaired or carried over."""

import pytest

from bot.briefing.search.answer_kinds import Expected
from bot.briefing.search.index import Index
from bot.briefing.search.question import Question, read_question
from bot.briefing.search.units import Via
from tests.factories import briefing_of, claim

INDEX = Index(
    briefing_of(
        claim(text="About 40 boats of Sarnia were lost in Port Anselm in May 2026."),
        claim("mayor", text="The mayor of Tesh thanked the soldiers for their help."),
        entities={"sarnia": {"name": "Sarnia", "aliases": ["Sarnian Republic", "SR"]}},
        synonyms=[["soldiers", "military personnel"]],
    )
)


def read(text: str, previous: str | None = None) -> Question:
    return read_question(text, INDEX, previous)


def typed(question: Question) -> list[str]:
    return [unit.typed for unit in question.units]


def test_a_spelling_of_several_words_is_one_unit() -> None:
    """Entities and synonyms are read whole, longest first."""
    question = read("Did the Sarnian Republic send military personnel?")

    assert typed(question) == ["sarnian republic", "send", "military personnel"]
    assert [a.token for a in question.units[0].alternatives] == ["=Sarnia"]


def test_a_typing_error_is_read_as_a_word_of_the_briefing() -> None:
    """What the briefing lacks and English lacks is repaired."""
    (unit,) = read("soliders").units

    assert unit.alternatives[0].via is Via.REPAIR
    assert unit.alternatives[0].stands_for == "soldiers"


def test_an_english_word_is_not_repaired_to_another() -> None:
    """ "Coats" were never lost, whatever stands near it in the briefing."""
    assert read("coats").units[0].is_absent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how many boats were lost", Expected.NUMBER),
        ("What is the number of boats?", Expected.NUMBER),
        ("When was the storm?", Expected.DATE),
        ("what year was it", Expected.DATE),
        ("How old is the mayor?", Expected.AGE),
        ("how much does a boat cost", Expected.MONEY),
        ("how far is Tesh", Expected.EXTENT),
        ("How long did it last?", Expected.DURATION),
        ("who thanked the soldiers", Expected.PERSON),
        ("Where did they meet?", Expected.PLACE),
        ("and why did it sink", Expected.REASON),
        ("What happened when the mayor left?", Expected.ANYTHING),
    ],
)
def test_the_wording_tells_what_is_expected(text: str, expected: Expected) -> None:
    """A question word calls for a kind of answer."""
    assert read(text).expected is expected


def test_what_is_asked_for_is_the_focus() -> None:
    """ "Tanks" is what "how many" asks for; a claim on boats cannot tell."""
    focus = [unit.typed for unit in read("How many tanks did Sarnia lose?").units]

    units = read("How many tanks did Sarnia lose?").units
    assert [u.typed for u in units if u.is_focus] == ["tanks"]
    assert focus == ["tanks", "sarnia", "lose"]


def test_politeness_before_the_question_is_not_read() -> None:
    """A long preamble would only dilute what is asked."""
    polite = (
        "Hello, I am writing a piece on ports. Could you tell me how many boats sank?"
    )

    assert typed(read(polite)) == ["boats", "sank"]


def test_a_name_in_capitals_is_known_as_one() -> None:
    """A name that the briefing lacks must be told from a common word."""
    assert [u.is_name for u in read("Did Rossi lose boats?").units] == [
        True,
        False,
        False,
    ]
    assert not any(u.is_name for u in read("Did Rossi Lose Boats?").units)


def test_a_follow_up_is_read_with_the_question_before_it() -> None:
    """ "And when?" has no words of its own, so the others' count in full."""
    question = read("and when?", previous="How many boats were lost?")

    assert typed(question) == ["boats", "lost"]
    assert question.expected is Expected.DATE


def test_an_ellipsis_takes_over_what_was_expected() -> None:
    """ "And in Tesh?" still asks how many."""
    question = read("And in Tesh?", previous="How many boats were lost?")

    assert question.expected is Expected.NUMBER
    assert typed(question)[0] == "tesh"
    assert question.units[0].weight > question.units[1].weight


def test_a_question_of_its_own_stands_alone() -> None:
    """What was asked before does not colour a complete question."""
    question = read("Who thanked the soldiers?", previous="How many boats were lost?")

    assert typed(question) == ["thanked", "soldiers"]


def test_a_spelling_of_two_things_means_either_and_fuses_neither() -> None:
    """What only one of them is called stays its own."""
    index = Index(
        briefing_of(
            claim(text="The port was closed."),
            claim("marina", text="The marina was sold."),
            claim("harbour", text="A harbour wall fell."),
            synonyms=[["port", "harbour"], ["harbour", "marina"]],
        )
    )

    def found(word: str) -> set[str]:
        (unit,) = read_question(word, index).units
        return {
            index.rows[row][1].id
            for option in unit.alternatives
            for row in index.postings[option.token].rows
        }

    assert found("harbour") == {"losses", "marina", "harbour"}
    assert found("marina") == {"marina", "harbour"}


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Is the harbour safe?", "safe"),
        ("are they alive", "alive"),
        ("Were boats lost in the storm?", ""),
        ("Are soldiers on the way?", ""),
        ("Was the mayor injured?", ""),
        ("How many are safe?", ""),
    ],
)
def test_a_state_that_is_asked_for_is_known(text: str, state: str) -> None:
    """ "Is it safe?" is not answered by a count of those led to safety."""
    assert read(text).state == state
