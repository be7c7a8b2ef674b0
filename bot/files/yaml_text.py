"""YAML as text with places: one pass over libyaml's events, and nothing is guessed.

Every scalar stays text, so YAML 1.1's traps (`no`, `12:30`, `0123`) do not exist. What
no briefing needs (anchors, aliases, tags, merge keys, great depth or size) is refused
on the way, before anything is built of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import yaml
from yaml import Mark

from bot.files.yaml_errors import (
    Unreadable,
    YamlMistake,
    comma_inside,
    explain,
    lost_words,
    missing_entry,
    missing_value,
)
from bot.files.yaml_places import START, Branch, KeyPath, Place, place_of

LARGEST = 8_000_000
"""Bytes in one file; ten thousand claims have about five million."""
DEEPEST = 20
LONGEST = 20_000
"""Characters in one text; a claim has at most 1,000."""
MOST_VALUES = 400_000
"""Ten thousand plain claims have about 170,000."""

MOST_SLIPS = 200
"""Beyond which a file is taken for something else than a briefing."""

_INVISIBLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_ODD_BLANK = re.compile("^ *[\u00a0\u2000-\u200b\u202f\u3000]", re.MULTILINE)
_CONFLICT = re.compile(r"^(?:<{7}|>{7}|={7}|\|{7})(?=[ \r\n]|\Z)", re.MULTILINE)
"""The marks that git and its like leave around two versions of the same lines."""

_REMARK_WITHOUT_BLANK = re.compile(r"([ \t]+)(#[^\W_][^\r\n]*)")

Tree = str | None | list["Tree"] | dict[str, "Tree"]
"""A file as mappings, lists and texts; None stands where a value is missing."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as far as it could be read; `mistakes` are what is wrong with it as YAML.

    `tree` is None where nothing can be validated.
    """

    text: str
    tree: Tree
    places: Branch
    mistakes: tuple[YamlMistake, ...]


def empty_document(*mistakes: YamlMistake) -> Document:
    """Return a file of which nothing could be read."""
    return Document("", None, Branch(START), mistakes)


def read_yaml(data: bytes) -> Document:
    """Read one YAML file. Raise nothing: what is wrong is in the mistakes."""
    try:
        reader = _Reader(decode(data))
    except Unreadable as exc:
        return empty_document(exc.mistake)
    return reader.read()


def decode(data: bytes) -> str:
    """Return the text without a byte order mark; raise Unreadable with the place."""
    if len(data) > LARGEST:
        text = f"This file has more than {LARGEST:,} bytes, which is all that is read."
        raise Unreadable(
            YamlMistake(Place(1, 1), text, "Split it into several briefings.")
        )
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        before = data[: exc.start].decode("utf-8").removeprefix("\ufeff")
        raise Unreadable(
            YamlMistake(
                _place_behind(before),
                f'The byte "{data[exc.start]:#04x}" is not UTF-8 text.',
                "Save the file as UTF-8.",
            )
        ) from exc

    if odd := _INVISIBLE.search(text):
        place = _place_behind(text[: odd.start()])
        if odd[0] == "\0":
            raise Unreadable(YamlMistake(place, *_NUL))
        raise Unreadable(
            YamlMistake(
                place,
                f'The invisible character "U+{ord(odd[0]):04X}" cannot stand in a '
                "briefing.",
                "Delete it; it often comes along when text is pasted.",
            )
        )
    for pattern, words in (
        (_CONFLICT, _IN_CONFLICT),
        (_TAB, _INDENTING_TAB),
        (_ODD_BLANK, _INDENTING_BLANK),
    ):
        if hit := pattern.search(text):
            end = hit.start() if pattern is _CONFLICT else hit.end() - 1
            said, hint = words
            hint = hint.format(spaces=_indentation(text[: hit.start()]))
            raise Unreadable(YamlMistake(_place_behind(text[:end]), said, hint))
    return text


def _indentation(before: str) -> int:
    """Return how far the next line will be meant to be indented."""
    above = next(filter(str.strip, reversed(before.splitlines())), "")
    own = re.match(r"[ -]*", above)
    opens = re.search(r"(?::|[>|][+-]?)\s*$", above)
    return len(own[0] if own else "") + (2 if opens else 0)


def _place_behind(passed: str) -> Place:
    lines = re.split(r"\r\n|\r|\n", passed)
    return Place(len(lines), len(lines[-1]) + 1)


@dataclass(slots=True)
class _List:
    """A list whose end has not come yet."""

    value: list[Tree]
    branch: Branch
    step: str | int

    @property
    def next_step(self) -> int:
        return len(self.value)

    def put(self, value: Tree, place: Branch | Mark) -> None:
        self.branch.inside[len(self.value)] = place
        self.value.append(value)


@dataclass(slots=True)
class _Mapping:
    """A mapping whose end has not come yet, and the key whose value comes next."""

    value: dict[str, Tree]
    branch: Branch
    step: str | int
    is_flow: bool
    key: str | None = None
    is_dropping: bool = False
    """The next value is read and forgotten, as its key was refused."""

    @property
    def awaits_key(self) -> bool:
        return self.key is None and not self.is_dropping

    @property
    def next_step(self) -> str:
        return self.key or ""

    def put(self, value: Tree, place: Branch | Mark) -> None:
        if self.key is not None:
            self.value[self.key] = value
            self.branch.inside[self.key] = place
        self.key, self.is_dropping = None, False


class _Reader:
    """Builds the tree from the events; `_open` is the way down to where it stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._mistakes: list[YamlMistake] = []
        self._root = _List([], Branch(START), "")
        self._open: list[_List | _Mapping] = [self._root]
        self._values = 0
        self._documents = 0

    def read(self) -> Document:
        """Return the only document of the text."""
        handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._mapping,
            yaml.SequenceStartEvent: self._sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            for event in yaml.parse(self._text, Loader=yaml.CSafeLoader):
                if handler := handlers.get(type(event)):
                    handler(event)
        except yaml.MarkedYAMLError as exc:
            return self._unreadable(explain(exc, self._text))
        except Unreadable as exc:
            return self._unreadable(exc.mistake)
        if self._root.value in ([], [None]):
            nothing = YamlMistake(Place(1, 1), "This file is empty.", is_empty=True)
            return self._unreadable(nothing)

        places = self._root.branch.inside[0]
        if not isinstance(places, Branch):
            places = Branch(places)
        return Document(self._text, self._root.value[0], places, tuple(self._mistakes))

    def _unreadable(self, mistake: YamlMistake) -> Document:
        """Return what was wrong until here: one finding for a line is enough."""
        others = [
            each for each in self._mistakes if each.place.line != mistake.place.line
        ]
        return Document(self._text, None, Branch(START), (*others, mistake))

    def _document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(YamlMistake(place_of(_mark(event)), *_SECOND))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top, mark = self._open[-1], _mark(event)
        if event.tag or event.anchor:
            self._refuse_node(event)
        if len(event.value) > LONGEST:
            text = (
                f'The text "{event.value[:20]}…" has {len(event.value):,} characters; '
                f"no text here may have more than {LONGEST:,}."
            )
            raise Unreadable(YamlMistake(place_of(mark), text, _NEVER_CLOSED))
        if isinstance(top, _Mapping) and top.awaits_key:
            self._key(event, top)
        elif event.style or event.value not in _NOTHING:
            end = cast("Mark", event.end_mark)
            remark = _REMARK_WITHOUT_BLANK.match(self._text, end.index)
            if remark and not event.style:
                place = Place(end.line + 1, end.column + 1 + len(remark[1]))
                self._note(lost_words(place, remark[2].rstrip()))
            self._put(event.value, mark)
        elif isinstance(top, _Mapping) and top.key is not None:
            if not self._rejoin(top, top.key):
                self._note(missing_value(top.key, top.branch, self._text, self._path()))
                self._put(None, mark)
        else:
            if isinstance(top, _List) and len(self._open) > 1:
                self._note(missing_entry(mark, self._text, self._path()))
            self._put(None, mark)

    def _key(self, event: yaml.ScalarEvent, top: _Mapping) -> None:
        key = event.value
        if key == "<<" and not event.style:
            self._mistake(event, *_MERGE)
        elif key in top.value:
            first = top.branch.keys[key].line + 1
            text = f'The key "{key}" is here twice; it first stands in line {first}.'
            self._mistake(event, text, "Remove one of them.")
        elif not key:
            self._mistake(event, *_NO_KEY)
        else:
            top.key = key
            top.branch.keys[key] = _mark(event)
            return
        top.is_dropping = True

    def _rejoin(self, top: _Mapping, rest: str) -> bool:
        """Mend a value that a comma between { } cut in two; say whether it was one.

        It stays an error, but what follows is checked as if it had been quoted.
        """
        last = next(reversed(top.value), None)
        value = top.value.get(last or "")
        key = top.branch.keys[rest]
        before = self._text[max(0, key.index - 100) : key.index]
        glue = re.search(r",\s*$", before)
        # Between two keys people leave a blank; `mon,fri` and `4,000` have none.
        is_key = re.fullmatch("[a-z_]+", rest) and not before.endswith(",")
        if not top.is_flow or is_key or not (glue and isinstance(value, str) and last):
            return False
        start = top.branch.find((last,))
        whole = " ".join(self._text[start.index : key.index].split(" ")) + rest
        mistake = comma_inside(whole, rest, place_of(start), behind=place_of(key))
        if self._mistakes and self._mistakes[-1].place == mistake.place:
            self._mistakes.pop()
        self._note(mistake)
        if hit := re.fullmatch(r"([a-z_]+):(\S.*)", rest):
            top.value[hit[1]] = hit[2]
            top.branch.keys[hit[1]] = top.branch.inside[hit[1]] = key
        else:
            top.value[last] = f"{value}{'' if rest.isdigit() else glue[0]}{rest}"
        top.key = None
        return True

    def _put(self, value: Tree, place: Branch | Mark) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            mark = place.mark if isinstance(place, Branch) else place
            raise Unreadable(YamlMistake(place_of(mark), *_TOO_MANY))
        self._open[-1].put(value, place)

    def _mapping(self, event: yaml.MappingStartEvent) -> None:
        value: dict[str, Tree] = {}
        branch = Branch(_mark(event))
        step = self._hang(event, value, branch)
        self._open.append(_Mapping(value, branch, step, bool(event.flow_style)))

    def _sequence(self, event: yaml.SequenceStartEvent) -> None:
        value: list[Tree] = []
        branch = Branch(_mark(event))
        step = self._hang(event, value, branch)
        self._open.append(_List(value, branch, step))

    def _hang(
        self, event: yaml.CollectionStartEvent, value: Tree, branch: Branch
    ) -> str | int:
        """Put a container where it belongs and return the step that leads to it."""
        top = self._open[-1]
        if event.tag or event.anchor:
            self._refuse_node(event)
        if len(self._open) > DEEPEST:
            raise Unreadable(YamlMistake(place_of(branch.mark), *_TOO_DEEP))
        if isinstance(top, _Mapping) and top.awaits_key:
            self._mistake(event, *_KEY_IS_NO_WORD)
            top.is_dropping = True
            return ""
        step = top.next_step
        self._put(value, branch)
        return step

    def _end(self, event: yaml.Event) -> None:
        self._open.pop()

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._mistake(
            event,
            f'"*{event.anchor}" is a YAML alias, and aliases are not used in '
            "briefings.",
            "Write the value out, or put a text that starts with * in quotes.",
        )
        top = self._open[-1]
        if isinstance(top, _Mapping) and top.awaits_key:
            top.is_dropping = True
        else:
            self._put(None, _mark(event))

    def _refuse_node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self._mistake(
                event,
                f'"&{event.anchor}" is a YAML anchor, and anchors are not used in '
                "briefings.",
                "Remove it, or put a text that starts with & in quotes.",
            )
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._mistake(
                event,
                f'"{tag}" is a YAML tag, and tags are not used in briefings.',
                "Remove it, or put a text that starts with ! in quotes.",
            )

    def _mistake(self, event: yaml.Event, text: str, hint: str) -> None:
        self._note(YamlMistake(place_of(_mark(event)), text, hint, self._path()))

    def _note(self, mistake: YamlMistake) -> None:
        self._mistakes.append(mistake)
        if len(self._mistakes) > MOST_SLIPS:
            raise Unreadable(YamlMistake(mistake.place, *_TOO_BROKEN))

    def _path(self) -> KeyPath:
        if len(self._open) == 1:
            return ()
        steps = [*(frame.step for frame in self._open[2:]), self._open[-1].next_step]
        return tuple(step for step in steps if step != "")


def _mark(event: yaml.Event) -> Mark:
    """Return where an event begins: libyaml always says it, in a class of its own."""
    return cast("Mark", event.start_mark)


_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_SECOND = (
    "A second document starts here, and one file is one briefing.",
    "Remove the line `---`, or move what follows into a file of its own.",
)
_MERGE = (
    'The merge key "<<" is not used in briefings.',
    "Write the keys out where they belong.",
)
_NO_KEY = ("A key is missing before the colon.", "Write `key: value`.")
_KEY_IS_NO_WORD = (
    "A list or { } stands where a key is expected.",
    "A key is one word. Put a text that starts with [ or { in quotes.",
)
_TOO_DEEP = (
    f"More than {DEEPEST} lists and keys stand inside one another here.",
    "A briefing needs eight at most.",
)
_TOO_MANY = (
    f"This file has more than {MOST_VALUES:,} values.",
    "Split it into several briefings.",
)
_TOO_BROKEN = (
    f"There are more than {MOST_SLIPS} mistakes above this one.",
    "Mend those first, or see whether this is a briefing at all.",
)
_NEVER_CLOSED = "Look for a quotation mark that was never closed, or split the text."
_NUL = (
    "The file holds a NUL character, which no text has.",
    "Save it again as plain UTF-8 text.",
)
_INDENTING_TAB = (
    "A tab indents this line, and YAML allows only spaces there.",
    "Indent it with spaces: {spaces}, by the line above.",
)
_INDENTING_BLANK = (
    "This line is indented with a blank that is no plain space.",
    "Indent it with spaces: {spaces}, by the line above.",
)
_IN_CONFLICT = (
    "Two versions of this file stand here, between the marks of a conflict.",
    "Keep the lines of one, here and below, and delete those that begin with <<<<<<<, "
    "|||||||, ======= or >>>>>>>.",
)
