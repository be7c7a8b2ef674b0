"""The briefings that ship: all other tests read a copy that stands still."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.demo_folder import INVENTED_BRIEFS, lay_out, shipped_briefs
from bot.cli.main import app
from bot.files.briefs import YamlBriefingSource
from bot.files.kept_questions import ask_kept
from tests.unit.briefing.test_schema import complaints

BRIEFS = Path(__file__).parent.parent / "briefs"
FIRST = BRIEFS / "north-korea-russia.yaml"


def test_the_demonstration_loads_them_beside_the_invented_one(tmp_path: Path) -> None:
    """No file of it has an error."""
    source = YamlBriefingSource(lay_out(tmp_path, shipped_briefs()))

    # Real time: as days pass, more reviews are overdue, but nothing becomes wrong.
    reading = source.read(datetime.now(UTC).date())

    assert reading.errors == ()
    assert reading.library
    assert [briefing.id for briefing in reading.library.briefings] == [
        "north-korea-russia",
        "harbour-drill",
    ]


def test_their_kept_questions_are_answered_or_refused_as_they_say() -> None:
    """The same that `briefing-bot check` asks."""
    library = YamlBriefingSource(BRIEFS).read(datetime.now(UTC).date()).library
    assert library

    asked = ask_kept(BRIEFS, library.briefings)

    assert (list(asked.errors), list(asked.warnings)) == ([], [])


def test_an_editor_underlines_nothing_in_the_first_one() -> None:
    """A false alarm in the editor teaches to ignore it."""
    assert complaints(FIRST.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "question",
    [
        "how many were killed?",
        "I hear 30,000 more soldiers may join. Is that right?",
    ],
)
def test_what_the_demonstration_asks_is_not_refused(question: str) -> None:
    """It is what a newcomer is told to try first."""
    result = CliRunner().invoke(app, ["ask", question, "--briefs", str(BRIEFS)])

    assert result.exit_code == 0
    assert "doesn't cover" not in result.output


def test_the_invented_one_checks_clean_alone() -> None:
    """Whoever looks at the demonstration's own folder finds no error in it."""
    result = CliRunner().invoke(app, ["check", str(INVENTED_BRIEFS)])

    assert result.exit_code == 0, result.output
