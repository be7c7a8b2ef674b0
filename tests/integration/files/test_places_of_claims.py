"""Where claims stand in the files."""

import pytest

from bot.files.briefs import YamlBriefingSource
from tests.frozen import FIRST, FROZEN, TODAY

LINES = FIRST.read_text("utf-8").splitlines()


@pytest.fixture
def places() -> YamlBriefingSource:
    source = YamlBriefingSource(FROZEN)
    source.read(TODAY)
    return source


async def test_a_claim_stands_where_its_id_is(places: YamlBriefingSource) -> None:
    """The link leads to the line that an editor would open."""
    place = await places.place_of("north-korea-russia", "casualties")

    assert place == (str(FIRST), LINES.index("      - id: casualties") + 1)


async def test_what_is_not_there_has_no_place(places: YamlBriefingSource) -> None:
    """A button may be older than the claim's removal."""
    assert await places.place_of("north-korea-russia", "gone") is None
    assert await places.place_of("gone", "casualties") is None
