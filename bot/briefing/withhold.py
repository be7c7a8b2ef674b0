"""Cutting out of a briefing what an audience may not see, without leaving a hole."""

from bot.briefing.folding import fold
from bot.briefing.handling import Labels
from bot.briefing.models import Briefing, Claim, Entity, Section
from bot.briefing.origins import carried_by


def visible_part(briefing: Briefing, labels: Labels) -> Briefing | None:
    """Return the briefing without what these labels do not grant.

    None where nothing is left. Sources and entities that only withheld claims use go
    with them, as do references to those claims and sections that become empty.
    """
    if all(briefing.label_of(claim) in labels for claim in briefing.claims):
        return briefing
    if briefing.handling not in labels:
        return None
    kept = {c.id for c in briefing.claims if briefing.label_of(c) in labels}
    sections = [_visible_section(section, kept) for section in briefing.sections]
    cut = briefing.model_copy(
        update={"sections": tuple(section for section in sections if section)}
    )
    return _without_unused(cut) if cut.sections else None


def _visible_section(section: Section, kept: set[str]) -> Section | None:
    claims = tuple(_unlinked(c, kept) for c in section.claims if c.id in kept)
    return section.model_copy(update={"claims": claims}) if claims else None


def _unlinked(claim: Claim, kept: set[str]) -> Claim:
    links = {
        "contradicts": tuple(i for i in claim.contradicts if i in kept),
        "basis": tuple(i for i in claim.basis if i in kept),
    }
    return claim.model_copy(update=links)


def _without_unused(briefing: Briefing) -> Briefing:
    cited = {citation.id for claim in briefing.claims for citation in claim.sources}
    used = cited | {c for source in cited for c in carried_by(source, briefing)}
    words = fold(" ".join(_texts(briefing)))
    named = {
        id: entity for id, entity in briefing.entities.items() if _in(entity, words)
    }
    sources = {id: s for id, s in briefing.sources.items() if id in used}
    return briefing.model_copy(update={"sources": sources, "entities": named})


def _texts(briefing: Briefing) -> list[str]:
    texts = [briefing.title, briefing.bottom_line or ""]
    for section in briefing.sections:
        texts += [section.title, section.summary or ""]
    for claim in briefing.claims:
        texts += [claim.text, claim.short or "", claim.caveat or "", *claim.aliases]
    return texts


def _in(entity: Entity, words: str) -> bool:
    return any(fold(name) in words for name in (entity.name, *entity.aliases))
