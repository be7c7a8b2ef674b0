"""Digests: a lead for the channel, the rest for its thread. No I/O.

`DigestRenderer` is the worker's `Renderer`: a document and what its audience may see
in, parts out. The first part is the lead.
"""

from collections.abc import Iterable

from slack_sdk.models.blocks import ActionsBlock

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.digests.compose import DigestDocument, DocumentKind
from bot.questions.pages import Page, PageKind
from bot.slack.views.controls import (
    Action,
    button,
    controls,
    copy_option,
    legend_option,
    report_option,
    subscribe,
)
from bot.slack.views.digest_changes import changes_lead
from bot.slack.views.digest_lead import Lead, full_lead
from bot.slack.views.digest_notes import notes, nothing_new
from bot.slack.views.digest_thread import thread_topics
from bot.slack.views.message import Piece, context_block, message, pack, paragraphs
from bot.slack.views.render_context import RenderContext


class DigestRenderer:
    """Renders a digest for one audience."""

    def __init__(self, command: str = "/brief") -> None:
        self._command = command

    def render(self, document: DigestDocument, library: SubLibrary) -> tuple[Part, ...]:
        """Return the lead, then the parts of its thread, each small enough to edit."""
        context = RenderContext(library, document.checked.date(), self._command)
        if document.kind is DocumentKind.NOTHING_NEW:
            return (message(*paragraphs(nothing_new(document))),)

        if document.kind is DocumentKind.CHANGES:
            lead = changes_lead(context, document)
            return _parts(document, lead, [lead.left])
        lead = full_lead(context, document)
        if document.kind is DocumentKind.HEADLINES:
            return _parts(document, lead, [])
        return _parts(document, lead, thread_topics(context, document))


def _parts(
    document: DigestDocument, lead: Lead, topics: Iterable[list[Piece]]
) -> tuple[Part, ...]:
    foot = [context_block(words) for words in (lead.foot, *notes(document)) if words]
    first = message(
        *paragraphs("\n".join(lead.lines)),
        _controls(document),
        *foot,
        claims=lead.claims,
    )
    return first, *(_thread_part(part) for topic in topics for part in pack(topic))


def _thread_part(pieces: tuple[Piece, ...]) -> Part:
    blocks = [block for piece in pieces for block in paragraphs(piece.mrkdwn)]
    return message(*blocks, claims=[mark for piece in pieces for mark in piece.claims])


def _controls(document: DigestDocument) -> ActionsBlock:
    """One row: what changed in detail or the way to a subscription, and the menu."""
    briefing_id = document.parts[0].briefing.id
    overview = Page(PageKind.OVERVIEW, briefing_id)
    first = subscribe(document.digest_id)
    if document.kind is DocumentKind.CHANGES:
        changes = Page(PageKind.CHANGES, briefing_id)
        first = button("Sources", Action.DETAIL, changes)
    return controls(
        first,
        menu=(
            ("The whole briefing", Action.OPEN, overview),
            copy_option(overview),
            report_option(overview),
            legend_option(briefing_id),
        ),
    )
