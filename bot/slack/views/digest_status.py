"""`/brief digests` and `/brief why`: what comes here, and how it ended. No I/O."""

from collections.abc import Sequence

from bot.block_kit.part import Part
from bot.digests.models import Show
from bot.scheduling.digest_status import (
    DigestList,
    DigestSummary,
    Explanation,
    NoSuchDigest,
)
from bot.slack.views.message import listed, message, paragraphs
from bot.slack.views.mrkdwn import bold, escape, italic, quote
from bot.slack.views.times import clock_words

NONE = "No digest comes here or to you. {command} subscribe sets one up."
HERE = "In this channel"
MINE = "To you alone"
PAUSED = "paused"
NEVER = "not due any more"
NOTHING_YET = "Nothing of it has been due here yet."
SET_BACK = (
    "• The clock was set back: it was planned until {until}, and on {at} it began from "
    "there again. Nothing is sent twice."
)
MOST = 10
_MUCH = {
    Show.FULL: "the full briefing",
    Show.HEADLINES: "headlines",
    Show.CHANGES: "what changed",
}


def digests_answer(listing: DigestList, command: str) -> Part:
    """List the channel's digests and the person's own, each with when it is next."""
    lines = []
    for title, digests in ((HERE, listing.of_channel), (MINE, listing.mine)):
        lines += [bold(title)] if digests else []
        lines += [
            f"• {escape(digest.title)}, {_MUCH[digest.show]}: {_next(digest)}"
            for digest in digests[:MOST]
        ]
        left = len(digests) - MOST
        lines += [f"And {left:,} more."] if left > 0 else []
    if not lines:
        lines = [escape(NONE.format(command=command))]
    return message(*paragraphs("\n".join(lines)))


def _next(digest: DigestSummary) -> str:
    if digest.next_at is None:
        return PAUSED if digest.is_subscription else NEVER
    return f"next {escape(clock_words(digest.next_at, digest.zone))}"


def why_answer(explained: Sequence[Explanation] | NoSuchDigest, command: str) -> Part:
    """Say of each occurrence here how it ended, and when the next one is."""
    if isinstance(explained, NoSuchDigest):
        said = f"No digest called {quote(explained.words)} comes here or to you."
        names = [bold(escape(digest.title)) for digest in explained.known[:MOST]]
        if not explained.words:
            said = escape(NONE.format(command=command))
        elif explained.near:
            said = f"{said} Did you mean {quote(explained.near)}?"
        elif names:
            said = f"{said} There is {listed(names)}."
        return message(*paragraphs(said))

    lines = []
    for explanation in explained[:MOST]:
        digest = explanation.digest
        lines.append(bold(escape(digest.title)))
        for ending in explanation.endings:
            when = escape(clock_words(ending.due_at, digest.zone))
            reason = ending.reason if ending.is_over else f"{ending.reason}, under way"
            whom = ", to you" if ending.is_mine else ""
            lines.append(f"• {when}{whom}: {escape(reason)}")
        if not explanation.endings:
            lines.append(NOTHING_YET)
        if mended := explanation.mended:
            at = escape(clock_words(mended.at, digest.zone))
            until = escape(clock_words(mended.planned_until, digest.zone))
            lines.append(SET_BACK.format(at=at, until=until))
        lines.append(italic(f"{_next(digest)[:1].upper()}{_next(digest)[1:]}"))
    return message(*paragraphs("\n".join(lines)))
