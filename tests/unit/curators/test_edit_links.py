"""Edit links: from what is wrong to the line that mends it."""

import pytest

from bot.curators.edit_links import EditLinks
from bot.errors import BriefingError

EDIT = "https://git.example/edit/main"
TEMPLATE = f"{EDIT}/{{path}}#L{{line}}"


class OnePlace:
    """Knows one claim."""

    async def place_of(self, briefing_id: str, claim_id: str) -> tuple[str, int] | None:
        return ("briefs/harbour.yaml", 12) if claim_id == "losses" else None


@pytest.mark.parametrize(
    ("claim_id", "link"),
    [
        pytest.param(
            "losses",
            f"{EDIT}/briefs/harbour.yaml#L12",
            id="known",
        ),
        pytest.param("gone", "", id="gone"),
    ],
)
async def test_a_claim_is_linked_by_its_line(claim_id: str, link: str) -> None:
    """A curator is one press from the words to mend."""
    assert await EditLinks(TEMPLATE, OnePlace()).to_claim("harbour", claim_id) == link


async def test_without_the_setting_there_are_no_links() -> None:
    """An operator who keeps the files elsewhere sets nothing."""
    links = EditLinks("", OnePlace())

    assert await links.to_claim("harbour", "losses") == ""
    assert links.to_error(BriefingError("briefs/a.yaml", 3, 1, "Wrong.")) == ""


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        pytest.param("briefs/a.yaml", "briefs/a.yaml", id="relative"),
        pytest.param("/data/briefs/a.yaml", "briefs/a.yaml", id="from-the-root"),
        pytest.param("my briefs/a.yaml", "my%20briefs/a.yaml", id="blank"),
    ],
)
def test_an_error_is_linked_by_its_line(path: str, inside: str) -> None:
    """A folder mounted elsewhere lies in the repository under its own name."""
    links = EditLinks(TEMPLATE, OnePlace())

    link = links.to_error(BriefingError(path, 3, 1, "Wrong."))

    assert link == f"{EDIT}/{inside}#L3"
