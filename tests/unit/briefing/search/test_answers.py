"""Asking a small briefing: what leads, what is shown beside it, what is refused."""

import pytest

from bot.briefing.models import Briefing
from bot.briefing.search.answers import Answer, Outcome, Searcher
from tests.factories import claim, make_briefing, section

LOSSES = claim(
    id="losses",
    text="About 40 fishing boats were sunk or damaged by the storm.",
    short="About 40 boats sunk or damaged",
    caveat="Sunk and damaged boats are counted together.",
    aliases=["boats lost"],
    figures=[{"label": "boats sunk or damaged", "value": "40", "unit": "boats"}],
)
INSURER = claim(
    id="insurer-count",
    text="The insurers speak of 65 boats sunk or damaged.",
    figures=[{"label": "boats sunk or damaged", "value": "65", "unit": "boats"}],
)
CRANE = claim(id="crane", text="The container crane will be repaired by May 2027.")
MAYOR = claim(id="mayor", text="Mayor Ines Duarte promised a new breakwater.")
DENIAL = claim(
    id="denial", text="No breakwater is planned, Lisbon says.", contradicts=["mayor"]
)
WITHDRAWN = claim(
    id="oil-spill",
    text="Oil leaked into the harbour basin.",
    revisions=[
        {
            "date": "2026-11-20",
            "kind": "withdrawal",
            "was": "Oil leaked into the harbour basin.",
            "because": "The port authority took it back.",
        }
    ],
)


def harbour(**fields: object) -> Briefing:
    """Return a briefing of two sections on a storm in a harbour."""
    damage = section(id="damage", claims=[LOSSES, INSURER, CRANE, WITHDRAWN])
    repair = section(id="plans", title="Plans", claims=[MAYOR, DENIAL])
    return make_briefing(sections=[damage, repair], **fields)


def ask(question: str) -> Answer:
    return Searcher([harbour()]).ask(question)


def ids(answer: Answer) -> list[str]:
    return [hit.claim.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many fishing boats were damaged?", "losses"),
        ("when will the crane be repaired", "crane"),
        ("contaner crane", "crane"),
        ("Who promised a breakwater?", "mayor"),
        ("boats lost", "losses"),
        ("Ines Duarte", "mayor"),
        ("65", "insurer-count"),
    ],
)
def test_the_claim_that_answers_leads(question: str, expected: str) -> None:
    """Whatever way it is asked, the first claim shown is the one that answers."""
    answer = ask(question)

    assert answer.outcome is Outcome.ANSWERED
    assert answer.shown[0].claim.id == expected


@pytest.mark.parametrize(
    "question",
    [
        "who won the football last night?",
        "",
        "   ",
        "🙂",
        "?!",
        "how do i make pancakes",
    ],
)
def test_what_is_off_the_topic_shows_no_claims(question: str) -> None:
    """A refusal holds no claims to be mistaken for an answer."""
    answer = ask(question)

    assert (answer.outcome, answer.shown) == (Outcome.NOT_COVERED, ())


def test_what_counts_the_same_thing_stands_beside_the_lead() -> None:
    """A second figure for the same label and unit is never kept from the reader."""
    shown = ask("How many fishing boats were damaged?").shown

    assert [hit.claim.id for hit in shown] == ["losses", "insurer-count"]


def test_what_contradicts_the_lead_stands_beside_it() -> None:
    """A conflict declared on one side is shown from both."""
    shown = ask("Did mayor Duarte promise a new breakwater?").shown

    assert [hit.claim.id for hit in shown] == ["mayor", "denial"]


def test_a_withdrawn_claim_never_answers() -> None:
    """What was taken back is not found, not even as the closest line."""
    answer = ask("Did oil leak into the harbour basin?")

    assert answer.outcome is not Outcome.ANSWERED
    assert "oil-spill" not in ids(answer)


def test_a_hit_says_why_it_matched() -> None:
    """Shared words, repaired words and other spellings are told apart."""
    entities = {"duarte": {"name": "Ines Duarte", "aliases": ["the mayor of Porto"]}}

    answer = Searcher([harbour(entities=entities)]).ask("mayor of Porto brekwater")

    why = answer.hits[0].why
    assert why.repaired == (("brekwater", "breakwater"),)
    assert ("mayor", "Ines Duarte") not in why.aliases
    assert answer.hits[0].claim.id == "mayor"


def test_an_unknown_briefing_covers_nothing() -> None:
    """A briefing that this audience may not see is like one that does not exist."""
    answer = Searcher([harbour()]).ask("boats", briefing_id="secret")

    assert answer == Answer(Outcome.NOT_COVERED, 0.0, (), ())
