"""`check` and `check_view`: what Slack would refuse, said before it is sent. No I/O."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.block_kit import limits
from bot.block_kit.block_specs import BLOCKS, HOME_VIEW, MODAL_VIEW
from bot.block_kit.limits import SURFACES, Surface
from bot.block_kit.members import Violation, check_members
from bot.block_kit.shapes import string
from bot.block_kit.text_length import slack_length

Json = Mapping[str, Any]

BLOCK_ID = string("block_id", limits.IDENTIFIER)


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

    if surface is Surface.MODAL and _has_input(blocks) and not view.get("submit"):
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


def _has_input(blocks: Sequence[Json]) -> bool:
    return any(block.get("type") == "input" for block in blocks)


def _check_blocks(blocks: Sequence[Json], surface: Surface) -> Iterator[Violation]:
    bounds = SURFACES[surface]
    if len(blocks) > bounds.blocks:
        rule = f"{bounds.source}#blocks"
        yield Violation("/blocks", f"no more than {bounds.blocks} items allowed", rule)

    for index, block in enumerate(blocks):
        yield from _check_block(block, surface, f"/blocks/{index}")

    ids = [str(block["block_id"]) for block in blocks if block.get("block_id")]
    for name in _repeated(ids):
        rule = "reference/block-kit/blocks#block_id"
        yield Violation("/blocks", f'block_id "{name}" is used more than once', rule)


def _check_block(block: Json, surface: Surface, path: str) -> Iterator[Violation]:
    kind = str(block.get("type"))
    spec = BLOCKS.get(kind)
    unsupported = f"unsupported type: {kind}"
    if spec is None:
        rule = "reference/block-kit/blocks#type"
        yield Violation(f"{path}/type", unsupported, rule)
        return
    if spec.surfaces and surface not in spec.surfaces:
        yield Violation(f"{path}/type", unsupported, f"{spec.rule}#surfaces")
        return

    yield from check_members(block, spec, path=path, also=(BLOCK_ID,))
    for action_id in _repeated([*_action_ids(block)]):
        yield Violation(
            path,
            f'action_id "{action_id}" is used more than once',
            f"{spec.rule}#action_id",
        )


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _action_ids(block: Json) -> Iterator[str]:
    elements = block.get("elements")
    listed = elements if isinstance(elements, list | tuple) else ()
    for element in (block.get("accessory"), block.get("element"), *listed):
        if isinstance(element, Mapping) and element.get("action_id"):
            yield str(element["action_id"])


def _check_message(
    blocks: Sequence[Json], *, text: str, surface: Surface
) -> Iterator[Violation]:
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

    yield from _check_totals(blocks)
    if sum(map(_visible_length, blocks)) > limits.MESSAGE_TOTAL:
        yield Violation(
            "/blocks",
            f"all text must be less than {limits.MESSAGE_TOTAL + 1} characters",
            "slackapi/bolt-js#2509",
            "msg_blocks_too_long",
        )


def _check_totals(blocks: Sequence[Json]) -> Iterator[Violation]:
    """Markdown and tables have limits that add up over the whole payload."""
    markdown = _total(blocks, "markdown")
    if markdown > limits.MARKDOWN_TOTAL:
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


def _total(blocks: Sequence[Json], kind: str) -> int:
    return sum(_visible_length(block) for block in blocks if block.get("type") == kind)


def _visible_length(part: Any) -> int:
    """Count every text of a block, labels and options included."""
    if isinstance(part, Mapping):
        own = part.get("text")
        length = _own_length(own, part) if isinstance(own, str) else 0
        return length + sum(map(_visible_length, part.values()))
    if isinstance(part, Sequence) and not isinstance(part, str):
        return sum(map(_visible_length, part))
    return 0


def _own_length(text: str, holder: Json) -> int:
    return slack_length(text, is_escaped=holder.get("type") in ("mrkdwn", "markdown"))
