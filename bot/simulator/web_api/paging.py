"""Cursor paging, as all listing methods share it."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from bot.simulator.errors import SlackError
from bot.simulator.web_api.arguments import Arguments

Item = TypeVar("Item")


def page(
    items: Sequence[Item],
    arguments: Arguments,
    *,
    default: int = 100,
    most: int = 999,
    is_short: bool = False,
    bound: int = 0,
) -> tuple[Sequence[Item], dict[str, Any]]:
    """Return the page asked for, and the `response_metadata` that names the next.

    Of pages that come short the first is empty and the others are half full. `bound` is
    how many are given at a time, whatever was asked for; 0 is no such bound.
    """
    if is_short and not arguments.text("cursor"):
        return (), {"response_metadata": {"next_cursor": _cursor(0)}}
    start = _offset(arguments.text("cursor"))
    limit = arguments.number("limit", default)
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")

    limit = min(limit, bound or limit)
    end = start + (max(1, limit // 2) if is_short else limit)
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
