"""`Part`: one Slack message as it will be posted, with the claims it carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Block = Mapping[str, Any]
"""One Block Kit block as JSON: never changed once it is in a `Part`."""


@dataclass(frozen=True, slots=True)
class ClaimMark:
    """Which wording of which claim a message shows, so corrections can find it."""

    briefing_id: str
    claim_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Part:
    """A message: `text` says everything that `blocks` say, news first.

    `text` is the push notification and what screen readers read. The first part of a
    delivery stands in the channel, the others in its thread.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    claims: tuple[ClaimMark, ...] = ()
    plain_blocks: tuple[Block, ...] = ()
    """What is posted instead where Slack refuses `blocks`; none where they are plain.

    Both are frozen together, show the same claims and have the same text.
    """
