"""A briefing as canonical JSON: the same content has the same bytes and hash."""

import json
from hashlib import sha256

from bot.briefing.models import BOTTOM_LINE, SUMMARY, Briefing

TOLD = (
    *("text", "short", "caveat", "kind", "figures", "likelihood", "confidence"),
    *("sources", "when"),
)
"""The fields whose change a reader would want to hear of."""


def canonical_json(briefing: Briefing) -> str:
    """Return the briefing as JSON with sorted keys and without what is not set.

    The order of sections and claims is kept: it is content, though it is no change.
    """
    return _dump(briefing.model_dump(mode="json", exclude_defaults=True))


def content_hash(briefings: tuple[Briefing, ...]) -> str:
    """Return the SHA-256, in hex, of all briefings in the order of their ids."""
    return _hash(snapshot_text(briefings))


def snapshot_text(briefings: tuple[Briefing, ...]) -> str:
    """Return all briefings as canonical JSON, one a line in the order of their ids."""
    texts = [canonical_json(b) for b in sorted(briefings, key=lambda b: b.id)]
    return "\n".join(texts)


def fingerprints(briefing: Briefing) -> dict[str, str]:
    """Return 16 hex digits per id that change when what a reader is told changes.

    The ids are those of the claims, `bottom-line` and `<section>/summary`. A claim that
    conflicts with one of which not all its readers may know is told without it.
    """
    labels = {claim.id: briefing.label_of(claim) for claim in briefing.claims}
    against = contradictions(briefing)
    prints = {}
    for claim in briefing.claims:
        own = labels[claim.id]
        known_to_all = [
            other
            for other in against.get(claim.id, ())
            if other in labels and labels[other].is_open_to_all_of(own)
        ]
        told = claim.model_dump(mode="json", include=set(TOLD), exclude_none=True)
        text = _dump(told | {"contradicts": sorted(known_to_all)})
        prints[claim.id] = _hash(text)[:16]
    prints |= {id: _hash(text)[:16] for id, text in lead_texts(briefing).items()}
    return prints


def lead_texts(briefing: Briefing) -> dict[str, str]:
    """Return the bottom line and the summaries by the ids they are referred to by."""
    leads = {f"{s.id}/{SUMMARY}": s.summary for s in briefing.sections}
    leads[BOTTOM_LINE] = briefing.bottom_line
    return {id: text for id, text in leads.items() if text}


def contradictions(briefing: Briefing) -> dict[str, set[str]]:
    """Return which claims conflict; declared on one side, it holds for both."""
    against: dict[str, set[str]] = {}
    for claim in briefing.claims:
        for other in claim.contradicts:
            against.setdefault(claim.id, set()).add(other)
            against.setdefault(other, set()).add(claim.id)
    return against


def dispute_of(claim_id: str, briefing: Briefing) -> tuple[str, ...]:
    """Return the ids of a claim and of those that conflict with it, in file order.

    Where they lead an answer, the first one leads whichever was asked for. What was
    taken back disputes nothing any more.
    """
    against = contradictions(briefing).get(claim_id, set())
    return tuple(
        claim.id
        for claim in briefing.claims
        if claim.id == claim_id or (claim.id in against and not claim.is_withdrawn)
    )


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
