"""`Part`: one Slack message as it will be posted, with the claims it carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]
"""One Block Kit block as JSON: never changed once it is in a `Part`."""

TEXT = -1
"""The `block` of a span that stands in the message's `text`."""
UNKNOWN = -1
"""The `entries` of a claim in a message from before they were counted."""


@dataclass(frozen=True, slots=True)
class ClaimMark:
    """Which wording of which claim a message shows, so corrections can find it.

    `entries` counts the claim's revisions at that time: those that follow are news. A
    bottom line, summary or title has none.
    """

    briefing_id: str
    claim_id: str
    fingerprint: str
    entries: int = UNKNOWN


@dataclass(frozen=True, slots=True)
class Span:
    """Where words of a claim stand in a message, from `start` to before `end`.

    `claim` counts the message's marks, `block` its blocks in words (`TEXT`: in its
    text), and `element` the elements of a context block.
    """

    claim: int
    block: int
    element: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """Where a claim's figure is drawn in a message.

    `claim` counts the message's marks and `figure` the claim's figures. `block` counts
    `blocks`, not those in words, and `at` the rows of a table, its head included, or
    the bars of a chart.
    """

    claim: int
    figure: int
    block: int
    at: int


@dataclass(frozen=True, slots=True)
class Part:
    """A message: `text` says everything that `blocks` say, news first.

    `text` is the push notification and what screen readers read. The first part of a
    delivery stands in the channel, the others in its thread. `spans` are in the order
    of the words, those in blocks before those in the text.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    claims: tuple[ClaimMark, ...] = ()
    plain_blocks: tuple[Block, ...] = ()
    """What is posted instead where Slack refuses `blocks`; none where they are plain.

    Both are frozen together, show the same claims and have the same text.
    """
    spans: tuple[Span, ...] = ()
    drawn: tuple[DrawnFigure, ...] = ()

    @property
    def worded_blocks(self) -> tuple[Block, ...]:
        """The form that says everything in words, which spans count in."""
        return self.plain_blocks or self.blocks


def mrkdwn_of(block: Block) -> list[str]:
    """Return the texts of a section or a context block; other blocks say nothing."""
    if block["type"] == "section":
        return [block["text"]["text"]]
    if block["type"] == "context":
        return [element["text"] for element in block["elements"]]
    return []
