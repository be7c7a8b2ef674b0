"""Snapshots: what is written is read back as it was, and its hash is the library's."""

from hashlib import sha256
from pathlib import Path

import pytest

from bot.briefing.handling import Label
from bot.briefing.library import Library
from bot.briefing.snapshot import SnapshotError, read_snapshot, write_snapshot
from bot.files.briefs import YamlBriefingSource
from tests.factories import briefing_of, claim, make_briefing
from tests.frozen import TODAY, demo_folder


def written_and_read(library: Library) -> Library:
    return read_snapshot(write_snapshot(library))


def test_whole_briefings_are_read_back_as_they_were(tmp_path: Path) -> None:
    """Nothing is lost: the library that comes back equals the one that was written."""
    library = YamlBriefingSource(demo_folder(tmp_path)).read(TODAY).library
    assert library is not None

    assert written_and_read(library).briefings == library.briefings


def test_every_mark_is_read_back() -> None:
    """Dates, numbers, labels and lists of revisions keep their types."""
    marked = claim(
        "losses",
        kind="estimate",
        when="2026-10~",
        verified="2026-11-01",
        credibility="3",
        handling="TLP:RED",
        contradicts=["other"],
        figures=[
            {"label": "boats", "low": "40", "high": "42.5", "approximate": "true"}
        ],
        revisions=[
            {"date": "2026-11-02", "kind": "update", "was": "30", "because": "News."}
        ],
    )
    briefing = briefing_of(marked, claim("other"), review_every="30 days")
    library = Library((briefing, make_briefing(id="b", handling=Label.AMBER)))

    assert written_and_read(library).briefings == library.briefings


def test_the_texts_hash_is_the_librarys() -> None:
    """One hash names a revision, whether it is computed here or in the store."""
    library = Library((make_briefing(id="b"), make_briefing(id="a")))

    text = write_snapshot(library)

    assert sha256(text.encode()).hexdigest() == library.content_hash


def test_an_empty_library_is_read_back() -> None:
    """No briefing is a snapshot, too."""
    assert written_and_read(Library(())).briefings == ()


def test_a_snapshot_of_another_release_is_refused() -> None:
    """What cannot be understood is no base line; its reader gets everything anew."""
    with pytest.raises(SnapshotError) as refused:
        read_snapshot('{"id":"a","title":"A","as_of":"2026","mood":"fine"}')

    assert str(refused.value) == (
        "A stored revision does not fit this release (3 fields differ)."
    )
