"""What stands in each modal: paragraphs, and where its buttons lead. No I/O."""

from collections.abc import Callable

from bot.briefing.models import Briefing, Claim
from bot.questions.pages import Page, PageKind
from bot.slack.views.changes import revisions
from bot.slack.views.claim import section_of
from bot.slack.views.detail import claim_in_full, claim_in_short, revised
from bot.slack.views.footer import as_of, footer, overall_weakness
from bot.slack.views.legend import legend
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.render_context import RenderContext
from bot.slack.views.section import neighbour, topic_page
from bot.slack.views.sources import by_use, known_through, named
from bot.slack.views.timeline import dated

PER_PAGE = 10

Body = tuple[list[str], list[tuple[str, Page]]]
"""Paragraphs of mrkdwn, and where the buttons below lead: label and page."""


def _claim(context: RenderContext, page: Page, briefing: Briefing) -> Body | None:
    claim = context.library.claim(briefing.id, page.item_id)
    if claim is None:
        return None
    claims = section_of(claim, briefing).claims
    place = claims.index(claim)
    ways = [
        (label, Page(PageKind.CLAIM, briefing.id, claims[at].id))
        for label, at in (("Previous", place - 1), ("Next", place + 1))
        if 0 <= at < len(claims)
    ]
    ways.append(("Whole topic", topic_page(briefing, section_of(claim, briefing))))
    texts = claim_in_full(context, briefing, claim)
    return [*texts, *_small_legend(briefing)], ways


def _small_legend(briefing: Briefing) -> list[str]:
    return [bold("What the words mean"), "\n".join(legend(briefing))]


def _section(context: RenderContext, page: Page, briefing: Briefing) -> Body | None:
    section = context.library.section(briefing.id, page.item_id)
    if section is None:
        return None
    head = [bold(escape(section.title)), escape(section.summary or "")]
    claims = section.claims[page.start : page.start + PER_PAGE]
    texts = [_with_sources(context, briefing, claim) for claim in claims]
    ways = pages_of(page, len(section.claims))
    ways += [
        (f"{label}: {beside.name}", topic_page(briefing, beside))
        for label, step in (("Previous", -1), ("Next", 1))
        if (beside := neighbour(briefing, section, step))
    ]
    return [_joined(head), *texts, *_small_legend(briefing)], ways


def _joined(lines: list[str]) -> str:
    return "\n".join(filter(None, lines))


def _with_sources(context: RenderContext, briefing: Briefing, claim: Claim) -> str:
    """Add who says so; that nobody is named stands in the marks already."""
    text = "\n".join(claim_in_short(context, briefing, claim))
    cited = [briefing.sources[citation.id] for citation in claim.sources]
    said = "; ".join(named(source, briefing) for source in cited if not source.unnamed)
    through = {known_through(citation.id, briefing) for citation in claim.sources}
    tail = " ".join(escape(words) for words in sorted(through) if words)
    source = f"Source: {said}. {tail}" if said else tail
    return f"{text}\n{source}".rstrip()


def pages_of(page: Page, total: int) -> list[tuple[str, Page]]:
    ways = []
    if page.start:
        ways.append(("Earlier", page.at(max(0, page.start - PER_PAGE))))
    if page.start + PER_PAGE < total:
        ways.append(("More", page.at(page.start + PER_PAGE)))
    return ways


def _list_of(page: Page, texts: list[str], *, empty: str) -> Body:
    shown = texts[page.start : page.start + PER_PAGE]
    return shown or [empty], pages_of(page, len(texts))


def _timeline(context: RenderContext, page: Page, briefing: Briefing) -> Body:
    texts = [
        f"{bold(escape(claim.when.format()))}\n"
        + "\n".join(claim_in_short(context, briefing, claim))
        for claim in dated(briefing)
        if claim.when
    ]
    return _list_of(page, texts, empty="Nothing in this briefing has a date.")


def _sources(_context: RenderContext, page: Page, briefing: Briefing) -> Body:
    texts = []
    for id in by_use(briefing):
        source = briefing.sources[id]
        said = [named(source, briefing) + ".", escape(known_through(id, briefing))]
        note = f"\n{italic(escape(source.note))}" if source.note else ""
        texts.append(" ".join(filter(None, said)) + note)
    return _list_of(page, texts, empty="No sources.")


def _changes(context: RenderContext, page: Page, briefing: Briefing) -> Body:
    texts = [
        f"{revised(revision)}\nNow: {escape(claim.text)}"
        for revision, claim in revisions(briefing)
    ]
    return _list_of(page, texts, empty="No corrections or updates so far.")


def _overview(context: RenderContext, page: Page, briefing: Briefing) -> Body:
    head = [bold(escape(briefing.title)), escape(briefing.bottom_line or "")]
    topics = [
        f"{bold(escape(section.name))}: {escape(section.title)}"
        for section in briefing.sections
    ]
    foot = footer(
        context,
        briefing,
        facts=(as_of(briefing), overall_weakness(context, briefing)),
    )
    shown, ways = _list_of(page, topics, empty="No topics.")
    return [_joined(head), *shown, italic(foot)], ways


def _legend(_context: RenderContext, _page: Page, briefing: Briefing) -> Body:
    return legend(briefing), []


BODIES: dict[PageKind, Callable[[RenderContext, Page, Briefing], Body | None]] = {
    PageKind.CLAIM: _claim,
    PageKind.SECTION: _section,
    PageKind.TIMELINE: _timeline,
    PageKind.SOURCES: _sources,
    PageKind.CHANGES: _changes,
    PageKind.OVERVIEW: _overview,
    PageKind.LEGEND: _legend,
}
