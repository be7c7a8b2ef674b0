"""How near a claim must come in each briefing, from what chance scores in it."""

from bot.briefing.models import Briefing
from bot.briefing.search.calibration import LEAST, MOST, limits_for
from bot.briefing.search.english import off_topic_questions
from bot.briefing.search.index import Index
from bot.briefing.search.judgment import Limits
from tests.factories import briefing_of, claim


def on_boats(**fields: object) -> Briefing:
    return briefing_of(claim(text="About 40 boats of Tesh were lost."), **fields)


def test_the_limits_stand_apart_and_within_bounds() -> None:
    """However much or little chance scores, the limit stays where people are served."""
    limits = limits_for(Index(on_boats()))

    assert LEAST <= limits.closest <= MOST < limits.answered


def test_a_curators_limits_win() -> None:
    """Who knows the briefing may set either, and then coverage alone decides."""
    own = on_boats(search={"closest": "0.5", "answered": "0.9"})

    assert limits_for(Index(own)) == Limits(0.5, 0.9, lacking=1.0)


def test_a_limit_alone_never_lies_above_the_other() -> None:
    """A curator's high limit for the closest lines raises that for answers."""
    limits = limits_for(Index(on_boats(search={"closest": "0.95"})))

    assert (limits.closest, limits.answered) == (0.95, 0.95)


def test_the_shipped_questions_are_many_and_all_different() -> None:
    """A percentile of chance needs some two hundred of them."""
    questions = off_topic_questions()

    assert len(questions) >= 200
    assert len(set(questions)) == len(questions)
