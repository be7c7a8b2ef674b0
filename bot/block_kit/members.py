"""Hold one block, element or view against its row in the table of limits. No I/O."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.block_kit.element_specs import ELEMENTS
from bot.block_kit.limits import TEXT_OBJECT
from bot.block_kit.shapes import Field, Shape, Spec
from bot.block_kit.text_length import slack_length

Json = Mapping[str, Any]

TEXT_TYPES = frozenset({"mrkdwn", "plain_text"})
TEXT_MEMBERS = frozenset({"type", "text", "emoji", "verbatim"})


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing Slack refuses: where, what, by which page, and with which error.

    `str()` is the sentence Slack puts into `response_metadata.messages`.
    """

    path: str
    text: str
    rule: str
    error: str = "invalid_blocks"

    def __str__(self) -> str:
        return f"[ERROR] {self.text} [json-pointer:{self.path}]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the payload a value stands, and the row of the table it must obey."""

    path: str
    field: Field
    spec: Spec

    def refuse(self, text: str) -> Violation:
        return Violation(self.path, text, f"{self.spec.rule}#{self.field.name}")

    def inside(self, step: object) -> "Place":
        return Place(f"{self.path}/{step}", self.field, self.spec)


def check_members(
    holder: Json, spec: Spec, *, path: str, also: tuple[Field, ...] = ()
) -> Iterator[Violation]:
    """Yield what is missing, unknown, of the wrong shape or too long.

    `also` are members allowed here beside the spec's own.
    """
    fields = (*spec.fields, *also)
    known = {field.name for field in fields} | {"type"}
    for name in sorted(set(holder) - known):
        text = f"invalid additional property: {name}"
        yield Violation(path, text, f"{spec.rule}#members")

    yield from _check_choice(holder, spec, path)
    for field in fields:
        yield from _check_member(holder, field, spec, path)


def _check_choice(holder: Json, spec: Spec, path: str) -> Iterator[Violation]:
    names = spec.at_least_one or spec.exactly_one
    if not names:
        return

    given = [name for name in names if holder.get(name) is not None]
    rule = f"{spec.rule}#{'-or-'.join(names)}"
    if not given:
        yield Violation(path, f"missing required field: {' or '.join(names)}", rule)
    if spec.exactly_one and len(given) > 1:
        text = f"only one of {' and '.join(names)} is allowed"
        yield Violation(path, text, rule)


def _check_member(
    holder: Json, field: Field, spec: Spec, path: str
) -> Iterator[Violation]:
    value = holder.get(field.name)
    if value is not None:
        place = Place(f"{path}/{field.name}", field, spec)
        yield from SHAPES[field.shape](value, place)
    elif field.required:
        text = f"missing required field: {field.name}"
        yield Place(path, field, spec).refuse(text)


def _check_text(value: Any, place: Place) -> Iterator[Violation]:
    if not isinstance(value, Mapping) or str(value.get("type")) not in TEXT_TYPES:
        yield place.refuse("must be a text object")
        return
    if place.field.shape is Shape.PLAIN and value["type"] != "plain_text":
        yield place.inside("type").refuse("must be plain_text")
    for name in sorted(set(value) - TEXT_MEMBERS):
        yield place.refuse(f"invalid additional property: {name}")

    text = value.get("text")
    most = place.field.each or place.field.most
    is_escaped = value["type"] == "mrkdwn"
    yield from _check_length(text, place.inside("text"), most, is_escaped=is_escaped)


def _check_length(
    text: Any, place: Place, most: int, *, is_escaped: bool = True
) -> Iterator[Violation]:
    if not isinstance(text, str):
        yield place.refuse("must be a string")
        return

    if len(text) < place.field.least:
        yield place.refuse(f"must be more than {place.field.least - 1} characters")
    if slack_length(text, is_escaped=is_escaped) > most:
        yield place.refuse(f"must be less than {most + 1} characters")


def _check_texts(value: Any, place: Place) -> Iterator[Violation]:
    yield from _check_list(value, place)
    for index, text in enumerate(_list(value)):
        yield from _check_text(text, place.inside(index))


def _check_string(value: Any, place: Place) -> Iterator[Violation]:
    yield from _check_length(value, place, place.field.most)


def _check_flag(value: Any, place: Place) -> Iterator[Violation]:
    if not isinstance(value, bool):
        yield place.refuse("must be a boolean")


def _check_number(value: Any, place: Place) -> Iterator[Violation]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield place.refuse("must be an integer")
    elif place.field.most and value > place.field.most:
        yield place.refuse(f"must be less than {place.field.most + 1}")


def _check_item(value: Any, place: Place) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        yield place.refuse("must be an object")
        return

    allowed = place.field.of
    untyped = len(allowed) == 1 and not ELEMENTS[allowed[0]].is_typed
    kind = allowed[0] if untyped else str(value.get("type"))
    if kind not in allowed:
        yield place.inside("type").refuse(f"unsupported type: {kind}")
    elif kind in TEXT_TYPES:
        text = Field("text", Shape.TEXT, most=TEXT_OBJECT)
        yield from _check_text(value, Place(place.path, text, place.spec))
    else:
        yield from check_members(value, ELEMENTS[kind], path=place.path)


def _check_items(value: Any, place: Place) -> Iterator[Violation]:
    yield from _check_list(value, place)
    for index, item in enumerate(_list(value)):
        yield from _check_item(item, place.inside(index))


def _check_rows(value: Any, place: Place) -> Iterator[Violation]:
    yield from _check_list(value, place)
    for index, row in enumerate(_list(value)):
        inside = place.inside(index)
        if not isinstance(row, Sequence):
            yield inside.refuse("must be an array")
        elif not 1 <= len(row) <= place.field.each:
            yield inside.refuse(f"must have 1 to {place.field.each} cells")
        else:
            yield from _check_cells(row, inside)


def _check_cells(row: Sequence[Any], place: Place) -> Iterator[Violation]:
    for index, cell in enumerate(row):
        yield from _check_item(cell, place.inside(index))


def _check_list(value: Any, place: Place) -> Iterator[Violation]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield place.refuse("must be an array")
        return

    if len(value) < place.field.least:
        yield place.refuse(f"no fewer than {place.field.least} items allowed")
    if len(value) > place.field.most:
        yield place.refuse(f"no more than {place.field.most} items allowed")


def _list(value: Any) -> Sequence[Any]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return value if is_list else ()


def _check_opaque(_value: Any, _place: Place) -> Iterator[Violation]:
    return iter(())


SHAPES: Mapping[Shape, Callable[[Any, Place], Iterator[Violation]]] = {
    Shape.TEXT: _check_text,
    Shape.PLAIN: _check_text,
    Shape.TEXTS: _check_texts,
    Shape.STRING: _check_string,
    Shape.FLAG: _check_flag,
    Shape.NUMBER: _check_number,
    Shape.ITEM: _check_item,
    Shape.ITEMS: _check_items,
    Shape.ROWS: _check_rows,
    Shape.OPAQUE: _check_opaque,
}
