"""A briefing as canonical JSON: the same content has the same bytes and hash."""

import json
from hashlib import sha256

from bot.briefing.models import Briefing

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

    The ids are those of the claims, `bottom-line`, `<section>/summary`, and of titles
    `<section>/title` and `/title`. A claim that conflicts with one of which not all its
    readers may know is told without it. One that is withdrawn has another fingerprint
    than the same words had before.
    """
    labels = {claim.id: briefing.label_of(claim) for claim in briefing.claims}
    against = briefing.contradictions()
    prints = {}
    for claim in briefing.claims:
        own = labels[claim.id]
        known_to_all = [
            other
            for other in against.get(claim.id, ())
            if other in labels and labels[other].is_open_to_all_of(own)
        ]
        told = claim.model_dump(mode="json", include=set(TOLD), exclude_none=True)
        told["contradicts"] = sorted(known_to_all)
        if claim.is_withdrawn:
            told["withdrawn"] = True
        prints[claim.id] = _hash(_dump(told))[:16]
    prints |= {id: _hash(text)[:16] for id, text in briefing.told_texts.items()}
    return prints


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
