"""The one context line: the date, and the one weakness that matters. No I/O."""

from collections.abc import Iterable

from bot.briefing.models import Briefing, Claim
from bot.briefing.tlp import Label
from bot.slack.views.message import RenderContext
from bot.slack.views.mrkdwn import escape, quote


def footer(
    context: RenderContext,
    briefing: Briefing,
    *,
    facts: tuple[str, ...],
    claims: Iterable[Claim] = (),
    names_briefing: bool = True,
    corrected_from: str = "",
) -> str:
    """Join what stands below an answer: handling, date, facts, and which briefing.

    `facts` are plain words; an empty one is left out. The strictest label among the
    briefing's and the `claims`' is said unless it is CLEAR. Where there are several
    briefings this one is named, if `names_briefing`. `corrected_from` are words that
    were taken for another name.
    """
    label = strictest(briefing, claims)
    said = [
        f"Nearest to {quote(corrected_from, 24)}" if corrected_from else "",
        escape(label.value) if label is not Label.CLEAR else "",
        *(escape(fact) for fact in facts),
        escape(briefing.name) if context.is_several and names_briefing else "",
    ]
    return " · ".join(words for words in said if words)


def strictest(briefing: Briefing, claims: Iterable[Claim]) -> Label:
    """Return the narrowest circle among these claims' labels and the briefing's own."""
    labels = [briefing.label_of(claim) for claim in claims]
    own = [briefing.handling] if briefing.handling else []
    return max([*own, *labels], key=lambda label: label.rank, default=Label.AMBER)


def as_of(briefing: Briefing, claim: Claim | None = None) -> str:
    """Say the date something stands for: "As of about July 2025"."""
    day = briefing.as_of_date(claim) if claim else briefing.as_of
    return f"As of {day.format()}"


def weakness(
    context: RenderContext, briefing: Briefing, claims: tuple[Claim, ...]
) -> str:
    """Say the one weakness of these claims that matters most; empty if none does."""
    stale = sum(briefing.is_stale(claim, context.today) for claim in claims)
    if stale:
        return f"{_count(stale, 'claim')} overdue for review"
    against = briefing.contradictions()
    disputed = sum(claim.id in against for claim in claims)
    if disputed:
        return f"{_count(disputed, 'claim')} disputed"
    confirmed = sum(len(briefing.origins(claim)) > 1 for claim in claims)
    if not confirmed:
        return "none confirmed independently"
    rest = len(claims) - confirmed
    return f"{rest} of {len(claims)} not confirmed independently" if rest else ""


def overall_weakness(context: RenderContext, briefing: Briefing) -> str:
    """Say the weakness of a whole briefing: a sole carrier comes before the rest."""
    claims = briefing.claims
    if any(briefing.is_stale(claim, context.today) for claim in claims):
        return weakness(context, briefing, claims)
    carrier = _sole_carrier(briefing)
    if not carrier:
        return weakness(context, briefing, claims)
    article = "one " if carrier[:1].islower() else ""
    return f"all known through {article}{carrier}"


def _sole_carrier(briefing: Briefing) -> str:
    """Return the name of the one source that everything came through, or nothing."""
    shared: set[str] | None = None
    for claim in briefing.claims:
        ways = {citation.id for citation in claim.sources}
        for cited in tuple(ways):
            ways |= briefing.carriers(cited)
        if ways:
            shared = ways if shared is None else shared & ways
    named = [s for s in sorted(shared or ()) if not briefing.sources[s].unnamed]
    return briefing.sources[named[0]].name if named else ""


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
