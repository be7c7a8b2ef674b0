"""What an audience may not see cannot be heard through the search either."""

from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.name_lookup import NOTHING, Names
from bot.briefing.tlp import CURATOR, PUBLIC
from tests.factories import claim, make_briefing, section

CANARIES = [
    "zyxwalpha",
    "zyxwbravo",
    "zyxwcharlie",
    "zyxwdelta",
    "zyxwecho",
    "zyxwgolf",
]


def with_secret(*secret: dict[str, object]) -> Briefing:
    """Return a briefing with two open claims, and what else is given in RED."""
    open_claims = [
        claim(text="About 40 boats were lost to the storm."),
        claim("crane", text="The crane at the north quay fell into the basin."),
    ]
    return make_briefing(sections=[section(claims=[*open_claims, *secret])])


SECRET = claim(
    "secret",
    text="Officer zyxwalpha paid 7,731 crowns for the boats.",
    short="zyxwbravo paid 7,731",
    caveat="Only zyxwcharlie says so.",
    aliases=["zyxwdelta boats"],
    sources=["mole"],
    figures=[{"label": "zyxwecho paid", "value": "7731", "unit": "crowns"}],
    handling="TLP:RED",
)
MOLE = {"port": {"publisher": "Port authority"}, "mole": {"publisher": "zyxwgolf"}}
LEAKY = with_secret(SECRET).model_copy(
    update={"sources": make_briefing(sources=MOLE).sources}
)
SEEN = Library((LEAKY,)).for_audience(PUBLIC)
CLEAN = Library((with_secret(),)).for_audience(PUBLIC)

WORDS = [*CANARIES, "zyxwalpah", "7731", "boats", "crowns", "officer", "paid", "crane"]


def test_a_curator_finds_it() -> None:
    """The canaries are in the briefing, or the other tests would prove nothing."""
    answer = Library((LEAKY,)).for_audience(CURATOR).searcher.ask("zyxwalpha boats")

    assert answer.hits[0].claim.id == "secret"


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_a_withheld_claim_is_like_one_that_was_never_written(asked: list[str]) -> None:
    """Hits, outcome, coverage, scores and reasons are those of a briefing without."""
    question = " ".join(asked)

    assert SEEN.searcher.ask(question) == CLEAN.searcher.ask(question)
    assert Names(SEEN.briefings).find(question) == Names(CLEAN.briefings).find(question)


def test_no_suggestion_utters_it() -> None:
    """Neither a near name nor a typing error leads to a withheld claim."""
    names = Names(SEEN.briefings)

    assert {names.find(word) for word in (*CANARIES, "zyxwdelta boatz")} == {NOTHING}
