"""A claim in full: text, marks, every source, origins and history. No I/O."""

from bot.briefing.canonical import contradictions
from bot.briefing.handling import Label
from bot.briefing.models import Briefing, Citation, Claim, ClaimRevision, RevisionKind
from bot.briefing.origins import describe_origins
from bot.briefing.wording import amount, headline, marks
from bot.slack.views.footer import as_of
from bot.slack.views.mrkdwn import bold, escape, italic, link, strike
from bot.slack.views.render_context import RenderContext
from bot.slack.views.sources import known_through, named
from bot.slack.views.times import say_day

_HISTORY = {
    RevisionKind.CORRECTION: "✏️ Corrected",
    RevisionKind.UPDATE: "Updated",
    RevisionKind.WITHDRAWAL: "✏️ Withdrawn",
}


def claim_in_full(
    context: RenderContext, briefing: Briefing, claim: Claim
) -> list[str]:
    """Return all there is to say of a claim, a paragraph each."""
    return [
        *claim_in_short(context, briefing, claim),
        *(_figures(claim)),
        bold("Sources") if claim.sources else bold("Judged by this desk, on"),
        *(_cited(citation, briefing) for citation in claim.sources),
        *_basis(claim, briefing),
        _standing(claim, briefing),
        *_judged(claim),
        *_against(claim, briefing),
        *(revised(revision) for revision in reversed(claim.revisions)),
    ]


def claim_in_short(
    context: RenderContext, briefing: Briefing, claim: Claim
) -> list[str]:
    """Return a claim's whole text with its marks, as a list in a modal shows it."""
    return [claim_in_full_text(context, briefing, claim)]


def claim_in_full_text(
    context: RenderContext, briefing: Briefing, claim: Claim, *, also: str = ""
) -> str:
    """Return a claim's whole text, and its marks and `also` on a line below."""
    text = escape(claim.text)
    words = f"{strike(text)} (withdrawn)" if claim.is_withdrawn else text
    said = [marks(claim, briefing)]
    verified = briefing.verified_on(claim)
    if verified and briefing.is_stale(claim, context.today):
        said.append(f"Review overdue: last checked {say_day(verified)}.")
    label = briefing.label_of(claim)
    if label is not Label.CLEAR:
        said.append(f"{label}: {label.meaning}")
    marked = italic(escape(" ".join(filter(None, (*said, also)))))
    return "\n".join(filter(None, (words, marked)))


def _figures(claim: Claim) -> list[str]:
    said = [
        f"{escape(figure.label)}: {bold(escape(amount(figure)))}"
        f"{f' {escape(figure.unit)}' if figure.unit else ''}"
        for figure in claim.figures
    ]
    return [" · ".join(said)] if said else []


def _cited(citation: Citation, briefing: Briefing) -> str:
    source = briefing.sources[citation.id]
    place = f", {escape(citation.locator)}" if citation.locator else ""
    links = [
        link(url, label)
        for url, label in (
            (citation.url, "at this place"),
            (source.archived_url, "archived copy"),
        )
        if url
    ]
    said = [
        f"• {named(source, briefing)}{place}.",
        f"“{escape(citation.quote)}”" if citation.quote else "",
        escape(known_through(citation.id, briefing)),
        *links,
    ]
    note = f"\n{italic(escape(source.note))}" if source.note else ""
    return " ".join(filter(None, said)) + note


def _basis(claim: Claim, briefing: Briefing) -> list[str]:
    found = [other for other in briefing.claims if other.id in claim.basis]
    return [f"• {escape(headline(other))}" for other in found]


def _standing(claim: Claim, briefing: Briefing) -> str:
    words = describe_origins(claim, briefing)
    return escape(f"{words[:1].upper()}{words[1:]}. {as_of(briefing, claim)}.")


def _judged(claim: Claim) -> list[str]:
    if claim.credibility is None:
        return []
    return [f"Judged credibility: {claim.credibility.meaning}."]


def _against(claim: Claim, briefing: Briefing) -> list[str]:
    against = contradictions(briefing).get(claim.id, set())
    found = [other for other in briefing.claims if other.id in against]
    if not found:
        return []
    return [bold("Disputed by"), *(f"• {escape(other.text)}" for other in found)]


def revised(revision: ClaimRevision) -> str:
    """Say what a claim said before, when that ended, and why."""
    word = bold(f"{_HISTORY[revision.kind]} {say_day(revision.date)}")
    return f"{word}. Was: “{escape(revision.was)}” {escape(revision.because)}"
