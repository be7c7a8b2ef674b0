"""What the words mean: only those that a briefing uses, in plain words. No I/O."""

from bot.briefing.kinds import Kind
from bot.briefing.models import Briefing
from bot.slack.views.mrkdwn import bold, escape

_ORIGINS = (
    "*Independent origins*: who said it first. Ten papers that carry one report are "
    "one origin; a source that is not named is none."
)


def legend(briefing: Briefing) -> list[str]:
    """Return a line for each word in use: kinds, likelihood, confidence, handling."""
    lines = [*_kinds(briefing), *_likelihoods(briefing), *_confidences(briefing)]
    return [*lines, *_sources(briefing), _ORIGINS, *_handling(briefing)]


def _kinds(briefing: Briefing) -> list[str]:
    used = {claim.kind for claim in briefing.claims}
    names = {Kind.FACT: "no mark", Kind.STATEMENT: "a name alone"}
    return [
        f"{bold(names.get(kind, kind.mark))}: {kind.meaning}"
        for kind in Kind
        if kind in used
    ]


def _likelihoods(briefing: Briefing) -> list[str]:
    used = {claim.likelihood for claim in briefing.claims if claim.likelihood}
    ordered = sorted(used, key=lambda likelihood: likelihood.rank)
    return [f"{bold(word)}: {word.meaning} likely to happen." for word in ordered]


def _confidences(briefing: Briefing) -> list[str]:
    used = {claim.confidence for claim in briefing.claims if claim.confidence}
    return [f"{bold(f'{word} confidence')}: {word.meaning}" for word in sorted(used)]


def _sources(briefing: Briefing) -> list[str]:
    if not any(source.reliability for source in briefing.sources.values()):
        return []
    words = "the record of a source, judged without looking at what it says here."
    return [f"*Reliability* (such as “usually reliable”): {words}"]


def _handling(briefing: Briefing) -> list[str]:
    labels = {briefing.label_of(claim) for claim in briefing.claims}
    ordered = sorted(labels, key=lambda label: label.rank)
    return [f"{bold(escape(label.value))}: {label.meaning}" for label in ordered]
