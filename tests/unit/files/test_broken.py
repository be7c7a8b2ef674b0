"""Every mistake in the folder of broken files, with its exact message."""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.files.briefs import YamlBriefingSource

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
TODAY = date(2026, 11, 23)


def messages(broken: Path, folder: Path) -> list[str]:
    """Return what is said of a broken file when it is called `harbour.yaml`."""
    (folder / "harbour.yaml").write_bytes(broken.read_bytes())
    reading = YamlBriefingSource(folder).read(TODAY)
    errors = [str(error) for error in reading.errors]
    warnings = [f"warning: {warning}" for warning in reading.warnings]
    return [line.replace(f"{folder}{os.sep}", "") for line in errors + warnings]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_told_its_mistake(broken: Path, tmp_path: Path) -> None:
    """The message stands beside the file, to be read and judged as a text."""
    expected = broken.with_suffix(".txt").read_text(encoding="utf-8").splitlines()

    assert messages(broken, tmp_path) == expected


def test_there_are_enough_broken_files() -> None:
    """A folder that was moved would leave the test above with nothing to do."""
    assert len(BROKEN) >= 60
