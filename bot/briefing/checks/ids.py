"""Ids: each one once in a briefing, and none that means something else already."""

from collections.abc import Iterator

from bot.briefing.checks.walk import claims_of, sections_of
from bot.briefing.models import BOTTOM_LINE, SUMMARY, Briefing
from bot.briefing.problems import KeyPath, Problem

DIGESTS = "digests"
RESERVED = {
    BOTTOM_LINE: "the bottom line is referred to by it",
    SUMMARY: "a section's summary is referred to by it",
    DIGESTS: "the file of the digests is called so",
}


def check_ids(briefing: Briefing) -> Iterator[Problem]:
    """Find ids that are reserved or used twice among sections and claims."""
    seen: dict[str, str] = {}
    yield from _reserved(("id",), briefing.id)
    owned: list[tuple[KeyPath, str, str]] = [
        (where, f'the section "{section.title}"', section.id)
        for where, section in sections_of(briefing)
    ]
    for where, claim in claims_of(briefing):
        section = briefing.sections[int(where[1])]
        owned.append((where, f'a claim of section "{section.id}"', claim.id))
    for where, thing, id in owned:
        yield from _reserved((*where, "id"), id)
        if first := seen.get(id):
            text = f'The id "{id}" is taken by {first}.'
            hint = "Choose another: sections and claims share one list of ids."
            yield Problem((*where, "id"), text, hint)
        seen.setdefault(id, thing)


def _reserved(where: KeyPath, id: str) -> Iterator[Problem]:
    if reason := RESERVED.get(id):
        text = f'The id "{id}" is reserved: {reason}.'
        yield Problem(where, text, f"Choose another, such as {id}-2.")
