"""The thread of a full digest: every topic, each claim in full with its sources."""

from collections.abc import Iterator

from bot.block_kit.part import ClaimMark
from bot.briefing.models import SUMMARY, Briefing, Claim, Section
from bot.digests.compose import DigestDocument
from bot.slack.views.claim import marks_of
from bot.slack.views.detail import claim_in_full_text
from bot.slack.views.message import Piece
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.render_context import RenderContext
from bot.slack.views.sources import known_through


def thread_topics(
    context: RenderContext, document: DigestDocument
) -> Iterator[list[Piece]]:
    """Yield the heading and the claims of each section, in order."""
    for part in document.parts:
        for section in part.briefing.sections:
            claims = [claim_piece(context, part.briefing, c) for c in section.claims]
            yield [_heading(context, part.briefing, section), *claims]


def _heading(context: RenderContext, briefing: Briefing, section: Section) -> Piece:
    title = bold(f"{escape(section.name)}: {escape(section.title)}")
    summary = escape(section.summary or "")
    id = f"{section.id}/{SUMMARY}"
    own = context.library.fingerprints[briefing.id].get(id)
    marks = (ClaimMark(briefing.id, id, own),) if own and section.summary else ()
    return Piece("\n".join(filter(None, (title, summary))), marks)


def claim_piece(context: RenderContext, briefing: Briefing, claim: Claim) -> Piece:
    """Say a claim in full with what it is known through."""
    through = {known_through(citation.id, briefing) for citation in claim.sources}
    said = " ".join(sorted(words for words in through if words))
    text = claim_in_full_text(context, briefing, claim, also=said)
    return Piece(f"• {text}", tuple(marks_of(context, briefing, [claim])))
