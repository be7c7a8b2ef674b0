"""Who did what to whom: the words of a question may all stand in another order."""

import pytest

from bot.briefing.search.searcher import Outcome, Searcher
from tests.factories import claim, make_briefing, section

COAST = make_briefing(
    title="The strike on the coast",
    short="Strike",
    aliases=[],
    entities={
        "sarnia": {"name": "Sarnia", "aliases": ["Sarnian"]},
        "west": {"name": "West Tesh", "aliases": ["West Teshian"]},
        "orla": {"name": "Orla Maddin Vey"},
        "brandt": {"name": "Ivo Brandt", "aliases": ["Brandt"]},
    },
    sections=[
        section(
            claims=[
                claim("praise", text="Ivo Brandt praised Orla Maddin Vey in public."),
                claim("pumps", text="Sarnia passes pumps to West Tesh and its ports."),
                claim("boats", text="Sarnia was supplied with boats by West Tesh."),
                claim("debate", text="Ivo Brandt debated Orla Maddin Vey in April."),
                claim(
                    "strike",
                    text="About 40 West Teshian dockers joined the strike.",
                    figures=[{"label": "dockers", "value": 40, "unit": "dockers"}],
                ),
                claim("wages", text="Dockers ask for wages that the ports pay late."),
            ]
        )
    ],
)
SEARCHER = Searcher([COAST])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Did Brandt praise Orla Maddin Vey?", "praise"),
        ("Was Orla Maddin Vey praised by Brandt?", "praise"),
        ("Does Sarnia pass pumps to West Tesh?", "pumps"),
        ("Does West Tesh get pumps from Sarnia?", "pumps"),
        ("Did West Tesh supply Sarnia with boats?", "boats"),
        ("Did Orla Maddin Vey debate Brandt?", "debate"),
        ("How many West Teshian dockers joined the strike?", "strike"),
        ("Sarnia passes pumps to West Teshian ports", "pumps"),
    ],
)
def test_who_did_what_is_answered_in_either_voice(question: str, expected: str) -> None:
    """What two do with each other has no order, and "by" and "from" turn it round."""
    answer = SEARCHER.ask(question)

    assert answer.outcome is Outcome.ANSWERED
    assert answer.shown[0].claim.id == expected


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        ("Did Orla Maddin Vey praise Brandt?", "praise"),
        ("Was Brandt praised by Orla Maddin Vey?", "praise"),
        ("Does West Tesh pass pumps to Sarnia?", "pumps"),
        ("Does Sarnia get pumps from West Tesh?", "pumps"),
    ],
)
def test_the_same_words_the_other_way_round_are_no_answer(
    question: str, nearest: str
) -> None:
    """Nor is any weaker claim: the nearest tells who it was."""
    answer = SEARCHER.ask(question)

    assert answer.outcome is Outcome.CLOSEST
    assert answer.shown[0].claim.id == nearest


def test_a_part_of_a_name_is_not_part_of_another() -> None:
    """The "Teshian" of "West Teshian" is no word of the "Teshian Strike"."""
    asked = "How many dockers joined the {} Strike?"

    assert SEARCHER.ask(asked.format("Teshian")).outcome is Outcome.CLOSEST
    assert SEARCHER.ask(asked.format("West Teshian")).outcome is Outcome.ANSWERED


def test_a_name_of_three_words_is_known_by_two_and_a_typing_error() -> None:
    """One letter, anywhere in it: of a shorter word no other error is told."""
    asked = "What did Brandt say of {}?"

    for name in ("Orla Madin Vey", "Orla Maddin Vay", "Oral Maddin Vey"):
        assert SEARCHER.ask(asked.format(name)).shown[0].claim.id == "praise"
    (missing,) = SEARCHER.ask(asked.format("Orla Maddin Moss")).missing
    assert missing.word == "Moss"


@pytest.mark.parametrize(
    "question",
    ["What should the ports pay?", "Should dockers ask for wages?"],
)
def test_what_is_so_does_not_tell_what_should_be(question: str) -> None:
    """Nobody's advice is made of a fact."""
    assert SEARCHER.ask(question).outcome is not Outcome.ANSWERED
