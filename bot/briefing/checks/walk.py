"""Walking a briefing with the path of keys to each part, for problems to name."""

from collections.abc import Iterator

from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.problems import KeyPath


def sections_of(briefing: Briefing) -> Iterator[tuple[KeyPath, Section]]:
    """Return each section with the path to it."""
    for position, section in enumerate(briefing.sections):
        yield ("sections", position), section


def claims_in(where: KeyPath, section: Section) -> Iterator[tuple[KeyPath, Claim]]:
    """Return each claim of a section with the path to it."""
    for position, claim in enumerate(section.claims):
        yield (*where, "claims", position), claim


def claims_of(briefing: Briefing) -> Iterator[tuple[KeyPath, Claim]]:
    """Return each claim of the briefing with the path to it."""
    for where, section in sections_of(briefing):
        yield from claims_in(where, section)
