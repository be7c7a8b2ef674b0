"""`workspaces.yaml`: which briefings and curators each workspace has."""

from datetime import date
from pathlib import Path

import pytest

from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR, Audience, Reach
from bot.files.briefs import YamlBriefingSource
from bot.installation import Installation
from tests.yaml_texts import SMALLEST

TODAY = date(2026, 11, 23)
ALPHA, BETA = Installation("T0ALPHA"), Installation("T0BETA", "E0ORG")
STRANGER = Installation("T0OTHER")
FILE = """\
workspaces:
  - id: T0ALPHA
    name: Alpha
    briefings: [harbour]
    curators: "#harbour-curators"
  - id: E0ORG
    briefings: [harbour, island]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for id in ("harbour", "island"):
        curators = 'curators: ["#desk", T0BETA/U0ANA]\n'
        text = SMALLEST.replace("id: harbour", f"id: {id}", 1) + curators
        (tmp_path / f"{id}.yaml").write_text(text)
    (tmp_path / "workspaces.yaml").write_text(FILE)
    return tmp_path


def seen_by(folder: Path, installation: Installation | None) -> list[str]:
    """Return the briefings that exist for a member of a workspace."""
    library = YamlBriefingSource(folder).read(TODAY).library
    assert library is not None
    audience = Audience(Reach.MEMBER, installation=installation)
    return list(library.for_audience(audience).by_id)


def test_a_workspace_has_the_briefings_that_are_named_there(folder: Path) -> None:
    """Its own entry, else its organisation's; a stranger has none."""
    assert seen_by(folder, ALPHA) == ["harbour"]
    assert seen_by(folder, BETA) == ["harbour", "island"]
    assert seen_by(folder, STRANGER) == []
    library = YamlBriefingSource(folder).read(TODAY).library
    assert library is not None
    assert list(library.for_audience(CURATOR).by_id) == ["harbour", "island"]


def test_without_the_file_every_workspace_has_everything(folder: Path) -> None:
    """As where there is one, by the environment's token."""
    (folder / "workspaces.yaml").unlink()

    assert seen_by(folder, STRANGER) == ["harbour", "island"]


def test_curators_are_those_of_the_workspace(folder: Path) -> None:
    """Else those that the briefing names with it in front; elsewhere nobody."""
    library = YamlBriefingSource(folder).read(TODAY).library
    assert library is not None

    def of(installation: Installation, briefing: Briefing) -> tuple[str, ...]:
        return library.curators(briefing, installation)

    harbour, island = library.briefings
    assert of(ALPHA, harbour) == ("#harbour-curators",)
    assert of(ALPHA, island) == ()
    assert of(BETA, island) == ("T0BETA/U0ANA",)
    assert of(STRANGER, harbour) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            FILE.replace("[harbour]", "[harbor]"),
            '4:17: There is no briefing "harbor". Did you mean "harbour"?',
        ),
        (
            FILE.replace("E0ORG", "T0ALPHA"),
            '6:9: The workspace "T0ALPHA" has an earlier entry. Make one entry of the '
            "two.",
        ),
        (
            FILE.replace("briefings: [harbour]", "briefing: [harbour]"),
            '4:5: "briefing" is not a key of a workspace. Did you mean "briefings"?',
        ),
    ],
)
def test_a_mistake_has_its_line_and_what_to_write(
    folder: Path, text: str, said: str
) -> None:
    """Like those of every other file."""
    (folder / "workspaces.yaml").write_text(text)

    errors = YamlBriefingSource(folder).read(TODAY).errors

    told = [str(error).removeprefix(f"{folder}/workspaces.yaml:") for error in errors]
    assert told[0] == said


def test_a_briefing_that_is_nowhere_is_a_warning(folder: Path) -> None:
    """It may be meant, for now."""
    (folder / "workspaces.yaml").write_text(FILE.replace(", island", ""))

    warnings = YamlBriefingSource(folder).read(TODAY).warnings

    assert [str(each) for each in warnings if "workspace" in str(each)] == [
        f'{folder}/workspaces.yaml:1:1: The briefing "island" is in no workspace: '
        "nobody can see it. Name it where it belongs."
    ]


DIGESTS = """\
digests:
  - id: daily
    title: Daily
    briefings: [island]
    when: {every: day, at: 08:00, timezone: Europe/London}
    to: ["#desk", "T0ALPHA/#desk", "T0BETA/#desk"]
"""


def test_a_digest_goes_to_workspaces_that_have_what_it_says(folder: Path) -> None:
    """And its recipients name theirs, where there are several."""
    (folder / "digests.yaml").write_text(DIGESTS)

    errors = YamlBriefingSource(folder).read(TODAY).errors

    assert [str(error).removeprefix(f"{folder}/") for error in errors] == [
        'digests.yaml:6:10: Nothing says in which workspace "#desk" is. Write it in '
        'front, as in "T0ALPHA/#desk".',
        'digests.yaml:6:19: "T0ALPHA" has no briefing "island". Name it in '
        "workspaces.yaml, or leave it.",
    ]


def test_who_installs_the_app_has_nothing_by_default(folder: Path) -> None:
    """A missing file is an error, so that the last good state goes on being served."""
    (folder / "workspaces.yaml").unlink()
    source = YamlBriefingSource(folder, wants_workspaces=True)

    (error,) = source.read(TODAY).errors

    assert str(error).startswith(
        f"{folder}/workspaces.yaml:1:1: There is no workspaces.yaml: where workspaces "
        "install the app by themselves, it says which briefings each of them has."
    )


def test_what_is_had_is_part_of_the_revision(folder: Path) -> None:
    """So that replicas agree on it, and an earlier one is told to nobody else."""
    before = YamlBriefingSource(folder).read(TODAY).library
    (folder / "workspaces.yaml").write_text(FILE.replace(", island", ""))
    after = YamlBriefingSource(folder).read(TODAY).library
    assert before is not None
    assert after is not None

    audience = Audience(Reach.MEMBER, installation=BETA)
    told = before.as_told_with(after.for_audience(audience), audience)

    assert before.content_hash != after.content_hash
    assert list(told.by_id) == ["harbour"]
