"""The surfaces blocks are shown on, what whole payloads may hold, and how it counts.

`source` is the page below docs.slack.dev where a number stands, and names the rule.
Where pages and reports disagree the lower number is taken. The members of each block
stand in `specs`. No I/O.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Surface(StrEnum):
    """Where blocks are shown; a reply by `response_url` counts as an ephemeral."""

    POST = "post"
    UPDATE = "update"
    EPHEMERAL = "ephemeral"
    MODAL = "modal"
    HOME = "home"

    @property
    def is_view(self) -> bool:
        return self in (Surface.MODAL, Surface.HOME)


@dataclass(frozen=True, slots=True)
class SurfaceLimits:
    """How much fits; `text_error` is what Slack answers when `text` is longer."""

    source: str
    blocks: int
    text: int = 0
    text_error: str = "msg_too_long"


SURFACES = {
    # A post is cut silently above 40,000, which is a loss all the same.
    Surface.POST: SurfaceLimits(
        "reference/methods/chat.postMessage", 50, 40_000, "message_truncated"
    ),
    Surface.UPDATE: SurfaceLimits("reference/methods/chat.update", 50, 4_000),
    # The page names the error and no number: the one of chat.update is taken.
    Surface.EPHEMERAL: SurfaceLimits("reference/methods/chat.postEphemeral", 50, 4_000),
    Surface.MODAL: SurfaceLimits("reference/views/modal-views", 100),
    Surface.HOME: SurfaceLimits("reference/views/home-tab-views", 100),
}

TEXT_OBJECT = 3_000
IDENTIFIER = 255
VIEW_BYTES = 250_000
MARKDOWN_TOTAL = 12_000
TABLE_TOTAL = 10_000
# Unpublished: refusals were reported from 11,341 characters (slackapi/bolt-js#2867).
MESSAGE_TOTAL = 11_000

_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")


def slack_length(text: str, *, is_escaped: bool = True) -> int:
    """Count UTF-16 units with `&`, `<` and `>` as the entities they are stored as.

    Slack does not publish its unit; this is the longest of those reported. In an
    escaped text (mrkdwn) only a bare `&` still grows: `<` opens a link or a mention.
    """
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if is_escaped:
        return units + 4 * len(_BARE_AMPERSAND.findall(text))

    return units + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
