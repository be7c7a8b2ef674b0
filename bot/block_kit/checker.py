"""`check` and `check_view`: what Slack would refuse, said before it is sent. No I/O."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.block_kit import limits
from bot.block_kit.limits import (
    BLOCKS,
    ELEMENTS,
    HOME_VIEW,
    MODAL_VIEW,
    SURFACES,
    TEXT_OBJECT,
    Field,
    Shape,
    Spec,
    Surface,
    slack_length,
    string,
)

Json = Mapping[str, Any]

BLOCK_ID = string("block_id", limits.IDENTIFIER)
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


def check(
    blocks: Sequence[Json], *, text: str, surface: Surface
) -> tuple[Violation, ...]:
    """Return everything about a message, or about a view's blocks, that Slack refuses.

    An empty answer means it may be sent. Of several violations Slack names one error:
    the first one's.
    """
    found = [*_check_blocks(blocks, surface)]
    if surface.is_view:
        return tuple(found)

    return (*found, *_check_message(blocks, text=text, surface=surface))


def check_view(view: Json) -> tuple[Violation, ...]:
    """Return everything about a modal or a Home that Slack refuses."""
    spec = HOME_VIEW if view.get("type") == "home" else MODAL_VIEW
    surface = Surface(spec.name)
    blocks = view.get("blocks") or []
    found = [
        *check_members(view, spec, path=""),
        *check(blocks, text="", surface=surface),
    ]

    has_input = any(block.get("type") == "input" for block in blocks)
    if surface is Surface.MODAL and has_input and not view.get("submit"):
        found.append(
            Violation(
                "", "missing required field: submit", f"{spec.source}#submit-with-input"
            )
        )
    if len(json.dumps(view).encode()) > limits.VIEW_BYTES:
        found.append(
            Violation(
                "",
                f"must be less than {limits.VIEW_BYTES + 1} bytes",
                "reference/methods/views.open#view_too_large",
                "view_too_large",
            )
        )
    return tuple(found)


def _check_blocks(blocks: Sequence[Json], surface: Surface) -> Iterator[Violation]:
    bounds = SURFACES[surface]
    if len(blocks) > bounds.blocks:
        rule = f"{bounds.source}#blocks"
        yield Violation("/blocks", f"no more than {bounds.blocks} items allowed", rule)

    for index, block in enumerate(blocks):
        path, kind = f"/blocks/{index}", str(block.get("type"))
        spec = BLOCKS.get(kind)
        if spec is None or (spec.surfaces and surface not in spec.surfaces):
            rule = (
                f"{spec.rule}#surfaces" if spec else "reference/block-kit/blocks#type"
            )
            yield Violation(f"{path}/type", f"unsupported type: {kind}", rule)
            continue

        yield from check_members(block, spec, path=path, also=(BLOCK_ID,))
        elements = block.get("elements")
        listed = elements if isinstance(elements, list | tuple) else ()
        action_ids = [
            str(element["action_id"])
            for element in (block.get("accessory"), block.get("element"), *listed)
            if isinstance(element, Mapping) and element.get("action_id")
        ]
        if kind == "data_visualization":
            yield from _check_chart(block, path)
        for action_id in _repeated(action_ids):
            text = f'action_id "{action_id}" is used more than once'
            yield Violation(path, text, f"{spec.rule}#action_id")

    ids = [str(block["block_id"]) for block in blocks if block.get("block_id")]
    for name in _repeated(ids):
        rule = "reference/block-kit/blocks#block_id"
        yield Violation("/blocks", f'block_id "{name}" is used more than once', rule)


def _check_chart(block: Json, path: str) -> Iterator[Violation]:
    """Yield what does not hold together: each series has each category once."""
    rule = BLOCKS["data_visualization"].rule
    chart = block.get("chart")
    if not isinstance(chart, Mapping):
        return
    series = [each for each in _list(chart.get("series")) if isinstance(each, Mapping)]
    for name in _repeated([str(each.get("name")) for each in series]):
        text = f'series name "{name}" is used more than once'
        yield Violation(f"{path}/chart/series", text, f"{rule}#name")

    axis = chart.get("axis_config")
    categories = _list(axis.get("categories")) if isinstance(axis, Mapping) else ()
    for index, each in enumerate(series):
        points = [p for p in _list(each.get("data")) if isinstance(p, Mapping)]
        labels = [str(point.get("label")) for point in points]
        if sorted(labels) != sorted(map(str, categories)):
            text = "data must have each category exactly once"
            yield Violation(f"{path}/chart/series/{index}/data", text, f"{rule}#data")


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _check_message(
    blocks: Sequence[Json], *, text: str, surface: Surface
) -> Iterator[Violation]:
    """Yield what adds up over the whole payload: its text, markdown and tables."""
    bounds = SURFACES[surface]
    if not text and not blocks:
        yield Violation("/text", "no text", f"{bounds.source}#no_text", "no_text")
    if slack_length(text) > bounds.text:
        yield Violation(
            "/text",
            f"must be less than {bounds.text + 1} characters",
            f"{bounds.source}#text",
            bounds.text_error,
        )

    if _total(blocks, "markdown") > limits.MARKDOWN_TOTAL:
        yield Violation(
            "/blocks",
            f"markdown must be less than {limits.MARKDOWN_TOTAL + 1} characters in all",
            "reference/block-kit/blocks/markdown-block#total",
        )
    if _total(blocks, "table") > limits.TABLE_TOTAL:
        yield Violation(
            "/blocks",
            f"tables must be less than {limits.TABLE_TOTAL + 1} characters in all",
            "reference/block-kit/blocks/table-block#total",
        )
    if sum(block.get("type") == "table" for block in blocks) > 1:
        yield Violation(
            "/blocks",
            "only_one_table_allowed",
            "reference/block-kit/blocks/table-block#one",
            "invalid_attachments",
        )
    charts = sum(block.get("type") == "data_visualization" for block in blocks)
    if charts > limits.CHARTS:
        yield Violation(
            "/blocks",
            f"no more than {limits.CHARTS} data_visualization blocks allowed",
            f"{BLOCKS['data_visualization'].rule}#most",
        )
    if sum(map(_visible_length, blocks)) > limits.MESSAGE_TOTAL:
        yield Violation(
            "/blocks",
            f"all text must be less than {limits.MESSAGE_TOTAL + 1} characters",
            "slackapi/bolt-js#2509",
            "msg_blocks_too_long",
        )


def _total(blocks: Sequence[Json], kind: str) -> int:
    return sum(_visible_length(block) for block in blocks if block.get("type") == kind)


def _visible_length(part: Any) -> int:
    """Count every text of a block, labels and options included."""
    if isinstance(part, Mapping):
        own = part.get("text")
        is_escaped = part.get("type") in ("mrkdwn", "markdown")
        length = slack_length(own, is_escaped=is_escaped) if isinstance(own, str) else 0
        return length + sum(map(_visible_length, part.values()))
    if isinstance(part, Sequence) and not isinstance(part, str):
        return sum(map(_visible_length, part))
    return 0


@dataclass(frozen=True, slots=True)
class Member:
    """Where in the payload a value stands, and the row of the table it must obey."""

    path: str
    field: Field
    spec: Spec

    def refuse(self, text: str) -> Violation:
        return Violation(self.path, text, f"{self.spec.rule}#{self.field.name}")

    def inside(self, step: object) -> "Member":
        return Member(f"{self.path}/{step}", self.field, self.spec)


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

    choice = spec.at_least_one or spec.exactly_one
    given = [name for name in choice if holder.get(name) is not None]
    rule = f"{spec.rule}#{'-or-'.join(choice)}"
    if choice and not given:
        yield Violation(path, f"missing required field: {' or '.join(choice)}", rule)
    if spec.exactly_one and len(given) > 1:
        yield Violation(path, f"only one of {' and '.join(choice)} is allowed", rule)

    for field in fields:
        value = holder.get(field.name)
        member = Member(f"{path}/{field.name}", field, spec)
        if value is not None:
            yield from SHAPES[field.shape](value, member)
        elif field.required:
            text = f"missing required field: {field.name}"
            yield Violation(path, text, f"{spec.rule}#{field.name}")


def _check_text(value: Any, member: Member) -> Iterator[Violation]:
    if not isinstance(value, Mapping) or str(value.get("type")) not in TEXT_TYPES:
        yield member.refuse("must be a text object")
        return
    if member.field.shape is Shape.PLAIN and value["type"] != "plain_text":
        yield member.inside("type").refuse("must be plain_text")
    for name in sorted(set(value) - TEXT_MEMBERS):
        yield member.refuse(f"invalid additional property: {name}")

    text = value.get("text")
    most = member.field.each or member.field.most
    is_escaped = value["type"] == "mrkdwn"
    yield from _check_length(text, member.inside("text"), most, is_escaped=is_escaped)


def _check_length(
    text: Any, member: Member, most: int, *, is_escaped: bool = True
) -> Iterator[Violation]:
    if not isinstance(text, str):
        yield member.refuse("must be a string")
        return

    if len(text) < member.field.least:
        yield member.refuse(f"must be more than {member.field.least - 1} characters")
    if slack_length(text, is_escaped=is_escaped) > most:
        yield member.refuse(f"must be less than {most + 1} characters")


def _check_flag(value: Any, member: Member) -> Iterator[Violation]:
    if not isinstance(value, bool):
        yield member.refuse("must be a boolean")


def _check_number(value: Any, member: Member) -> Iterator[Violation]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield member.refuse("must be an integer")
    elif member.field.most and value > member.field.most:
        yield member.refuse(f"must be less than {member.field.most + 1}")


def _check_quantity(value: Any, member: Member) -> Iterator[Violation]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield member.refuse("must be a number")


def _check_string_of_list(value: Any, member: Member) -> Iterator[Violation]:
    yield from _check_length(value, member, member.field.each, is_escaped=False)


def _check_item(value: Any, member: Member) -> Iterator[Violation]:
    if not isinstance(value, Mapping):
        yield member.refuse("must be an object")
        return

    allowed = member.field.of
    untyped = len(allowed) == 1 and not ELEMENTS[allowed[0]].is_typed
    kind = allowed[0] if untyped else str(value.get("type"))
    if kind not in allowed:
        yield member.inside("type").refuse(f"unsupported type: {kind}")
    elif kind in TEXT_TYPES:
        text = Field("text", Shape.TEXT, most=TEXT_OBJECT)
        yield from _check_text(value, Member(member.path, text, member.spec))
    else:
        yield from check_members(value, ELEMENTS[kind], path=member.path)


def _check_each(
    value: Any, member: Member, check: Callable[[Any, Member], Iterator[Violation]]
) -> Iterator[Violation]:
    yield from _check_list(value, member)
    for index, item in enumerate(_list(value)):
        yield from check(item, member.inside(index))


def _check_rows(value: Any, member: Member) -> Iterator[Violation]:
    yield from _check_list(value, member)
    for index, row in enumerate(_list(value)):
        inside = member.inside(index)
        if not isinstance(row, Sequence):
            yield inside.refuse("must be an array")
            continue
        if not 1 <= len(row) <= member.field.each:
            yield inside.refuse(f"must have 1 to {member.field.each} cells")
            continue
        for position, cell in enumerate(row):
            yield from _check_item(cell, inside.inside(position))


def _check_list(value: Any, member: Member) -> Iterator[Violation]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        yield member.refuse("must be an array")
        return

    if len(value) < member.field.least:
        yield member.refuse(f"no fewer than {member.field.least} items allowed")
    if len(value) > member.field.most:
        yield member.refuse(f"no more than {member.field.most} items allowed")


def _list(value: Any) -> Sequence[Any]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return value if is_list else ()


SHAPES: Mapping[Shape, Callable[[Any, Member], Iterator[Violation]]] = {
    Shape.TEXT: _check_text,
    Shape.PLAIN: _check_text,
    Shape.TEXTS: lambda value, member: _check_each(value, member, _check_text),
    Shape.STRING: lambda value, member: _check_length(value, member, member.field.most),
    Shape.FLAG: _check_flag,
    Shape.NUMBER: _check_number,
    Shape.ITEM: _check_item,
    Shape.ITEMS: lambda value, member: _check_each(value, member, _check_item),
    Shape.ROWS: _check_rows,
    Shape.STRINGS: lambda value, member: _check_each(
        value, member, _check_string_of_list
    ),
    Shape.QUANTITY: _check_quantity,
    Shape.OPAQUE: lambda _value, _member: iter(()),
}
