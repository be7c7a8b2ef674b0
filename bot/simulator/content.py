"""What an app sends as a message or a view, held against Slack's limits."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.block_kit.checker import Violation, check, check_view
from bot.block_kit.limits import Surface
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json, name_blocks

METADATA_BYTES = 16_000
POST_TEXT = 40_000


@dataclass(frozen=True, slots=True)
class Content:
    """A message's text and blocks as stored, and the warnings that go with the `ok`."""

    text: str
    blocks: tuple[Json, ...] = ()
    warnings: tuple[str, ...] = ()


def read_content(text: str, blocks: Any, *, surface: Surface) -> Content:
    """Return what will be stored, or raise what Slack answers."""
    listed = _list_of_objects(blocks)
    found = check(listed, text=text, surface=surface)
    cut = [each for each in found if each.error == "message_truncated"]
    _refuse([each for each in found if each not in cut])

    kept = text[:POST_TEXT] if cut else text
    return Content(kept, name_blocks(listed), tuple(each.error for each in cut))


def _list_of_objects(blocks: Any) -> list[Json]:
    if blocks is None:
        return []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    return blocks


def _refuse(found: Iterable[Violation]) -> None:
    messages = [str(each) for each in found]
    for each in found:
        raise SlackError(each.error, response_metadata={"messages": messages})


def read_view(view: Any, *, type: str) -> Json:
    """Return a view the app may open or publish, or raise what Slack answers."""
    if not isinstance(view, dict) or view.get("type") != type:
        reason = f"[ERROR] must be a view of type {type} [json-pointer:/view]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [reason]})

    _list_of_objects(view.get("blocks"))
    found = check_view(view)
    messages = [str(each) for each in found]
    for each in found:
        error = "view_too_large" if each.error == "view_too_large" else ""
        raise SlackError(
            error or "invalid_arguments", response_metadata={"messages": messages}
        )
    return view


def read_metadata(metadata: Any) -> Json | None:
    """Return a message's metadata; None where `{}` or nothing was given."""
    if not metadata:
        return None
    if not isinstance(metadata, Mapping):
        raise SlackError("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"}:
        raise SlackError("invalid_metadata_format")

    event_type, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(event_type, str) or not isinstance(payload, Mapping):
        raise SlackError("invalid_metadata_schema")
    if not all(isinstance(value, str | int | float) for value in payload.values()):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return dict(metadata)
