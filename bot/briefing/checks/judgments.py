"""Judgments by ICD 203, origins by STANAG 2511, handling by TLP, revisions in order."""

from collections.abc import Iterator
from itertools import pairwise

from bot.briefing.checks.walk import claims_of
from bot.briefing.grades import Credibility
from bot.briefing.models import Briefing, Claim, Kind
from bot.briefing.problems import KeyPath, Problem
from bot.briefing.wording import describe_origins


def check_judgments(briefing: Briefing) -> Iterator[Problem]:
    """Find claims whose marks their kind, sources or briefing do not bear out."""
    for where, claim in claims_of(briefing):
        yield from _own(where, claim)
        yield from _marks(where, claim)
        yield from _confirmed(where, claim, briefing)
        own, usual = claim.handling, briefing.handling
        if own is not None and usual is not None and own.rank < usual.rank:
            text = (
                f"\"{own}\" is wider than the briefing's {usual}; a claim's handling "
                "can only be stricter."
            )
            hint = "Remove it, or widen the briefing and narrow its other claims."
            yield Problem((*where, "handling"), text, hint)
        for position, (before, after) in enumerate(pairwise(claim.revisions), start=1):
            if after.date < before.date:
                text = (
                    f'The revision of "{after.date}" stands behind that of '
                    f"{before.date}."
                )
                place = (*where, "revisions", position, "date")
                yield Problem(place, text, "Add revisions at the end, oldest first.")


def _own(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    """ICD 203: the desk's own judgment says what it rests on and how sure it is."""
    if not claim.is_own_judgment:
        return
    if claim.kind not in _JUDGED:
        text = f'The claim "{claim.id}" has no source, yet its kind is "{claim.kind}".'
        hint = "Cite a source, or make it the desk's own assessment or forecast."
        yield Problem((*where, "sources"), text, hint)
        return
    if not claim.basis:
        text = f'The desk\'s own {claim.kind} "{claim.id}" does not say its basis.'
        hint = "Add `basis: [claim ids]`, or cite the source that judges so."
        yield Problem((*where, "sources"), text, hint, at_key=True)
    if claim.kind is Kind.ASSESSMENT and not claim.confidence:
        text = f'The desk\'s own assessment "{claim.id}" does not say how sure it is.'
        yield Problem(
            (*where, "kind"), text, "Add `confidence: low`, moderate or high."
        )
    if claim.kind is Kind.FORECAST and not claim.likelihood:
        text = f'The desk\'s own forecast "{claim.id}" does not say how likely it is.'
        hint = "Add `likelihood:` with a word of ICD 203, such as likely or unlikely."
        yield Problem((*where, "kind"), text, hint)


def _marks(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    for key in ("likelihood", "confidence"):
        if getattr(claim, key) and claim.kind not in _JUDGED:
            text = f'A {claim.kind} has no {key}: "{getattr(claim, key)}".'
            hint = "It belongs to an estimate, an assessment or a forecast."
            yield Problem((*where, key), text, hint, at_key=True)


_JUDGED = (Kind.ESTIMATE, Kind.ASSESSMENT, Kind.FORECAST)


def _confirmed(where: KeyPath, claim: Claim, briefing: Briefing) -> Iterator[Problem]:
    if claim.credibility is not Credibility.CONFIRMED:
        return
    if not _is_traceable(claim, briefing) or len(briefing.origins(claim)) >= 2:
        return
    text = (
        'Credibility "1" (confirmed) needs two independent origins, and this claim '
        f"has {describe_origins(claim, briefing)}."
    )
    yield Problem((*where, "credibility"), text, "Cite another origin, or write 2.")


def _is_traceable(claim: Claim, briefing: Briefing) -> bool:
    """Say whether every source on the way is known; else another check has told."""
    seen: set[str] = set()
    ahead = [citation.id for citation in claim.sources]
    while ahead:
        id = ahead.pop()
        if id not in briefing.sources:
            return False
        if id not in seen:
            seen.add(id)
            ahead.extend(briefing.sources[id].via)
    return True
