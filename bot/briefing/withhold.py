"""Cutting out of a briefing what an audience may not see, without leaving a hole."""

from collections.abc import Iterable, Iterator, Set

from bot.briefing.handling import Labels
from bot.briefing.models import Briefing
from bot.briefing.origins import carried_by
from bot.briefing.search.analysis import term, words


def visible_part(
    briefing: Briefing, labels: Labels, *, withheld: Set[str] = frozenset()
) -> Briefing | None:
    """Return the briefing without what these labels do not grant.

    None where nothing is left. Sources, entities and synonyms that only withheld claims
    use go with them, as do references to those claims and sections that become empty.
    `withheld` are claims that are not shown whatever their labels are.
    """
    granted = {c.id for c in briefing.claims if briefing.label_of(c) in labels}
    kept = granted - withheld
    if briefing.handling not in labels or not kept:
        return None
    if len(kept) == len(briefing.claims):
        return briefing

    sections = []
    for section in briefing.sections:
        claims = tuple(
            claim.model_copy(
                update={
                    "contradicts": tuple(i for i in claim.contradicts if i in kept),
                    "basis": tuple(i for i in claim.basis if i in kept),
                }
            )
            for claim in section.claims
            if claim.id in kept
        )
        if claims:
            sections.append(section.model_copy(update={"claims": claims}))
    cut = briefing.model_copy(update={"sections": tuple(sections)})

    cited = {citation.id for claim in cut.claims for citation in claim.sources}
    used = cited | {c for source in cited for c in carried_by(source, cut)}
    sources = {id: source for id, source in cut.sources.items() if id in used}
    return _only_mentioned(cut.model_copy(update={"sources": sources}))


def _only_mentioned(briefing: Briefing) -> Briefing:
    """Drop names and synonyms of which nothing that is left makes any mention."""
    if not (briefing.entities or briefing.synonyms):
        return briefing
    told = "|".join(map(_spelled, _texts(briefing)))

    def is_told(names: Iterable[str]) -> bool:
        spellings = map(_spelled, names)
        return any(name.strip() and name in told for name in spellings)

    entities = {
        id: entity
        for id, entity in briefing.entities.items()
        if is_told((entity.name, *entity.aliases))
    }
    synonyms = tuple(group for group in briefing.synonyms if is_told(group))
    return briefing.model_copy(update={"entities": entities, "synonyms": synonyms})


def _spelled(text: str) -> str:
    """Return the text as the search reads it: its terms, with a blank around each."""
    return f" {' '.join(map(term, words(text)))} "


def _texts(briefing: Briefing) -> Iterator[str]:
    """Return every text of the briefing that may mention a name."""
    yield from (briefing.title, briefing.short or "", briefing.bottom_line or "")
    for source in briefing.sources.values():
        yield from (source.title or "", source.publisher or "", source.short or "")
        yield from (source.author or "", source.party or "")
    for section in briefing.sections:
        yield from (section.title, section.name, section.summary or "")
        yield from section.aliases
    for claim in briefing.claims:
        yield from (claim.text, claim.short or "", claim.caveat or "")
        yield from (claim.id.replace("-", " "), *claim.aliases)
        yield from (f"{figure.label} {figure.unit or ''}" for figure in claim.figures)
