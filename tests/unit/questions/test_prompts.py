"""Which kept questions are suggested: answered plainly, and in sight whole."""

from itertools import islice
from typing import Any

from bot.briefing.kept_questions import KeptQuestion
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import Audience, Reach
from bot.questions.prompts import LONGEST, MOST, suggested
from tests.factories import briefing_of, claim, make_briefing, section

MEMBER, GUEST = Audience(Reach.MEMBER), Audience(Reach.GUEST)
HARBOUR = make_briefing(
    sections=[
        section(
            "storm",
            claims=[
                claim("boats", text="About 40 boats were lost in the storm."),
                claim("crew", text="Twelve sailors were wounded in the storm."),
            ],
        ),
        section(
            "pier",
            claims=[
                claim("mined", text="Saboteurs mined the pier.", handling="TLP:AMBER")
            ],
        ),
        section("opening", claims=[claim("may", text="The harbour opens in May.")]),
    ]
)
BOATS = "How many boats were lost?"


def kept(q: str, *answer: str, **others: Any) -> KeptQuestion:
    return KeptQuestion(q=q, answer=answer or "none", **others)


def prompts(*questions: KeptQuestion, audience: Audience = MEMBER) -> list[str]:
    library = Library((HARBOUR,)).for_audience(audience)
    return list(suggested(library, {HARBOUR.id: questions}))


def test_one_of_each_topic_comes_first() -> None:
    """Four on one topic would show the briefing as narrower than it is."""
    found = prompts(
        kept(BOATS, "boats"),
        kept("How many sailors were wounded?", "crew"),
        kept("When does the harbour open?", "may"),
    )

    assert found == [
        BOATS,
        "When does the harbour open?",
        "How many sailors were wounded?",
    ]


def test_what_only_members_may_read_is_suggested_to_no_guest() -> None:
    """Neither by the claim alone, nor by one that they may read beside it."""
    questions = (
        kept("Who mined the pier?", "mined"),
        kept("How many boats did the mined pier sink?", "boats", "mined"),
        kept(BOATS, "boats"),
    )

    assert "Who mined the pier?" in prompts(*questions)
    assert prompts(*questions, audience=GUEST) == [BOATS]


def test_what_is_not_answered_plainly_is_not_suggested() -> None:
    """What is refused, hedged, answered by another claim, or known to fail."""
    assert not prompts(
        kept("Who won the cup?"),
        kept("Who won the cup of boats?", "boats"),
        kept("When does the harbour open?", "boats"),
        kept(BOATS, "boats", fails="The port counts anew."),
    )


def test_typing_errors_keywords_and_long_questions_are_not_suggested() -> None:
    """They are kept to hold the search, and look odd on a button."""
    long = f"How many boats were lost {'in the storm ' * 6}?"
    assert len(long) > LONGEST

    assert not prompts(
        kept("boats", "boats"),
        kept("how many boats were lost", "boats"),
        kept(long, "boats"),
    )


def test_a_claim_is_asked_for_once() -> None:
    """Two ways to ask for the same figure are one suggestion."""
    assert prompts(kept(BOATS, "boats"), kept("How many boats sank?", "boats")) == [
        BOATS
    ]


def test_briefings_take_turns() -> None:
    """The second is seen before the first has had its four."""
    other: Briefing = briefing_of(
        claim("siren", text="The siren was heard in town."), id="drill"
    )
    library = Library((HARBOUR, other)).for_audience(MEMBER)
    questions = {
        HARBOUR.id: (
            kept(BOATS, "boats"),
            kept("When does the harbour open?", "may"),
        ),
        "drill": (kept("Was the siren heard?", "siren"),),
    }

    assert list(islice(suggested(library, questions), MOST)) == [
        "Was the siren heard?",
        BOATS,
        "When does the harbour open?",
    ]
