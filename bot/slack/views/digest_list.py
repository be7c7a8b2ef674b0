"""`/brief digests` and `/brief why`: what comes here, and how it ended. No I/O."""

from collections.abc import Iterator, Sequence

from bot.block_kit.part import Part
from bot.digests.models import Show
from bot.scheduling.listing import DigestList, DigestSummary, Explanation, NoSuchDigest
from bot.slack.views.message import listed, message, paragraphs
from bot.slack.views.mrkdwn import bold, escape, italic, quote
from bot.slack.views.times import moment

NONE = "No digest comes here or to you. {command} subscribe sets one up."
HERE = "In this channel"
MINE = "To you alone"
PAUSED = "paused"
NEVER = "not due any more"
NOTHING_YET = "Nothing of it has been due here yet."
MOST = 10
_MUCH = {
    Show.FULL: "the full briefing",
    Show.HEADLINES: "headlines",
    Show.CHANGES: "what changed",
}


def digests_answer(listing: DigestList, command: str) -> Part:
    """List the channel's digests and the person's own, each with when it is next."""
    groups = [
        *_group(HERE, listing.of_channel),
        *_group(MINE, listing.mine),
    ]
    if not groups:
        return message(*paragraphs(escape(NONE.format(command=command))))
    return message(*paragraphs("\n".join(groups)))


def _group(title: str, digests: Sequence[DigestSummary]) -> Iterator[str]:
    if digests:
        yield bold(title)
    for digest in digests[:MOST]:
        much = _MUCH[digest.show]
        yield f"• {escape(digest.title)}, {much}: {_next(digest)}"
    if len(digests) > MOST:
        yield f"And {len(digests) - MOST:,} more."


def _next(digest: DigestSummary) -> str:
    if digest.next_at is None:
        return PAUSED if digest.is_subscription else NEVER
    return f"next {moment(digest.next_at, digest.zone)}"


def why_answer(explained: Sequence[Explanation] | NoSuchDigest, command: str) -> Part:
    """Say of each occurrence here how it ended, and when the next one is."""
    if isinstance(explained, NoSuchDigest):
        return message(*paragraphs(_unknown(explained, command)))
    lines = [line for one in explained[:MOST] for line in _explanation(one)]
    return message(*paragraphs("\n".join(lines)))


def _explanation(explained: Explanation) -> Iterator[str]:
    digest = explained.digest
    yield bold(escape(digest.title))
    for became in explained.endings:
        when = moment(became.due_at, digest.zone)
        said = became.reason if became.is_over else f"{became.reason}, under way"
        whom = ", to you" if became.is_mine else ""
        yield f"• {when}{whom}: {escape(said)}"
    if not explained.endings:
        yield NOTHING_YET
    yield italic(f"{_next(digest)[:1].upper()}{_next(digest)[1:]}")


def _unknown(asked: NoSuchDigest, command: str) -> str:
    if not asked.words:
        return escape(NONE.format(command=command))
    said = f"No digest called {quote(asked.words)} comes here or to you."
    if asked.near:
        return f"{said} Did you mean {quote(asked.near)}?"
    names = [bold(escape(digest.title)) for digest in asked.known[:MOST]]
    return f"{said} There is {listed(names)}." if names else said
