"""Origins: ten papers with one wire story are one origin."""

from typing import Any

import pytest

from bot.briefing.models import Briefing
from bot.briefing.origins import describe_origins, origins
from tests.factories import briefing_of, claim

SOURCES: dict[str, Any] = {
    "article": {"title": "News article"},
    "times": {"publisher": "The Times", "via": ["article"]},
    "hur": {
        "publisher": "Ukraine's military intelligence",
        "party": "Ukraine",
        "via": ["times"],
    },
    "shoigu": {"publisher": "Sergei Shoigu", "party": "Russia", "via": ["article"]},
    "unnamed": {"unnamed": True, "via": ["article"]},
}


def citing(*cited: str) -> Briefing:
    """Return a briefing whose one claim cites these sources."""
    return briefing_of(claim(sources=list(cited)), sources=SOURCES, matter="the war")


@pytest.mark.parametrize(
    ("cited", "independent"),
    [
        (["hur"], ["hur"]),
        (["times", "hur"], ["hur"]),
        (["article", "hur"], ["hur"]),
        (["article", "times"], ["times"]),
        (["hur", "shoigu"], ["hur", "shoigu"]),
        (["hur", "hur"], ["hur"]),
        (["unnamed"], []),
        (["unnamed", "article"], []),
        (["unnamed", "shoigu"], ["shoigu"]),
    ],
    ids=str,
)
def test_a_carrier_is_no_second_origin(
    cited: list[str], independent: list[str]
) -> None:
    """Who only passed it on, near or far, does not count; nor does nobody."""
    briefing = citing(*cited)

    assert list(origins(briefing.claims[0], briefing)) == independent


@pytest.mark.parametrize(
    ("cited", "words"),
    [
        (
            ["times", "hur"],
            "one origin: Ukraine's military intelligence, a party to the war",
        ),
        (["unnamed"], "no named origin"),
        (
            ["hur", "shoigu"],
            "2 independent origins: Ukraine's military intelligence, a party to the "
            "war; Sergei Shoigu, a party to the war",
        ),
    ],
    ids=["one", "none", "two"],
)
def test_origins_are_said_in_a_readers_words(cited: list[str], words: str) -> None:
    """The count comes with who it is and whose side they are on."""
    briefing = citing(*cited)

    assert describe_origins(briefing.claims[0], briefing) == words
