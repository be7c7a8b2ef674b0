"""Factories with defaults, so a test shows only what matters to it."""

from typing import Any

from bot.briefing.models import Briefing
from bot.briefing.tlp import Label


def claim(id: str = "losses", **fields: Any) -> dict[str, Any]:
    """Return a claim as the loader hands it to the model."""
    return {"id": id, "text": "About 40 boats were lost.", "sources": ["port"]} | fields


def section(id: str = "storm", **fields: Any) -> dict[str, Any]:
    """Return a section with one claim, unless `claims` says otherwise."""
    return {"id": id, "title": "A storm hit the port", "claims": [claim()]} | fields


def make_briefing(**fields: Any) -> Briefing:
    """Return a valid briefing, TLP:CLEAR unless `handling` says otherwise."""
    defaults: dict[str, Any] = {
        "id": "harbour",
        "title": "What the storm did to the harbour",
        "as_of": "2026-11",
        "handling": Label.CLEAR,
        "sources": {"port": {"publisher": "Port authority"}},
        "sections": [section()],
    }
    return Briefing.model_validate(defaults | fields)


def briefing_of(*claims: dict[str, Any], **fields: Any) -> Briefing:
    """Return a briefing whose one section holds these claims."""
    return make_briefing(sections=[section(claims=list(claims))], **fields)
