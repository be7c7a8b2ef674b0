"""A folder of briefings: what is read again, what is filled in, and what is left."""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.briefing.tlp import Label
from bot.errors import SettingsError
from bot.files.briefs import YamlBriefingSource
from tests.yaml_texts import SMALLEST

TODAY = date(2026, 11, 23)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two briefings."""
    for id in ("harbour", "island"):
        (tmp_path / f"{id}.yaml").write_text(
            SMALLEST.replace("id: harbour", f"id: {id}")
        )
    return tmp_path


def test_only_a_file_that_changed_is_parsed_again(folder: Path) -> None:
    """An edit among twenty files costs one file."""
    source = YamlBriefingSource(folder)
    before = source.read(TODAY).library
    (folder / "island.yaml").write_text(
        SMALLEST.replace("id: harbour", "id: island").replace("40", "50")
    )

    after = source.read(TODAY).library

    assert before is not None
    assert after is not None
    assert after.briefings[0] is before.briefings[0]
    assert after.briefings[1].claims[0].text == "About 50 boats were lost."


def test_what_nobody_labelled_gets_the_configured_handling(folder: Path) -> None:
    """The default is never CLEAR, and never overrides a label."""
    labelled = SMALLEST.replace("as_of", "handling: TLP:CLEAR\nas_of")
    (folder / "harbour.yaml").write_text(labelled)

    library = (
        YamlBriefingSource(folder, default_handling=Label.GREEN).read(TODAY).library
    )

    assert library is not None
    assert [b.handling for b in library.briefings] == [Label.CLEAR, Label.GREEN]


def test_one_broken_file_keeps_the_whole_snapshot_from_serving(folder: Path) -> None:
    """A reader never sees half of an edit."""
    (folder / "island.yaml").write_text("id: [")

    reading = YamlBriefingSource(folder).read(TODAY)

    assert reading.library is None
    assert [Path(error.path).name for error in reading.errors] == ["island.yaml"]


def test_problems_are_ordered_by_file_line_and_column(folder: Path) -> None:
    """Curators mend from the top."""
    broken = SMALLEST.replace("title: A storm", "titel: A storm").replace("2026", "Nov")
    for id in ("island", "harbour"):
        (folder / f"{id}.yaml").write_text(broken)

    errors = YamlBriefingSource(folder).read(TODAY).errors

    assert [(Path(error.path).stem, error.line) for error in errors] == [
        *(("harbour", 3), ("harbour", 8)),
        *(("island", 3), ("island", 8)),
    ]


def test_digests_are_checked_against_the_briefings_they_name(folder: Path) -> None:
    """A section that was renamed is found before eight in the morning."""
    (folder / "digests.yaml").write_text(
        "digests:\n"
        "  - id: daily\n"
        "    title: Daily\n"
        "    sections: [harbour/strom]\n"
        "    when: {every: day, at: 08:00, timezone: Europe/London}\n"
    )

    errors = YamlBriefingSource(folder).read(TODAY).errors

    assert [str(error) for error in errors] == [
        f'{folder}/digests.yaml:4:16: Briefing "harbour" has no '
        'section "strom". Did you mean "harbour/storm"?'
    ]


def test_a_file_that_cannot_be_read_is_an_error_of_that_file(folder: Path) -> None:
    """A folder called like a briefing, say."""
    (folder / "shelf.yaml").mkdir()

    errors = YamlBriefingSource(folder).read(TODAY).errors

    assert [str(error) for error in errors] == [
        f'{folder}/shelf.yaml:1:1: The file cannot be read: "Is a directory".'
    ]


def test_a_folder_without_a_briefing_says_how_to_start(tmp_path: Path) -> None:
    """Questions, digests and hidden files are no briefings."""
    for name in ("digests.yaml", "a.questions.yaml", ".hidden.yaml"):
        (tmp_path / name).write_text("")

    with pytest.raises(SettingsError) as refused:
        YamlBriefingSource(tmp_path).read(TODAY)

    assert str(refused.value) == (
        f'The folder "{tmp_path}" holds no briefing. Start one with '
        "`briefing-bot new ID`."
    )


def test_review_is_counted_from_the_day_that_is_given(folder: Path) -> None:
    """Reading the same files on another day may warn of them."""
    text = SMALLEST.replace(
        "as_of", "verified: 2026-11-01\nreview_every: 30 days\nas_of"
    )
    (folder / "harbour.yaml").write_text(text)
    source = YamlBriefingSource(folder)

    assert source.read(date(2026, 12, 1)).warnings == ()
    assert len(source.read(date(2026, 12, 2)).warnings) == 1


def test_a_file_that_is_not_read_is_told_with_the_name_to_give(folder: Path) -> None:
    """Nobody looks for a briefing that is missing where all others are."""
    for name in ("port.yml", "digests.yml", "asia/port.yaml", "habour.questions.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(SMALLEST)
    for name in (".git/config.yaml", ".hidden.yml", "harbour.questions.yaml", "a.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("")

    read = YamlBriefingSource(folder).read(TODAY)

    assert read.errors == ()
    assert [str(warning) for warning in read.warnings] == [
        f'{folder}/asia/port.yaml:1:1: "asia/port.yaml" is not read: briefings stand '
        f"in the folder itself. Move it to {folder}/port.yaml.",
        f'{folder}/digests.yml:1:1: "digests.yml" is not read: its name ends in '
        ".yml. Rename it to digests.yaml.",
        f'{folder}/habour.questions.yaml:1:1: "habour.questions.yaml" is not read: '
        'there is no briefing "habour". There is a harbour.questions.yaml already: '
        "add to it what is new here, and delete this file.",
        f'{folder}/port.yml:1:1: "port.yml" is not read: its name ends in .yml. Rename '
        "it to port.yaml.",
    ]


def test_a_name_that_an_editor_lengthened_is_told(folder: Path) -> None:
    """Notepad adds .txt, and Windows does not show it."""
    (folder / "port.yaml.txt").write_text(SMALLEST)

    assert [
        str(warning) for warning in YamlBriefingSource(folder).read(TODAY).warnings
    ] == [
        f'{folder}/port.yaml.txt:1:1: "port.yaml.txt" is not read: its name ends in '
        ".yaml.txt. Rename it to port.yaml."
    ]


def test_what_a_link_shows_a_second_time_is_not_told(folder: Path) -> None:
    """Whoever followed the advice to delete it would delete what is read."""
    (folder / "again").symlink_to(folder)
    (folder / "release").mkdir()
    (folder / "harbour.yaml").rename(folder / "release" / "harbour.yaml")
    (folder / "harbour.yaml").symlink_to("release/harbour.yaml")

    assert YamlBriefingSource(folder).read(TODAY).warnings == ()


def test_a_copy_is_given_a_name_that_is_free(folder: Path) -> None:
    """The advice never leads to writing over another briefing."""
    (folder / "HARBOUR.yaml").write_text(SMALLEST)

    told = YamlBriefingSource(folder).read(TODAY).errors

    assert [error.hint for error in told] == [
        "Delete this file if it is a copy of that one; else write `id: harbour-2` and "
        "rename it to harbour-2.yaml."
    ]


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    """Nobody writes into it, and the bot has other files to read."""
    os.mkfifo(folder / "port.yaml")
    (folder / "zero.yaml").symlink_to("/dev/zero")

    told = YamlBriefingSource(folder).read(TODAY).errors

    assert [str(error) for error in told] == [
        f'{folder}/{name}.yaml:1:1: The file cannot be read: "Not a regular file".'
        for name in ("port", "zero")
    ]


def test_a_folder_whose_only_file_is_misnamed_says_so(tmp_path: Path) -> None:
    """The advice leads on: the renamed file is read."""
    (tmp_path / "harbour.yml").write_text(SMALLEST)

    with pytest.raises(SettingsError) as told:
        YamlBriefingSource(tmp_path).read(TODAY)

    assert str(told.value) == (
        f'The folder "{tmp_path}" holds no briefing. "harbour.yml" is not read: its '
        "name ends in .yml. Rename it to harbour.yaml. Start one with `briefing-bot "
        "new ID`."
    )
