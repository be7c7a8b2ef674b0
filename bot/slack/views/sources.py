"""Who says it: every source, how reliable, whose side, and what rests on it. No I/O."""

from collections import Counter

from bot.block_kit.part import Part
from bot.briefing.models import Briefing, Source
from bot.briefing.origins import carried_by
from bot.briefing.wording import describe
from bot.questions.pages import Page
from bot.slack.views.footer import as_of, overall_weakness
from bot.slack.views.listing import Entry, listing
from bot.slack.views.mrkdwn import escape, italic, link
from bot.slack.views.render_context import RenderContext


def sources_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List the sources, those with most claims first."""
    cited = cited_counts(briefing)
    entries: list[Entry] = [
        (_entry(briefing.sources[source], briefing, cited[source]), ())
        for source in by_use(briefing)
    ]
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {_count(len(entries))}",
        entries=entries,
        facts=(as_of(briefing), overall_weakness(context, briefing)),
    )


def by_use(briefing: Briefing) -> list[str]:
    """Return the ids of the sources, most cited first, ties as in the file."""
    cited = cited_counts(briefing)
    return sorted(briefing.sources, key=lambda source: -cited[source])


def cited_counts(briefing: Briefing) -> Counter[str]:
    """Return how many claims cite each source itself."""
    return Counter(
        citation.id for claim in briefing.claims for citation in claim.sources
    )


def _entry(source: Source, briefing: Briefing, claims: int) -> str:
    behind = (
        "carrier" if not claims else "1 claim" if claims == 1 else f"{claims} claims"
    )
    return f"• {named(source, briefing)} — {italic(behind)}"


def named(source: Source, briefing: Briefing) -> str:
    """Say what a source is, with its link where it has one."""
    words = describe(source, briefing)
    return link(source.url, words) if source.url else escape(words)


def known_through(source_id: str, briefing: Briefing) -> str:
    """Say which carriers it reached us through; empty if it was read itself."""
    carriers = carried_by(source_id, briefing)
    names = [briefing.sources[s].name for s in briefing.sources if s in carriers]
    return f"Known through {' and '.join(names)}." if names else ""


def _count(sources: int) -> str:
    return "1 source" if sources == 1 else f"{sources:,} sources"
