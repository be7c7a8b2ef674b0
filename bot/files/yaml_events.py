"""libyaml's events as they really come: each has a mark, which its stubs doubt."""

from typing import Protocol


class Mark(Protocol):
    """A place in the text; all three count from 0, in characters."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Event(Protocol):
    """Whatever happens at a place."""

    @property
    def start_mark(self) -> Mark: ...


class Node(Event, Protocol):
    """A value: a text, a list, a mapping or an alias."""

    @property
    def anchor(self) -> str | None: ...
    @property
    def tag(self) -> str | None: ...


class Scalar(Node, Protocol):
    """A text; `style` is empty where it stands without quotes or `>`."""

    @property
    def value(self) -> str: ...
    @property
    def style(self) -> str: ...


class Collection(Node, Protocol):
    """A list or mapping that starts; in flow style it stands between brackets."""

    @property
    def flow_style(self) -> bool: ...


class Alias(Event, Protocol):
    """A reference to an anchor, which need not exist."""

    @property
    def anchor(self) -> str: ...
