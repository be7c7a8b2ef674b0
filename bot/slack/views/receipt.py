"""A receipt: what stood behind a message, and what has changed since. No I/O."""

from bot.block_kit.part import Part
from bot.briefing.wording import marks, sources_known_through
from bot.readers.receipts import NoReceipt, Receipt, SaidThen
from bot.slack.views.changes import change_line
from bot.slack.views.claim import linked_source
from bot.slack.views.message import context_block, message, paragraphs, shorten
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.notices import notice
from bot.slack.views.times import moment

WHICH = (
    "Which message? Choose “Copy link” in its menu, then type {command} receipt and "
    "paste the link."
)
_MOST = 6
_ENTRY_TEXT = 400
_WORDS = {
    NoReceipt.NOT_FOUND: "I find no message of mine there, in a conversation that you "
    "are in.",
    NoReceipt.NOTHING_SHOWN: "No claim that I can show you stands behind that.",
    NoReceipt.UNCHECKED: "I couldn't check just now who is in that conversation. "
    "Please ask again in a moment.",
    NoReceipt.FORGOTTEN: "That message is so old that I no longer keep what stood "
    "behind it, nor correct it.",
}


def receipt_answer(found: Receipt | NoReceipt) -> Part:
    """List each claim as it was said, on whose word, and what became of it.

    What has changed comes first.
    """
    if isinstance(found, NoReceipt):
        return notice(_WORDS[found])
    ordered = sorted(found.said, key=lambda said: said.change is None)
    entries = [_entry(said) for said in ordered[:_MOST]]
    left = len(ordered) - _MOST
    more = paragraphs(f"And {left:,} more.") if left > 0 else []
    changed = sum(said.change is not None for said in found.said)
    since = "nothing of it has changed since"
    if changed:
        since = (
            "1 has changed since" if changed == 1 else f"{changed} have changed since"
        )
    posted_at = moment(found.posted_at)
    return message(
        *paragraphs(f"{bold('What this message said')} · {posted_at}"),
        *(block for entry in entries for block in paragraphs(entry)),
        *more,
        context_block(f"As the briefing had it then · {since}"),
    )


def _entry(said: SaidThen) -> str:
    lines = [f"• {shorten(escape(said.words), _ENTRY_TEXT)}"]
    if claim := said.claim:
        briefing = said.briefing
        sources = [
            linked_source(briefing.sources[c.id], briefing) for c in claim.sources
        ]
        cited = f"Source: {'; '.join(sources)}." if sources else "Judged by this desk."
        date = escape(f"As of {briefing.as_of_date(claim).format()}.")
        through = escape(sources_known_through(claim, briefing))
        marked = italic(escape(marks(claim, briefing)))
        lines += [marked, " ".join(filter(None, (cited, through, date)))]
    if said.change:
        lines.append(f"{bold('Since then:')} {change_line(said.change, said.briefing)}")
    elif said.claim and said.claim.is_withdrawn:
        lines.append("It was withdrawn then already.")
    return shorten("\n".join(filter(None, lines)), 3 * _ENTRY_TEXT)
