"""Asking a small briefing: what leads, what is shown beside it, what is refused."""

import pytest

from bot.briefing.models import Briefing
from bot.briefing.search.searcher import Outcome, Searcher, SearchResult
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


def ask(question: str) -> SearchResult:
    return Searcher([harbour()]).ask(question)


def ids(answer: SearchResult) -> list[str]:
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
    ("question", "nearest", "missing"),
    [
        ("How many fishing boats were captured?", "losses", ["captured"]),
        ("Who captured the container crane?", "crane", ["captured"]),
        ("Did the minister promise a new breakwater?", "mayor", ["minister"]),
    ],
)
def test_what_nearly_fits_is_shown_as_closest_and_says_what_it_lacks(
    question: str, nearest: str, missing: list[str]
) -> None:
    """A word that matters and is not met keeps an answer from being plain."""
    answer = ask(question)

    assert answer.outcome is Outcome.CLOSEST
    assert answer.shown[0].claim.id == nearest
    assert len(answer.shown) <= 3
    assert [word.word for word in answer.missing] == missing


def test_a_missing_word_that_another_claim_has_is_not_called_absent() -> None:
    """ "Nothing here speaks of it" is said only where that is so, for this audience."""
    elsewhere = make_briefing(
        id="market",
        sections=[section(claims=[claim(text="Pirates captured a market.")])],
    )
    asked = "Who captured the container crane?"

    (alone,) = ask(asked).missing
    (beside,) = (
        Searcher([harbour(), elsewhere]).ask(asked, briefing_id="harbour").missing
    )

    assert (alone.word, alone.is_elsewhere) == ("captured", False)
    assert (beside.word, beside.is_elsewhere) == ("captured", True)


@pytest.mark.parametrize(
    "question",
    [
        "Did Lisbon promise a new breakwater?",
        "Who confirmed 40 boats, according to Rossi?",
        "Which fishing boats were not damaged by the storm?",
        "When were the fishing boats sunk?",
        "Where did mayor Duarte promise a breakwater?",
        "Why did mayor Duarte promise a breakwater?",
        "What was the biggest of the boats damaged?",
        "Did the president promise a new breakwater?",
    ],
)
def test_a_kind_of_answer_that_the_claim_has_not_is_never_plain(question: str) -> None:
    """Another speaker, a negation, a date, place, reason, rank or office it lacks."""
    assert ask(question).outcome is not Outcome.ANSWERED


def test_a_part_of_a_combined_figure_gets_the_figure() -> None:
    """Its caveat says that both are counted together, and stands beside it."""
    answer = ask("How many boats were sunk?")

    assert answer.outcome is Outcome.ANSWERED
    assert answer.shown[0].claim.id == "losses"


@pytest.mark.parametrize(
    "sum",
    ["what is 1+1", "what's 40 times 65?", "40 + 65 =", "what is 15% of 40", "40*65"],
)
def test_a_sum_is_no_question_to_a_briefing(sum: str) -> None:
    """Whatever numbers it has, no claim is an answer."""
    assert ask(sum).outcome is Outcome.NOT_COVERED


@pytest.mark.parametrize(
    "question", ["40 65", "40-65 boats", "May 2027", "40/65 boats"]
)
def test_numbers_alone_are_no_sum(question: str) -> None:
    """A figure or a date is looked up, whatever stands between its digits."""
    assert ask(question).outcome is not Outcome.NOT_COVERED


def test_words_of_the_topic_tell_no_claim_apart() -> None:
    """Whatever the briefing is called, the claim that repeats it wins nothing."""
    named = harbour(title="Storm over the fishing harbour", aliases=["storm"])

    answer = Searcher([named]).ask("How many boats were damaged by the storm?")

    assert (answer.outcome, ids(answer)[0]) == (Outcome.ANSWERED, "losses")


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


@pytest.mark.parametrize(
    "question",
    ["Did mayor Duarte promise a new breakwater?", "Is a breakwater planned?"],
)
def test_a_dispute_leads_alike_whatever_is_asked(question: str) -> None:
    """Both sides stand in the order of the file, so that neither asker hears one."""
    shown = ask(question).shown

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


@pytest.mark.parametrize(
    "question",
    [
        "How reliable is Ines Duarte?",
        "Is Ines Duarte reliable?",
        "Is Duarte right?",
        "How confident is Ines Duarte?",
        "Can Ines Duarte be believed?",
    ],
)
def test_no_claim_says_how_far_somebody_is_to_be_trusted(question: str) -> None:
    """That a claim speaks of a name is no word on whether the name is reliable."""
    entities = {"duarte": {"name": "Ines Duarte", "aliases": ["Duarte"]}}

    answer = Searcher([harbour(entities=entities)]).ask(question)

    assert answer.outcome is Outcome.CLOSEST


def test_an_unknown_briefing_covers_nothing() -> None:
    """A briefing that this audience may not see is like one that does not exist."""
    answer = Searcher([harbour()]).ask("boats", briefing_id="secret")

    assert answer == SearchResult(Outcome.NOT_COVERED, 0.0, (), ())


QUARRY = make_briefing(
    id="quarry",
    title="The quarry sinks, and its owners leave it late",
    short="Quarry",
    aliases=[],
    sections=[
        section(
            claims=[
                claim(
                    "cost",
                    text="Fences, pumps and guards cost 3 million crowns.",
                    figures=[{"label": "cost", "value": 3000000, "unit": "crowns"}],
                ),
                claim("court", text="A court in Tesh hears the case on 2 May 2027."),
                claim("warden", text="Ivo Brandt, the warden for 20 years, resigned."),
                claim("tests", text="Arsenic was found in a probe on 3 March 2026."),
                claim("gate", text="The gate will open again in spring."),
                claim("lake", text="About 40 percent of the lake has dried up."),
                claim("sinking", text="The quarry sinks by a hand in a week."),
                claim(
                    "hall",
                    text="The hall has room for 200 guests.",
                    figures=[{"label": "room", "value": 200, "unit": "guests"}],
                ),
            ]
        )
    ],
)


@pytest.mark.parametrize(
    "question",
    [
        "How much did the pumps cost?",
        "When did Ivo Brandt resign?",
        "When was the court in Tesh built?",
        "Where did the arsenic come from?",
        "Who found the arsenic in the probe?",
        "How many lakes have dried up?",
        "How many owners are guests?",
        "When will the owners open the gate?",
    ],
)
def test_a_circumstance_of_something_else_is_no_plain_answer(question: str) -> None:
    """A sum is none for its part, a span no date, a month nobody, a place no origin.

    And a share counts nothing. What only the title of its topic names, no claim counts,
    nor does it say when that came about.
    """
    assert Searcher([QUARRY]).ask(question).outcome is Outcome.CLOSEST


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How much did the fences, pumps and guards cost?", "cost"),
        ("court date", "court"),
        ("cout date", "court"),
        ("When will the gate opne?", "gate"),
        ("wen will teh gate open", "gate"),
        ("What arsenic was found in the first place?", "tests"),
        ("What share of the lake has dried up?", "lake"),
        ("does it sink", "sinking"),
    ],
)
def test_what_a_claim_accounts_for_is_answered_however_it_is_put(
    question: str, expected: str
) -> None:
    """Keywords that name a kind of answer, letters swapped, and words without weight.

    A word of a title that is a sentence tells claims apart like any other.
    """
    answer = Searcher([QUARRY]).ask(question)

    assert answer.outcome is Outcome.ANSWERED
    assert answer.shown[0].claim.id == expected
