"""What the words mean: only those that a briefing uses, in plain words. No I/O."""

from typing import Any

from bot.briefing.models import Briefing, Kind
from bot.questions.pages import Page, PageKind
from bot.slack.views.message import paragraphs
from bot.slack.views.modal import page_modal
from bot.slack.views.mrkdwn import bold, escape

_TITLE = "What the words mean"
_RELIABILITY = (
    "*Reliability* (such as “usually reliable”): the record of a source, judged "
    "without looking at what it says here."
)
_ORIGINS = (
    "*Independent origins*: who said it first. Ten papers that carry one report are "
    "one origin; a source that is not named is none."
)


def legend_modal(page: Page, briefing: Briefing) -> dict[str, Any]:
    """Return the legend in a view of its own."""
    blocks = [block for line in legend(briefing) for block in paragraphs(line)]
    return page_modal(page, _TITLE, blocks)


def legend_link(briefing: Briefing) -> tuple[str, Page]:
    """Return the button that turns a modal to the legend."""
    return _TITLE, Page(PageKind.LEGEND, briefing.id)


def legend(briefing: Briefing) -> list[str]:
    """Return a line for each word in use: kinds, likelihood, confidence, handling."""
    claims = briefing.claims
    kinds = {claim.kind for claim in claims}
    likelihoods = {claim.likelihood for claim in claims if claim.likelihood}
    confidences = {claim.confidence for claim in claims if claim.confidence}
    is_rated = any(source.reliability for source in briefing.sources.values())
    labels = {briefing.label_of(claim) for claim in claims}
    names = {Kind.FACT: "no mark", Kind.STATEMENT: "a name alone"}

    return [
        *(
            f"{bold(names.get(kind, kind.mark))}: {kind.meaning}"
            for kind in Kind
            if kind in kinds
        ),
        *(
            f"{bold(word)}: {word.meaning} likely to happen."
            for word in sorted(likelihoods, key=lambda word: word.rank)
        ),
        *(
            f"{bold(f'{word} confidence')}: {word.meaning}"
            for word in sorted(confidences)
        ),
        *([_RELIABILITY] if is_rated else []),
        _ORIGINS,
        *(
            f"{bold(escape(label.value))}: {label.meaning}"
            for label in sorted(labels, key=lambda label: label.rank)
        ),
    ]
