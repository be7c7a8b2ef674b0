"""The dated claims in the order of their events. No I/O."""

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Claim
from bot.questions.pages import Page
from bot.slack.views.claim_line import claim_line
from bot.slack.views.footer import as_of
from bot.slack.views.listing import Entry, listing
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.render_context import RenderContext


def timeline_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List what has a date, earliest first; what has none is not placed."""
    claims = dated(briefing)
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {_count(claims)}",
        entries=_entries(context, briefing, claims),
        facts=(as_of(briefing), f"{len(briefing.claims) - len(claims):,} undated"),
    )


def dated(briefing: Briefing) -> list[Claim]:
    """Return the claims with an event date in its order, ties as in the file."""
    with_dates = [(claim.when, claim) for claim in briefing.claims if claim.when]
    return [claim for _, claim in sorted(with_dates, key=lambda pair: pair[0])]


def _count(claims: list[Claim]) -> str:
    if not claims:
        return "nothing has a date"
    return "timeline" if len(claims) > 1 else "one dated event"


def _entries(
    context: RenderContext, briefing: Briefing, claims: list[Claim]
) -> list[Entry]:
    """Say each date once, on the first line that it stands for."""
    entries: list[Entry] = []
    said = None
    for claim in claims:
        line = claim_line(claim, briefing, today=context.today)
        if claim.when and claim.when != said:
            line = f"{bold(escape(_capital(claim.when.format())))}\n{line}"
        said = claim.when
        entries.append((line, (claim,)))
    return entries


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
