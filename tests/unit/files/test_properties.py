"""Rules that hold for every file: nothing raises, and layout is not content."""

import re
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.files.briefs import LoadResult, YamlBriefingSource
from tests.yaml_texts import RICH, SMALLEST

TODAY = date(2026, 11, 23)
WORDS = sorted(set(re.findall(r"[a-z_]+", RICH)))
SCRAPS = (
    *(": ", "- ", "\n", "\n  ", "\n    - ", "{", "}", "[", "]", ", ", '"', "'", "> "),
    *("&a ", "*a", "!t ", "<<", "#", "@", "~", "---\n", "...\n", "\t", "? ", "|\n"),
    *("9,500", "2026-02-30", "\u2028", "é", "TLP:RED", "never", "0"),
)


def read(data: bytes) -> LoadResult:
    """Read these bytes as the only briefing of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "harbour.yaml").write_bytes(data)
        return YamlBriefingSource(Path(folder)).read(TODAY)


def content_hash(text: str) -> str:
    """Return the hash of the library that this text makes."""
    reading = read(text.encode())
    assert reading.library is not None, reading.errors
    return reading.library.content_hash


def assert_served_or_told(data: bytes) -> None:
    """Hold that a file ends in a snapshot, or in errors that have a place in it."""
    reading = read(data)

    assert (reading.library is None) == bool(reading.errors)
    last_line = len(re.findall(rb"\r\n|\r|\n", data)) + 1
    for error in (*reading.errors, *reading.warnings):
        assert 1 <= error.line <= last_line
        assert error.column >= 1
        assert error.text.endswith((".", "?"))


@given(st.lists(st.sampled_from((*SCRAPS, *WORDS)), max_size=60).map("".join))
@example("? ")
@example(": ")
@example("[]: x")
@settings(max_examples=150)
def test_any_scrap_of_yaml_is_served_or_told(text: str) -> None:
    """Whatever is typed, nothing ends in a traceback."""
    assert_served_or_told(text.encode())


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_any_bytes_are_served_or_told(data: bytes) -> None:
    """A file need not be a text at all."""
    assert_served_or_told(data)


@given(st.integers(0, len(RICH)), st.integers(0, 30), st.sampled_from(SCRAPS))
@settings(max_examples=150)
def test_any_slip_in_a_good_file_is_served_or_told(
    start: int, cut: int, scrap: str
) -> None:
    """Most broken files were good ones a moment ago."""
    assert_served_or_told((RICH[:start] + scrap + RICH[start + cut :]).encode())


values = st.recursive(
    st.one_of(st.text(max_size=20), st.integers(), st.none(), st.sampled_from(WORDS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    ),
    max_leaves=20,
)


@given(st.sampled_from(WORDS), values)
@settings(max_examples=100)
def test_any_value_under_any_key_is_served_or_told(key: str, value: object) -> None:
    """A value of another type than the key's is an error like any other."""
    tree = yaml.safe_load(SMALLEST) | {key: value}
    assert_served_or_told(yaml.safe_dump(tree, allow_unicode=True).encode())


@given(st.randoms(use_true_random=False), st.booleans(), st.integers(20, 200))
@settings(max_examples=40)
def test_layout_and_the_order_of_keys_are_not_content(
    random: Any, is_flow: bool, width: int
) -> None:
    """Reformatting, commenting and reordering keys leave the content hash as it was."""
    tree = shuffled(yaml.load(RICH, Loader=yaml.BaseLoader), random)
    text = yaml.safe_dump(
        tree, sort_keys=False, default_flow_style=is_flow, width=width
    )

    assert content_hash(f"# A comment\n{text}# Another\n") == content_hash(RICH)


def shuffled(value: Any, random: Any) -> Any:
    """Return the value with the keys of each mapping in another order."""
    if isinstance(value, list):
        return [shuffled(each, random) for each in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: shuffled(value[key], random) for key in keys}


@pytest.mark.parametrize(
    "text",
    [SMALLEST.replace("40", "50"), SMALLEST.replace("losses", "boats")],
    ids=["a number", "an id"],
)
def test_content_is_in_the_hash(text: str) -> None:
    """What a reader would be told is not layout."""
    assert content_hash(text) != content_hash(SMALLEST)
