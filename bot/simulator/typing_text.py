"""What becomes of the words somebody types: escapes, mentions, channel links."""

import re
from collections.abc import Callable

from bot.simulator.workspace import Workspace

TOKEN = re.compile(r"(<(?:[@#!][^<>\s]+|https?://[^<>\s]+)>)")
NAME = re.compile(r"(?<!\S)([@#])([\w.-]*\w)")


def as_message(workspace: Workspace, text: str) -> str:
    """Return the text as stored: escaped, with `@name` and `#name` as tokens.

    Tokens typed as such stay what they are, so that a test may mention by id.
    """

    def link(mark: str, name: str) -> str | None:
        found = _find(workspace, mark, name)
        return f"<{mark}{found}>" if found else None

    return _convert(text, link)


def as_command_text(workspace: Workspace, text: str, *, should_escape: bool) -> str:
    """Return what a command is sent: names plain, or as tokens that carry the name."""
    if not should_escape:
        return text

    def link(mark: str, name: str) -> str | None:
        found = _find(workspace, mark, name)
        return f"<{mark}{found}|{name}>" if found else None

    return _convert(text, link)


def _convert(text: str, link: Callable[[str, str], str | None]) -> str:
    def replace_name(found: re.Match[str]) -> str:
        return link(found[1], found[2]) or found[0]

    # The pattern's group puts the tokens at the odd places.
    return "".join(
        part if index % 2 else NAME.sub(replace_name, _escape(part))
        for index, part in enumerate(TOKEN.split(text))
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _find(workspace: Workspace, mark: str, name: str) -> str | None:
    known = workspace.users if mark == "@" else workspace.channels
    return next((key for key, value in known.items() if value.name == name), None)
