"""A name finds its thing however it was typed, and asks back when it is unclear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.models import Briefing
from bot.briefing.name_lookup import NOTHING, Found, Named, Names
from tests.factories import claim, make_briefing, section

STORM = Named("harbour", "storm")
LOSSES = Named("harbour", "storm", "boat-losses")
RESCUE = Named("harbour", "storm", "rescue")


def _harbour(**fields: object) -> Briefing:
    claims = [
        claim("boat-losses", aliases=["casualties", "sunk"]),
        claim("rescue", aliases=["helpers", "sunk"]),
    ]
    storm = section("storm", short="The storm", aliases=["gale"], claims=claims)
    return make_briefing(**{"aliases": ["port"], "sections": [storm]} | fields)


FOUND = {
    "id": ("storm", Found((STORM,))),
    "short": ("the STORM!", Found((STORM,))),
    "alias": ("gale", Found((STORM,))),
    "id with blanks": ("boat losses", Found((LOSSES,))),
    "briefing": ("port", Found((Named("harbour"),))),
    "typing error": ("casulties", Found((LOSSES,), is_exact=False)),
    "title": ("A storm hit the port", Found((STORM,))),
    "mistyped title": ("a storrm hit the port", Found((STORM,), is_exact=False)),
    "path": ("harbour/storm/rescue", Found((RESCUE,))),
    "two things": ("sunk", Found((LOSSES, RESCUE))),
    "an English word that is near": ("helper", NOTHING),
    "a question": ("what about the storm at sea", NOTHING),
    "nothing": ("  ", NOTHING),
    "signs": ("?!*", NOTHING),
}


@pytest.mark.parametrize(("text", "found"), FOUND.values(), ids=FOUND)
def test_a_name_finds_what_it_stands_for(text: str, found: Found) -> None:
    """Ids, short names and aliases, in any spelling; a sentence is no name."""
    assert Names([_harbour()]).find(text) == found


def test_the_briefing_that_is_meant_comes_first() -> None:
    """The same name in two briefings is unclear only where neither is meant."""
    names = Names([_harbour(), _harbour(id="other", aliases=[])])
    other = Named("other", "storm")

    assert names.find("gale").things == (STORM, other)
    assert names.find("gale", briefing_id="other").things == (other,)


def test_a_section_wins_over_a_claim_of_the_same_name() -> None:
    """The wider thing shows the narrower one too."""
    gale = section("wind", aliases=["sunk"])
    briefing = _harbour(sections=[*_harbour().model_dump()["sections"], gale])

    assert Names([briefing]).find("sunk").things == (Named("harbour", "wind"),)


def test_a_claim_that_was_taken_back_has_no_name() -> None:
    """Whoever still knows its id is not shown it again."""
    withdrawal = {
        "date": "2026-11-20",
        "kind": "withdrawal",
        "was": "About 40 boats were lost.",
        "because": "It was wrong.",
    }
    gone = section(claims=[claim("sinking", revisions=[withdrawal])])

    assert Names([make_briefing(sections=[gone])]).find("sinking") == NOTHING


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_not(text: str) -> None:
    """Nothing that can be typed raises."""
    assert isinstance(Names([_harbour()]).find(text), Found)
