"""Building messages: sections, contexts, and the one place where they are checked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject

from bot.block_kit.checker import check, check_view
from bot.block_kit.limits import Surface
from bot.block_kit.part import Block, ClaimMark, Part
from bot.errors import BotError
from bot.slack.views.lines import count_lines
from bot.slack.views.mrkdwn import italic, spoken
from bot.slack.views.split import PART_TEXT, shorten

_CONTEXT_TEXT = 1_500


class UnsendableError(BotError):
    """Slack would refuse what was rendered: a bug of ours, found before it is sent."""


def context(escaped: str) -> SdkBlock:
    """Return the one small italic line below an answer."""
    words = italic(shorten(escaped, _CONTEXT_TEXT))
    return ContextBlock(elements=[MarkdownTextObject(text=words, verbatim=True)])


def message(
    *blocks: SdkBlock, claims: Iterable[ClaimMark] = (), note: str = ""
) -> Part:
    """Make a `Part` of blocks, its text being all their words.

    `note` is said in the text alone, first. Raise `UnsendableError` for what Slack
    refuses, in a post or when it is edited.
    """
    return _checked([block.to_dict() for block in blocks], claims=claims, note=note)


def remade(part: Part, blocks: Iterable[Block]) -> Part:
    """Return a message of other blocks that shows the same claims."""
    return _checked(blocks, claims=part.claims)


def _checked(
    blocks: Iterable[Block], *, claims: Iterable[ClaimMark], note: str = ""
) -> Part:
    ready = tuple(blocks)
    words = "\n".join([*filter(None, (note,)), *spoken_lines(ready)])
    part = Part(shorten(words, PART_TEXT), ready, tuple(dict.fromkeys(claims)))
    _refuse(check(part.blocks, text=part.text, surface=Surface.UPDATE))
    return part


def checked_view(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a modal or a Home that Slack takes; raise `UnsendableError` otherwise."""
    _refuse(check_view(view))
    return dict(view)


def _refuse(violations: Sequence[object]) -> None:
    if violations:
        raise UnsendableError("; ".join(map(str, violations)))


def spoken_lines(blocks: Iterable[Block]) -> list[str]:
    """Return the words of texts and contexts, without the marks of emphasis."""
    return [spoken(text) for block in blocks for text in _texts(block)]


def _texts(block: Block) -> list[str]:
    if block["type"] == "section":
        return [block["text"]["text"]]
    if block["type"] == "context":
        return [element["text"] for element in block["elements"]]
    return []


def phone_lines(part: Part, *, is_ephemeral: bool = True) -> int:
    """Count a message's lines at 40 characters, a row of controls being one.

    An ephemeral one carries Slack's own line, "Only visible to you".
    """
    texts = [text for block in part.blocks for text in _texts(block)]
    controls = [block for block in part.blocks if block["type"] == "actions"]
    return sum(map(count_lines, texts)) + len(controls) + int(is_ephemeral)
