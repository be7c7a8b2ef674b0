"""Cursor paging, as all listing methods share it."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.simulator.errors import SlackError
from bot.simulator.web_api.arguments import Arguments

Item = TypeVar("Item")


def page(
    items: Sequence[Item], arguments: Arguments, *, default: int = 100, most: int = 999
) -> tuple[Sequence[Item], dict[str, Any]]:
    """Return the page asked for, and the `response_metadata` that names the next."""
    start = _offset(arguments.text("cursor"))
    limit = arguments.number("limit", default)
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")

    end = start + limit
    cursor = _cursor(end) if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": cursor}}


def _cursor(offset: int) -> str:
    return base64.b64encode(f"next:{offset}".encode()).decode()


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = (
            base64.b64decode(cursor, validate=True).decode().partition(":")
        )
        if word == "next":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise SlackError("invalid_cursor")
