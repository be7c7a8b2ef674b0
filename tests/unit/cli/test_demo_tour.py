"""The demo's tour: what it corrects, what it opens, and that its steps are whole."""

import sys
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from bot.cli.demo_folder import INVENTED_BRIEFS
from bot.cli.demo_tour import (
    CORRECTED_FILE,
    STEPS,
    DemoCorrection,
    DemoError,
    demo_tour,
    folder_opener,
    open_folder,
    tour_routes,
)
from bot.cli.main import app
from bot.simulator.clock import SteppedClock
from bot.simulator.tour import Step, load_steps

TODAY = date(2026, 11, 28)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The demo's copy of the invented briefing."""
    path = tmp_path / CORRECTED_FILE
    path.write_bytes((INVENTED_BRIEFS / CORRECTED_FILE).read_bytes())
    return path


def test_the_correction_is_one_that_a_curator_would_write(copy: Path) -> None:
    """The file is valid, with an entry that says what was wrong and why."""
    DemoCorrection(copy).make(TODAY)

    checked = CliRunner().invoke(app, ["check", str(copy)])
    assert "11 claims: no errors" in checked.output
    text = copy.read_text(encoding="utf-8")
    assert "- date: 2026-11-28\n            kind: correction\n" in text
    assert "value: 340" not in text


def test_it_is_made_once_and_put_back_once(copy: Path) -> None:
    """A second click does nothing, and the file is at last what it was."""
    was = copy.read_bytes()
    correction = DemoCorrection(copy)
    correction.put_back()
    correction.make(TODAY)
    made = copy.read_bytes()
    correction.make(TODAY)
    assert copy.read_bytes() == made

    correction.put_back()
    correction.put_back()

    assert copy.read_bytes() == was


def test_what_a_newcomer_edited_besides_stays(copy: Path) -> None:
    """Only the words of the correction are taken out."""
    correction = DemoCorrection(copy)
    correction.make(TODAY)
    copy.write_text(copy.read_text().replace("11 minutes after", "12 minutes after"))

    correction.put_back()

    text = copy.read_text(encoding="utf-8")
    assert "12 minutes after" in text
    assert "The crews led 340 people" in text


def test_a_claim_that_was_changed_by_hand_is_left_alone(copy: Path) -> None:
    """The page gets a sentence, and the file keeps the newcomer's words."""
    copy.write_text(copy.read_text().replace("led 340 people", "led 341 people"))
    edited = copy.read_bytes()

    with pytest.raises(DemoError, match="was changed by hand"):
        DemoCorrection(copy).make(TODAY)

    assert copy.read_bytes() == edited


def test_a_step_does_one_thing() -> None:
    """It says something or asks the demo for something, never both or neither."""
    whole = load_steps(STEPS)[0].model_dump()

    for change in ({"say": ""}, {"post": "/demo/correction"}):
        with pytest.raises(ValidationError, match="needs either `say` or `post`"):
            Step.model_validate(whole | change)


def test_every_address_of_the_tour_is_answered(tmp_path: Path) -> None:
    """A button of the page has something behind it."""
    tour = demo_tour(tmp_path, has_opener=True)
    asked = {step.post for step in tour.steps if step.post}
    asked |= {step.undo.post for step in tour.steps if step.undo}
    asked.add(tour.folder.open_post)

    answered = {route.path for route in tour_routes(tmp_path, "true", SteppedClock())}

    assert asked == answered


def test_without_a_screen_there_is_no_opener(tmp_path: Path) -> None:
    """The page then shows the path to copy."""
    assert folder_opener(has_screen=False) == ""
    assert demo_tour(tmp_path, has_opener=False).folder.open_post == ""


async def test_a_folder_is_opened_by_the_platforms_program(tmp_path: Path) -> None:
    """It gets the folder, and its success is silent."""
    opener = tmp_path / "opener"
    opener.write_text(
        f'#!{sys.executable}\nimport sys\nopen(sys.argv[1] + "/x", "w")\n'
    )
    opener.chmod(0o700)

    await open_folder(str(opener), tmp_path)

    assert (tmp_path / "x").exists()


@pytest.mark.parametrize("opener", ["false", "/nowhere/opener"])
async def test_a_window_that_does_not_open_is_told(opener: str, tmp_path: Path) -> None:
    """With the path, so that the newcomer gets there all the same."""
    with pytest.raises(DemoError, match=f"The folder is {tmp_path}"):
        await open_folder(opener, tmp_path)
