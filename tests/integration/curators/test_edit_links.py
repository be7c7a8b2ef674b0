"""Edit links: from what is wrong to the line that mends it."""

import pytest

from bot.curators.edit_links import EditLinks
from bot.errors import BriefingError
from bot.files.briefs import YamlBriefingSource
from tests.frozen import FIRST, FROZEN, TODAY

EDIT = "https://git.example/edit/main"
BRIEFING = "north-korea-russia"
LINES = FIRST.read_text("utf-8").splitlines()
TEMPLATE = f"{EDIT}/{{path}}#L{{line}}"


@pytest.fixture
def source() -> YamlBriefingSource:
    source = YamlBriefingSource(FROZEN)
    source.read(TODAY)
    return source


async def test_a_claim_is_linked_by_its_line(source: YamlBriefingSource) -> None:
    """A curator is one press from the words to edit."""
    link = await EditLinks(TEMPLATE, source).to_claim(BRIEFING, "casualties")

    line = LINES.index("      - id: casualties") + 1
    assert link == f"{EDIT}/{FROZEN.name}/{FIRST.name}#L{line}"


async def test_a_claim_that_is_gone_has_no_link(source: YamlBriefingSource) -> None:
    """A button may be older than the claim's removal."""
    assert await EditLinks(TEMPLATE, source).to_claim(BRIEFING, "gone") == ""


async def test_without_the_setting_there_are_no_links(
    source: YamlBriefingSource,
) -> None:
    """An operator who keeps the files elsewhere sets nothing."""
    links = EditLinks("", source)

    assert await links.to_claim(BRIEFING, "casualties") == ""
    assert links.to_error(BriefingError("briefs/a.yaml", 3, 1, "Wrong.")) == ""


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        pytest.param("briefs/a.yaml", "briefs/a.yaml", id="relative"),
        pytest.param("/data/briefs/a.yaml", "briefs/a.yaml", id="from-the-root"),
        pytest.param("my briefs/a.yaml", "my%20briefs/a.yaml", id="blank"),
    ],
)
def test_an_error_is_linked_by_its_line(
    source: YamlBriefingSource, path: str, inside: str
) -> None:
    """A folder mounted elsewhere lies in the repository under its own name."""
    links = EditLinks(TEMPLATE, source)

    link = links.to_error(BriefingError(path, 3, 1, "Wrong."))

    assert link == f"{EDIT}/{inside}#L3"
