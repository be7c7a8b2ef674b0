"""What a second ranker, by meaning, may do to an answer, and what it may not."""

from collections.abc import Sequence

import pytest

from bot.briefing.library import Library
from bot.briefing.search.index import Index
from bot.briefing.search.meaning import LONGEST_PASSAGE, Closeness, passage
from bot.briefing.search.searcher import Outcome, Rule, SearchResult
from bot.briefing.tlp import PUBLIC
from tests.factories import briefing_of, claim, make_briefing

STORM = briefing_of(
    claim("boats", text="About 40 boats were lost to the storm."),
    claim("crane", text="The crane at the north quay fell into the basin."),
    claim("charged", text="Prosecutors charged the harbour master."),
    claim("salt", text="Salt ruined the fields behind the dyke."),
)


class SaidMeaning:
    """A `Meaning` that says of every question how close each claim is."""

    def __init__(self, *cosines: float, limit: float = 3.0) -> None:
        self._cosines = cosines
        self._limit = limit
        self.asked: list[str] = []

    def closeness(self, question: str, index: Index) -> Closeness | None:
        self.asked.append(question)
        standing: Sequence[float] = [10 * cosine for cosine in self._cosines]
        return Closeness(self._cosines, standing, self._limit)


NEAR = SaidMeaning(0.1, 0.1, 0.4, 0.1)
"""The third claim is near."""


def ask(question: str, meaning: SaidMeaning | None = None) -> SearchResult:
    library = Library((STORM,)).for_audience(PUBLIC)
    return library.searcher.ask(question, meaning=meaning)


def shown(found: SearchResult) -> list[str]:
    return [hit.claim.id for hit in found.shown]


def test_what_is_near_in_meaning_is_shown_as_closest() -> None:
    """It shares no word with the question, and the line above says which it lacks."""
    by_words = ask("Has anybody been indicted?")
    found = ask("Has anybody been indicted?", NEAR)

    assert by_words.outcome is Outcome.NOT_COVERED
    assert (found.outcome, found.rule) == (Outcome.CLOSEST, Rule.NEAR)
    assert shown(found)[0] == "charged"
    assert len(found.shown) <= 3
    assert [missing.word for missing in found.missing] == ["indicted"]
    assert found.hits[0].why.cosine == 0.4


def test_what_is_near_is_no_answer() -> None:
    """However close: no measure of vectors tells a near-miss from a paraphrase."""
    found = ask("Has anybody been indicted?", SaidMeaning(0, 0, 1.0, 0, limit=0.1))

    assert found.outcome is Outcome.CLOSEST


def test_a_plain_answer_asks_for_no_meaning() -> None:
    """Words alone gave it, and nothing takes it away or makes it another."""
    meaning = SaidMeaning(0.0, 0.9, 0.9, 0.9)

    assert ask("How many boats were lost?", meaning) == ask("How many boats were lost?")
    assert meaning.asked == []


def test_what_is_far_in_meaning_stays_refused() -> None:
    """Nothing that chance reaches is shown."""
    found = ask("Who won the cup?", SaidMeaning(0.1, 0.2, 0.29, 0.1))

    assert (found.outcome, found.shown) == (Outcome.NOT_COVERED, ())
    assert (found.standing, found.standing_limit) == (2.9, 3.0)


def test_a_hedge_by_words_stays_one_and_is_ordered_by_both() -> None:
    """What words call closest is so, however far it is in meaning."""
    question = "Did the storm ruin the library?"
    by_words = ask(question)
    found = ask(question, SaidMeaning(0.0, 0.2, 0.0, 0.0))

    assert by_words.outcome is found.outcome is Outcome.CLOSEST
    assert "crane" in shown(found)
    assert "crane" not in shown(by_words)[:1]


def test_a_question_in_another_language_finds_claims_and_names_no_word() -> None:
    """It need rise less above chance, since that was told by English questions."""
    question = "Wer wurde angeklagt, und warum ist das so?"

    found = ask(question, SaidMeaning(0.1, 0.1, 0.26, 0.1))

    assert ask(question).outcome is Outcome.OTHER_LANGUAGE
    assert (found.outcome, found.missing) == (Outcome.CLOSEST, ())
    assert shown(found)[0] == "charged"


def test_a_language_that_is_not_known_names_no_word_either() -> None:
    """That nothing here speaks of "oskarżono" tells an English reader nothing."""
    found = ask("kogo oskarżono wczoraj?", NEAR)

    assert (found.outcome, found.missing) == (Outcome.CLOSEST, ())


@pytest.mark.parametrize("text", ["", "?!", "tell me", "what is 1+1?"])
def test_what_asks_nothing_finds_nothing(text: str) -> None:
    """A vector can be made of anything, and may lie near anything."""
    assert ask(text, NEAR).outcome is ask(text).outcome


def test_the_question_before_is_meant_too() -> None:
    """ "And the master?" means little by itself."""
    meaning = SaidMeaning(0.1, 0.1, 0.1, 0.1)
    library = Library((STORM,)).for_audience(PUBLIC)

    library.searcher.ask("and why?", previous="Was he indicted?", meaning=meaning)

    assert meaning.asked == ["and why? Was he indicted?"]


def test_of_several_briefings_the_nearer_one_answers() -> None:
    """Scores by words of two briefings compare, and meaning adds to them alike."""
    other = make_briefing(id="dam", title="The dam")
    library = Library((STORM, other)).for_audience(PUBLIC)

    class One:
        def closeness(self, question: str, index: Index) -> Closeness | None:
            if index.briefing.id == "dam":
                return None
            return NEAR.closeness(question, index)

    found = library.searcher.ask("Has anybody been indicted?", meaning=One())

    assert shown(found)[0] == "charged"


def test_a_passage_is_bounded_and_names_its_section_and_aliases() -> None:
    """Its vector is made of this."""
    briefing = briefing_of(
        claim(text="Lost. " * 160, aliases=["wreck" * 12]), claim("b")
    )
    (section,) = briefing.sections

    assert passage(section, section.claims[1]) == (
        "A storm hit the port. About 40 boats were lost."
    )
    assert len(passage(section, section.claims[0])) == LONGEST_PASSAGE
