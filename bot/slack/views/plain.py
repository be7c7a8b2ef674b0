"""A page as plain text with its source, to be copied into another document. No I/O."""

from bot.briefing.handling import Label
from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.origins import describe_origins
from bot.briefing.wording import amount, describe, marks
from bot.questions.pages import Page, PageKind
from bot.slack.views.changes import revisions
from bot.slack.views.figures import grouped
from bot.slack.views.footer import as_of, strictest
from bot.slack.views.mrkdwn import clean
from bot.slack.views.render_context import RenderContext
from bot.slack.views.timeline import dated
from bot.slack.views.times import say_day


def plain_text(context: RenderContext, page: Page) -> str:
    """Return the page in words and line ends alone; empty where it is not there."""
    briefing = context.briefing(page.briefing_id)
    if briefing is None:
        return ""
    lines = _lines(context, briefing, page)
    label = _label(context, briefing, page)
    source = f"Source: “{briefing.title}”. {as_of(briefing)}.{label}"
    return "\n".join([*map(clean, lines), "", clean(source)]) if lines else ""


def _label(context: RenderContext, briefing: Briefing, page: Page) -> str:
    """Say the narrowest circle that what is copied may be shown to."""
    claim = context.library.claim(briefing.id, page.item_id)
    section = context.library.section(briefing.id, page.item_id)
    claims = briefing.claims
    if page.kind is PageKind.CLAIM and claim:
        claims = (claim,)
    if page.kind is PageKind.SECTION and section:
        claims = section.claims
    label = strictest(briefing, claims)
    return "" if label is Label.CLEAR else f" {label}."


def _lines(context: RenderContext, briefing: Briefing, page: Page) -> list[str]:
    if page.kind is PageKind.CLAIM:
        claim = context.library.claim(briefing.id, page.item_id)
        return _claim(claim, briefing) if claim else []
    if page.kind is PageKind.SECTION:
        section = context.library.section(briefing.id, page.item_id)
        return _section(section, briefing) if section else []
    if page.kind is PageKind.OVERVIEW:
        names = ", ".join(section.name for section in briefing.sections)
        return [briefing.title, briefing.bottom_line or "", f"Topics: {names}."]
    return _list(briefing, page.kind)


def _claim(claim: Claim, briefing: Briefing) -> list[str]:
    said = [claim.text, marks(claim, briefing)]
    return [
        " ".join(filter(None, said)),
        *(["This has been withdrawn."] if claim.is_withdrawn else []),
        *(f"- {describe(briefing.sources[c.id], briefing)}" for c in claim.sources),
        f"Rests on {describe_origins(claim, briefing)}.",
    ]


def _section(section: Section, briefing: Briefing) -> list[str]:
    return [
        f"{section.title}.",
        section.summary or "",
        *(_bullet(claim, briefing) for claim in section.claims),
    ]


def _bullet(claim: Claim, briefing: Briefing) -> str:
    withdrawn = " (Withdrawn.)" if claim.is_withdrawn else ""
    marked = marks(claim, briefing)
    return f"- {claim.text}{f' ({marked})' if marked else ''}{withdrawn}"


def _list(briefing: Briefing, kind: PageKind) -> list[str]:
    if kind is PageKind.FIGURES:
        return [
            f"- {figure.label}: {amount(figure)} {figure.unit or ''}. "
            f"{marks(claim, briefing)}"
            for group in grouped(briefing)
            for claim, figure in group
        ]
    if kind is PageKind.TIMELINE:
        return [
            f"- {claim.when.format()}: {claim.text} {marks(claim, briefing)}"
            for claim in dated(briefing)
            if claim.when
        ]
    if kind is PageKind.CHANGES:
        return [
            f"- {say_day(revision.date)}, {revision.kind}: {claim.text} "
            f"Was: {revision.was} {revision.because}"
            for revision, claim in revisions(briefing)
        ]
    return [f"- {describe(s, briefing)}" for s in briefing.sources.values()]
