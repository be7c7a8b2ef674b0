"""YAML as text with places: one pass over libyaml's events, and nothing is guessed.

Every scalar stays text, so YAML 1.1's traps (`no`, `12:30`, `0123`) do not exist. What
no briefing needs (anchors, aliases, tags, merge keys, great depth or size) is refused
on the way, before anything is built of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from bot.files.yaml_decode import decode
from bot.files.yaml_errors import Slip, Unreadable, comma_inside, explain, missing_value
from bot.files.yaml_events import Alias, Collection, Event, Mark, Node, Scalar
from bot.files.yaml_places import START, Branch, KeyPath, Place, place_of

DEEPEST = 20
LONGEST = 20_000
"""Characters in one text; a claim has at most 1,000."""
MOST_VALUES = 400_000
"""Ten thousand plain claims have about 170,000."""

MOST_SLIPS = 200
"""Beyond which a file is taken for something else than a briefing."""

Tree = str | None | list["Tree"] | dict[str, "Tree"]
"""A file as mappings, lists and texts; None stands where a value is missing."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as far as it could be read; `slips` are what is wrong with it as YAML.

    `tree` is None where nothing can be validated.
    """

    text: str
    tree: Tree
    places: Branch
    slips: tuple[Slip, ...]


def empty_document(*slips: Slip) -> Document:
    """Return a file of which nothing could be read."""
    return Document("", None, Branch(START), slips)


def read_yaml(data: bytes) -> Document:
    """Read one YAML file. Raise nothing: what is wrong is in the slips."""
    try:
        reader = _Reader(decode(data))
    except Unreadable as exc:
        return empty_document(exc.slip)
    return reader.read()


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
        self._slips: list[Slip] = []
        self._root = _List([], Branch(START), "")
        self._open: list[_List | _Mapping] = [self._root]
        self._values = 0
        self._documents = 0

    def read(self) -> Document:
        """Return the only document of the text."""
        try:
            self._walk()
        except Unreadable as exc:
            line = exc.slip.place.line
            slips = [slip for slip in self._slips if slip.place.line != line]
            return Document(self._text, None, Branch(START), (*slips, exc.slip))
        places = self._root.branch.inside[0]
        if not isinstance(places, Branch):
            places = Branch(places)
        return Document(self._text, self._root.value[0], places, tuple(self._slips))

    def _walk(self) -> None:
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
            raise Unreadable(explain(exc, self._text)) from exc
        if self._root.value in ([], [None]):
            raise Unreadable(Slip(Place(1, 1), *_EMPTY))

    def _document(self, event: Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise Unreadable(Slip(place_of(event.start_mark), *_SECOND))

    def _scalar(self, event: Scalar) -> None:
        top = self._open[-1]
        if event.tag or event.anchor:
            self._refuse_node(event)
        if len(event.value) > LONGEST:
            raise Unreadable(Slip(place_of(event.start_mark), *_too_long(event.value)))
        if isinstance(top, _Mapping) and top.awaits_key:
            self._key(event, top)
        elif not event.style and event.value in _NOTHING:
            self._missing(event, top)
        else:
            self._put(event.value, event.start_mark)

    def _key(self, event: Scalar, top: _Mapping) -> None:
        key = event.value
        if key == "<<" and not event.style:
            self._slip(event, *_MERGE)
        elif key in top.value:
            first = top.branch.keys[key].line + 1
            self._slip(event, *_twice(key, first))
        elif not key:
            self._slip(event, *_NO_KEY)
        else:
            top.key = key
            top.branch.keys[key] = event.start_mark
            return
        top.is_dropping = True

    def _missing(self, event: Scalar, top: _List | _Mapping) -> None:
        if isinstance(top, _Mapping) and top.key is not None:
            if self._rejoin(top, top.key):
                return
            slip = missing_value(top.key, top.branch, self._text, self._path())
            self._note(slip)
        elif isinstance(top, _List) and len(self._open) > 1:
            self._slip(event, *_EMPTY_ENTRY)
        self._put(None, event.start_mark)

    def _rejoin(self, top: _Mapping, rest: str) -> bool:
        """Mend a value that a comma between { } cut in two; say whether it was one.

        It stays an error, but what follows is checked as if it had been quoted.
        """
        last = next(reversed(top.value), None)
        value = top.value.get(last or "")
        is_cut = top.is_flow and not re.fullmatch("[a-z_]+", rest)
        if not is_cut or last is None or not isinstance(value, str):
            return False
        place = place_of(top.branch.find((last,)))
        self._note(comma_inside(value, rest, place))
        top.value[last] = value + rest if rest.isdigit() else f"{value}, {rest}"
        top.key = None
        return True

    def _put(self, value: Tree, place: Branch | Mark) -> None:
        self._values += 1
        if self._values > MOST_VALUES:
            mark = place.mark if isinstance(place, Branch) else place
            raise Unreadable(Slip(place_of(mark), *_TOO_MANY))
        self._open[-1].put(value, place)

    def _mapping(self, event: Collection) -> None:
        value: dict[str, Tree] = {}
        branch = Branch(event.start_mark)
        step = self._hang(event, value, branch)
        self._open.append(_Mapping(value, branch, step, bool(event.flow_style)))

    def _sequence(self, event: Collection) -> None:
        value: list[Tree] = []
        branch = Branch(event.start_mark)
        step = self._hang(event, value, branch)
        self._open.append(_List(value, branch, step))

    def _hang(self, event: Collection, value: Tree, branch: Branch) -> str | int:
        """Put a container where it belongs and return the step that leads to it."""
        top = self._open[-1]
        if event.tag or event.anchor:
            self._refuse_node(event)
        if len(self._open) > DEEPEST:
            raise Unreadable(Slip(place_of(event.start_mark), *_TOO_DEEP))
        if isinstance(top, _Mapping) and top.awaits_key:
            self._slip(event, *_KEY_IS_NO_WORD)
            top.is_dropping = True
            return ""
        step = top.next_step
        self._put(value, branch)
        return step

    def _end(self, event: Event) -> None:
        self._open.pop()

    def _alias(self, event: Alias) -> None:
        self._slip(event, *_alias(event.anchor))
        top = self._open[-1]
        if isinstance(top, _Mapping) and top.awaits_key:
            top.is_dropping = True
        else:
            self._put(None, event.start_mark)

    def _refuse_node(self, event: Node) -> None:
        if event.anchor:
            self._slip(event, *_anchor(event.anchor))
        if event.tag:
            self._slip(event, *_tag(event.tag))

    def _slip(self, event: Event, text: str, hint: str) -> None:
        self._note(Slip(place_of(event.start_mark), text, hint, self._path()))

    def _note(self, slip: Slip) -> None:
        self._slips.append(slip)
        if len(self._slips) > MOST_SLIPS:
            raise Unreadable(Slip(slip.place, *_TOO_BROKEN))

    def _path(self) -> KeyPath:
        if len(self._open) == 1:
            return ()
        steps = [*(frame.step for frame in self._open[2:]), self._open[-1].next_step]
        return tuple(step for step in steps if step != "")


_NOTHING = frozenset(("", "~", "null", "Null", "NULL"))
_EMPTY = (
    "This file is empty.",
    "Start with `briefing-bot new ID`, which writes a skeleton.",
)
_SECOND = (
    "A second document starts here, and one file is one briefing.",
    "Remove the line `---`, or move what follows into a file of its own.",
)
_MERGE = (
    'The merge key "<<" is not used in briefings.',
    "Write the keys out where they belong.",
)
_NO_KEY = ("A key is missing before the colon.", "Write `key: value`.")
_EMPTY_ENTRY = ("This entry of the list is empty.", "Fill it in, or remove it.")
_KEY_IS_NO_WORD = (
    "A list or mapping stands where a key is expected.",
    "A key is one word. Put a text that starts with [ or { in quotes.",
)
_TOO_DEEP = (
    f"More than {DEEPEST} lists and mappings stand inside one another here.",
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


def _too_long(value: str) -> tuple[str, str]:
    return (
        f'The text "{value[:20]}…" has {len(value):,} characters; '
        f"no text here may have more than {LONGEST:,}.",
        "Look for a quotation mark that was never closed, or split the text.",
    )


def _twice(key: str, first: int) -> tuple[str, str]:
    return (
        f'The key "{key}" is here twice; it first stands in line {first}.',
        "Remove one of them.",
    )


def _alias(name: str) -> tuple[str, str]:
    return (
        f'"*{name}" is a YAML alias, and aliases are not used in briefings.',
        "Write the value out, or put a text that starts with * in quotes.",
    )


def _anchor(name: str) -> tuple[str, str]:
    return (
        f'"&{name}" is a YAML anchor, and anchors are not used in briefings.',
        "Remove it, or put a text that starts with & in quotes.",
    )


def _tag(name: str) -> tuple[str, str]:
    shown = name.replace("tag:yaml.org,2002:", "!!")
    return (
        f'"{shown}" is a YAML tag, and tags are not used in briefings.',
        "Remove it, or put a text that starts with ! in quotes.",
    )
