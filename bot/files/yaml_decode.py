"""From the bytes of a file to its text, refusing what no text holds."""

import re

from bot.files.yaml_errors import Slip, Unreadable
from bot.files.yaml_places import Place

LARGEST = 8_000_000
"""Bytes in one file; ten thousand claims have about five million."""

_INVISIBLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)
_TAB = re.compile(r"^ *\t", re.MULTILINE)


def decode(data: bytes) -> str:
    """Return the text without a byte order mark; raise Unreadable with the place."""
    if len(data) > LARGEST:
        raise Unreadable(Slip(Place(1, 1), *_too_large(len(data))))
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        before = data[: exc.start].decode("utf-8").removeprefix("\ufeff")
        raise _unreadable(before, len(before), *_not_utf8(data[exc.start])) from exc
    _refuse_invisible(text)
    return text


def _refuse_invisible(text: str) -> None:
    if odd := _INVISIBLE.search(text):
        raise _unreadable(text, odd.start(), *_character(odd[0]))
    if tab := _TAB.search(text):
        raise _unreadable(text, tab.end() - 1, *_INDENTING_TAB)


def _unreadable(text: str, index: int, problem: str, hint: str) -> Unreadable:
    lines = re.split(r"\r\n|\r|\n", text[:index])
    return Unreadable(Slip(Place(len(lines), len(lines[-1]) + 1), problem, hint))


def _too_large(size: int) -> tuple[str, str]:
    return (
        f"This file has {size:,} bytes; at most {LARGEST:,} are read.",
        "Split it into several briefings.",
    )


def _not_utf8(byte: int) -> tuple[str, str]:
    return f'The byte "{byte:#04x}" is not UTF-8 text.', "Save the file as UTF-8."


def _character(char: str) -> tuple[str, str]:
    if char == "\0":
        return (
            "The file holds a NUL character, which no text has.",
            "Save it again as plain UTF-8 text.",
        )
    return (
        f'The invisible character "U+{ord(char):04X}" cannot stand in a briefing.',
        "Delete it; it often comes along when text is pasted.",
    )


_INDENTING_TAB = (
    "A tab indents this line, and YAML allows only spaces there.",
    "Replace it with spaces.",
)
