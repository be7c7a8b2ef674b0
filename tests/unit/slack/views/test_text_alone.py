"""Each message is whole as text: the notification, and what a screen reader reads."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.golden_files import FOLDER

Json = dict[str, Any]


def messages() -> Iterator[Any]:
    """Yield every message that was looked at and found right, with its place."""
    for path in sorted(FOLDER.rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found = [
            each for each in _listed(content) if "blocks" in each and "text" in each
        ]
        for number, message in enumerate(found, 1):
            yield pytest.param(message, id=f"{path.parent.name}-{path.stem}-{number}")


def _listed(content: Any) -> list[Json]:
    return (
        [each for each in content if isinstance(each, dict)]
        if isinstance(content, list)
        else [content]
    )


def shown(block: Json) -> Iterator[str]:
    """Yield what a block says of claims: its lines, its cells, its bars."""
    if block["type"] == "section":
        yield from block["text"]["text"].splitlines()
    if block["type"] == "table":
        for row in block["rows"][1:]:
            yield from (cell["text"] for cell in row)
    if block["type"] == "data_visualization":
        for label in block["chart"]["axis_config"]["categories"]:
            yield label.removesuffix("…").rpartition(", ")[0]


def plain(text: str) -> str:
    """Take Slack's marks out, and see all spaces as one."""
    text = re.sub(r"<([^>|]+)\|([^>]+)>", r"\2", text)
    text = re.sub(r"(?<!\w)[*_~]+|[*_~]+(?!\w)", "", html.unescape(text))
    return " ".join(text.split()).casefold()


@pytest.mark.parametrize("message", list(messages()))
def test_the_text_alone_says_each_claim_that_is_shown(message: Json) -> None:
    """Whoever sees no blocks misses no claim, mark, figure or correction."""
    said = plain(message["text"])

    missing = [
        line
        for block in message["blocks"]
        for line in shown(block)
        if plain(line) and plain(line) not in said
    ]

    assert missing == []


def test_there_are_messages_of_every_kind() -> None:
    """So that the rule above is not kept by looking at nothing."""
    folders = {Path(str(each.id)).name.partition("-")[0] for each in messages()}

    assert folders >= {"answers", "digests"}
