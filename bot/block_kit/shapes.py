"""How the table of limits writes down the members of a block. No I/O."""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """What a member of a block, an element or a view holds."""

    TEXT = "text"
    PLAIN = "plain_text"
    TEXTS = "texts"
    STRING = "string"
    FLAG = "boolean"
    NUMBER = "number"
    ITEM = "object"
    ITEMS = "array"
    ROWS = "rows"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Field:
    """One member: `least` and `most` count characters, or items of a list.

    `of` names the types allowed inside; `each` bounds what every item holds: the
    characters of a text, the cells of a row.
    """

    name: str
    shape: Shape
    least: int = 1
    most: int = 0
    required: bool = False
    of: tuple[str, ...] = ()
    each: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """One type of block, element, object or view, and the page it stands on.

    `surfaces` are named by their values; an empty set means everywhere. An untyped
    spec has no `type` member and is told by where it stands.
    """

    name: str
    source: str
    fields: tuple[Field, ...]
    surfaces: frozenset[str] = frozenset()
    at_least_one: tuple[str, ...] = ()
    exactly_one: tuple[str, ...] = ()
    is_typed: bool = True

    @property
    def rule(self) -> str:
        """The page's full path, which names the rules that stand on it."""
        is_full = self.source.startswith("reference/")
        return self.source if is_full else f"reference/block-kit/{self.source}"


def by_name(*specs: Spec) -> dict[str, Spec]:
    """A table of specs."""
    return {spec.name: spec for spec in specs}


def text(name: str, most: int, *, required: bool = False) -> Field:
    """A text object, mrkdwn or plain."""
    return Field(name, Shape.TEXT, most=most, required=required)


def plain(name: str, most: int, *, required: bool = False) -> Field:
    """A text object that must be `plain_text`."""
    return Field(name, Shape.PLAIN, most=most, required=required)


def texts(name: str, most: int, *, each: int) -> Field:
    """A list of text objects of at most `each` characters."""
    return Field(name, Shape.TEXTS, most=most, each=each)


def string(name: str, most: int, *, required: bool = False, least: int = 1) -> Field:
    """A bare string."""
    return Field(name, Shape.STRING, least, most, required)


def flag(name: str) -> Field:
    """A boolean."""
    return Field(name, Shape.FLAG)


def number(name: str, most: int = 0, *, required: bool = False) -> Field:
    """An integer, bounded where `most` is given."""
    return Field(name, Shape.NUMBER, most=most, required=required)


def item(name: str, *of: str, required: bool = False) -> Field:
    """One object of the types named."""
    return Field(name, Shape.ITEM, required=required, of=of)


def items(name: str, least: int, most: int, *of: str, required: bool = False) -> Field:
    """A list of objects of the types named."""
    return Field(name, Shape.ITEMS, least, most, required, of)


def rows(name: str, most: int, cells: int, *of: str) -> Field:
    """A list of rows, each a list of at most `cells` objects."""
    return Field(name, Shape.ROWS, 1, most, required=True, of=of, each=cells)


def opaque(name: str, *, required: bool = False) -> Field:
    """Something this table does not look into."""
    return Field(name, Shape.OPAQUE, required=required)
