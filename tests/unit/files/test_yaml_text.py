"""Reading YAML as text: what stays text, what is refused, and how much work it is."""

import pytest

from bot.files.yaml_places import place_of
from bot.files.yaml_text import Document, read_yaml
from tests.calls import calls_of


def told(data: bytes) -> list[str]:
    """Return what is wrong with a file as YAML."""
    return [
        f"{mistake.place.line}:{mistake.place.column}: {mistake.text} {mistake.hint}"
        for mistake in read_yaml(data).mistakes
    ]


@pytest.mark.parametrize(
    "scalar",
    ["no", "on", "12:30", "0123", "1e3", "2026-11-23", ".inf", "0x1F", "1_000"],
)
def test_every_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    """YAML 1.1 would make a boolean, a number or a date of each of these."""
    assert read_yaml(f"key: {scalar}".encode()).tree == {"key": scalar}


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfid: a\nkey: b\n",
        b"id: a\r\nkey: b\r\n",
        b"\xef\xbb\xbfid: a\r\nkey: b",
    ],
    ids=["byte order mark", "windows line ends", "both"],
)
def test_what_editors_on_windows_add_is_accepted(data: bytes) -> None:
    """A byte order mark and CRLF change nothing, the places included."""
    document = read_yaml(data)

    assert document.tree == {"id": "a", "key": "b"}
    assert place_of(document.places.find(("key",))) == (2, 6)


BYTES = {
    "nul": (
        b"id: a\nti\0tle: b\n",
        "2:3: The file holds a NUL character, which no text has. Save it again as "
        "plain UTF-8 text.",
    ),
    "latin-1": (
        b"id: a\ntitle: Caf\xe9\n",
        '2:11: The byte "0xe9" is not UTF-8 text. Save the file as UTF-8.',
    ),
    "latin-1 behind a byte order mark": (
        b"\xef\xbb\xbfid: \xe9\n",
        '1:5: The byte "0xe9" is not UTF-8 text. Save the file as UTF-8.',
    ),
    "utf-16": (
        "id: a".encode("utf-16-le"),
        "1:2: The file holds a NUL character, which no text has. Save it again as "
        "plain UTF-8 text.",
    ),
    "a pasted line separator": (
        "title: one\u2028two".encode(),
        '1:11: The invisible character "U+2028" cannot stand in a briefing. Delete it; '
        "it often comes along when text is pasted.",
    ),
    "an indenting tab": (
        b"sources:\n\tport: {}\n",
        "2:1: A tab indents this line, and YAML allows only spaces there. Indent it "
        "with spaces: 2, by the line above.",
    ),
    "a tab before a value": (
        b"- \t- a\n",
        "1:3: A tab stands where YAML allows only spaces. Replace it with spaces.",
    ),
    "a second document": (
        b"a: b\n---\nc: d\n",
        "2:1: A second document starts here, and one file is one briefing. Remove the "
        "line `---`, or move what follows into a file of its own.",
    ),
}


@pytest.mark.parametrize(("data", "message"), BYTES.values(), ids=BYTES.keys())
def test_bytes_that_are_no_yaml_text_have_their_own_message(
    data: bytes, message: str
) -> None:
    """An editor shows none of these, so the message says what to do."""
    assert told(data) == [message]


HOSTILE = {
    "deep lists": b"[" * 1_000_000,
    "deep mappings": b"{a: " * 500_000,
    "deep blocks": b"".join(b" " * n + b"a:\n" for n in range(2_000)),
    "deep dashes": b"- " * 1_000_000,
    "billion laughs": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"
    * 9,
    "one huge text": b"a: " + b"x" * 4_900_000,
    "one huge quoted text": b'a: "' + b"x\n" * 2_400_000,
    "one huge key": b"x" * 4_900_000 + b": a",
    "many empty lists": b"[" + b"[]," * 1_600_000 + b"]",
    "many keys": b"\n".join(b"k%d: v" % n for n in range(100_000)),
    "many equal keys": b"k: v\n" * 900_000,
    "many aliases": b"[" + b"*a," * 1_200_000 + b"]",
    "too large": b"#" * 8_000_001,
    "many documents": b"---\n" * 1_200_000,
    "many tags": b"[" + b"!t a," * 900_000 + b"]",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_ends_in_a_clear_error(data: bytes) -> None:
    """Nothing is built of it, so memory and time stay bounded by its length."""
    documents: list[Document] = []

    calls = calls_of(lambda: documents.append(read_yaml(data)))

    assert documents[0].mistakes or isinstance(documents[0].tree, dict)
    assert calls < 15 * len(data)


def test_a_value_stands_where_its_first_character_is() -> None:
    """Places are those of an editor: from 1, in characters, quotes included."""
    places = read_yaml('ä: "ö"\nlist:\n  - {k: v}\n'.encode()).places

    assert place_of(places.find(("ä",))) == (1, 4)
    assert place_of(places.find(("list", 0, "k"))) == (3, 9)
    assert place_of(places.find(("list", 0, "k"), at_key=True)) == (3, 6)


def test_a_missing_key_stands_where_its_mapping_does() -> None:
    """A path that leads to nothing ends at the last thing that is there."""
    places = read_yaml(b"list:\n  - {k: v}\n").places

    assert place_of(places.find(("list", 0, "other"))) == (2, 5)
    assert place_of(places.find(("list", 7, "k", "deeper"))) == (2, 3)
