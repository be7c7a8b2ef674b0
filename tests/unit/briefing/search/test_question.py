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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Let me know how many boats were lost", ["many", "boats", "lost"]),
        ("Is it known how many boats were lost?", ["many", "boats", "lost"]),
        ("How sure is it that boats were lost?", ["boats", "lost"]),
        ("Is it really confirmed that boats were lost?", ["boats", "lost"]),
        ("Is there any proof of the loss?", ["loss"]),
        ("How reliable is the estimate of 40 boats?", ["40", "boats"]),
        ("Is the number of boats disputed?", ["boats"]),
        ("How sure is the number of boats?", ["boats"]),
        ("How sure are the boats?", ["sure", "boats"]),
        ("How reliable are the boats?", ["reliable", "boats"]),
    ],
)
def test_how_sure_it_is_every_claim_says_of_itself(text: str, words: list[str]) -> None:
    """What is left is the matter, and the claim on it says whose word it is."""
    assert [word for word in typed(read(text)) if word != "how"] == [
        word for word in words if word != "many"
    ]


def test_whom_it_is_by_is_asked_without_according() -> None:
    """It is no word that a claim could have."""
    question = read("According to the mayor, how many boats were lost?")

    assert typed(question) == ["mayor", "boats", "lost"]
    assert [unit.typed for unit in question.speakers] == ["mayor"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Were more than 50 boats lost?", Expected.NUMBER),
        ("have at least 30 boats been lost", Expected.NUMBER),
        ("Were more than 50 percent lost?", Expected.ANYTHING),
        ("Did it take over 3 years?", Expected.ANYTHING),
        ("Were 50 boats lost?", Expected.ANYTHING),
    ],
)
def test_a_bound_asks_how_many_there_were(text: str, expected: Expected) -> None:
    """Whoever asks whether it was more than 50 is told the count."""
    question = read(text)

    assert question.expected is expected
    has_number = any(unit.is_number for unit in question.units)
    assert has_number is (expected is Expected.ANYTHING)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hav the boats sunk", ["boats", "sunk"]),
        ("wil frm whn jst boats", ["boats"]),
        ("is the Frm lost", ["frm", "lost"]),
    ],
)
def test_a_letter_left_out_of_a_short_word_is_read(text: str, words: list[str]) -> None:
    """A function word of four letters is told by three; a name stays one."""
    assert typed(read(text)) == words


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


@pytest.mark.parametrize(
    ("previous", "text", "words"),
    [
        ("What about the boats?", "and the soldiers?", ["soldiers"]),
        ("Which boats were lost?", "and the soldiers?", ["soldiers", "boats", "lost"]),
        ("What about Sarnia?", "and boats?", ["boats", "sarnia"]),
    ],
)
def test_one_topic_after_another_is_asked_by_itself(
    previous: str, text: str, words: list[str]
) -> None:
    """What was asked of the one before, or where it was, is still meant."""
    assert typed(read(text, previous)) == words


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
