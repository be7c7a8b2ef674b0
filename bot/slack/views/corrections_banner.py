"""What was corrected since somebody looked, above what they ask now. No I/O."""

from collections.abc import Sequence

from bot.block_kit.part import Part
from bot.briefing.models import Claim, RevisionKind
from bot.briefing.wording import headline
from bot.corrections.store import ClaimKey
from bot.slack.views.message import (
    ENTRY_LINES,
    count_lines,
    fit_sentences,
    paragraphs,
    remade,
)
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.render_context import RenderContext
from bot.slack.views.text_diff import text_diff

_MOST = 2
_LINES = ENTRY_LINES + 1
"""What was wrong takes one line more than a digest's entry: it says since when."""
_MARK = f"✏️ {bold('Corrected since you looked:')}"


def with_corrections(
    part: Part, context: RenderContext, corrected: Sequence[ClaimKey]
) -> Part:
    """Say above an answer what was wrong when its reader last saw it."""
    lines = [
        _line(claim)
        for key in corrected
        if context.briefing(key.briefing_id) and (claim := context.library.claim(*key))
    ]
    if not lines:
        return part
    left = len(lines) - _MOST
    more = [f"{left:,} more: {escape(context.command)} changes"] if left > 0 else []
    above = paragraphs("\n".join([*lines[:_MOST], *more]))
    return remade(part, [*(block.to_dict() for block in above), *part.blocks])


def _line(claim: Claim) -> str:
    errors = (RevisionKind.CORRECTION, RevisionKind.WITHDRAWAL)
    last = [entry for entry in claim.revisions if entry.kind in errors][-1]
    words = fit_sentences(escape(headline(claim)), ENTRY_LINES)
    if claim.is_withdrawn:
        return f"✏️ {bold('Withdrawn since you looked:')} “{words}”"
    full = f"{_MARK} {words}, {text_diff(last.was, claim.text)}"
    return full if count_lines(full) <= _LINES else f"{_MARK} {words}"
