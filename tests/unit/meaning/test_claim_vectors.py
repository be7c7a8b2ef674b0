"""How close a question comes: numbers over the claims of one index alone."""

import pytest

from bot.briefing.library import Library
from bot.briefing.search.english import off_topic_questions
from bot.briefing.search.index import Index
from bot.briefing.tlp import CURATOR, PUBLIC, Audience, Label
from bot.meaning.claim_vectors import ClaimVectors, Rows
from bot.meaning.vector_maker import passages
from tests.factories import briefing_of, claim
from tests.meaning import KnownMeaning, vector_of

OPEN = (
    claim(text="About 40 boats were lost to the storm.", aliases=["wrecks"]),
    claim("crane", text="The crane at the north quay fell into the basin."),
)
SECRET = claim("mole", text="The mole paid the saboteurs.", handling="TLP:RED")
LIBRARY = Library((briefing_of(*OPEN, SECRET),))


def index_for(library: Library, audience: Audience = PUBLIC) -> Index:
    (index,) = library.for_audience(audience).searcher.indexes
    return index


def test_the_claim_of_the_same_meaning_is_the_closest() -> None:
    """It shares no word with the question."""
    found = KnownMeaning(LIBRARY).closeness("vessels drowned", index_for(LIBRARY))

    assert found is not None
    assert found.cosines.index(max(found.cosines)) == 0
    assert found.nearest == max(found.standing)


def test_an_index_that_lacks_one_vector_is_left_to_words() -> None:
    """Else what has none yet could never be found."""
    claims = ClaimVectors([vector_of(text) for text in off_topic_questions()])
    first, second = passages(LIBRARY, Label.CLEAR)
    index = index_for(LIBRARY)

    claims.add({first: vector_of(first)})
    assert not claims.covers(index)
    assert claims.closeness(vector_of("boats"), index) is None

    claims.add({second: vector_of(second)})
    assert claims.covers(index)


def test_what_others_may_see_changes_no_number() -> None:
    """The curators' index holds a claim more, and the guests' numbers are the same."""
    whole, open_part = KnownMeaning(LIBRARY), Library((briefing_of(*OPEN),))
    alone = KnownMeaning(open_part)

    for question in ("who paid the saboteurs?", "vessels drowned", ""):
        seen = whole.closeness(question, index_for(LIBRARY))
        assert seen == alone.closeness(question, index_for(open_part))
    assert whole.closeness("boats", index_for(LIBRARY, CURATOR)) != whole.closeness(
        "boats", index_for(LIBRARY)
    )


def test_hardly_any_off_topic_question_is_near() -> None:
    """The limit is what so few of them reach: four in a hundred."""
    meaning, index = KnownMeaning(LIBRARY), index_for(LIBRARY)

    found = [meaning.closeness(text, index) for text in off_topic_questions()]

    near = [each for each in found if each and each.nearest > each.limit + 1e-4]
    assert 0 < len(near) <= len(found) * 0.04


def test_a_vector_of_another_size_compares_with_nothing() -> None:
    """Whoever made it has become another model."""
    claims = ClaimVectors([vector_of(text) for text in off_topic_questions()])
    claims.add({text: vector_of(text) for text in passages(LIBRARY, Label.RED)})
    claims.add({"another": vector_of("another", 32)})

    assert "another" not in claims
    assert claims.closeness(vector_of("boats", 32), index_for(LIBRARY)) is None


def test_it_counts_alike_without_numpy() -> None:
    """The plain install has none, and an endpoint works there, too."""
    vectors = [vector_of(text) for text in off_topic_questions()[:9]]
    question = vector_of("vessels drowned")

    plain = Rows(vectors, by_numpy=False).times(question)

    assert plain == pytest.approx(Rows(vectors).times(question), abs=1e-5)
