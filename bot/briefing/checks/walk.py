"""Walking a briefing with the path of keys to each part, for problems to name."""

from collections.abc import Iterator

from bot.briefing.models import Briefing, Claim, Section
from bot.briefing.problems import Path


def sections_of(briefing: Briefing) -> Iterator[tuple[Path, Section]]:
    """Return each section with the path to it."""
    for position, section in enumerate(briefing.sections):
        yield ("sections", position), section


def claims_in(where: Path, section: Section) -> Iterator[tuple[Path, Claim]]:
    """Return each claim of a section with the path to it."""
    for position, claim in enumerate(section.claims):
        yield (*where, "claims", position), claim


def claims_of(briefing: Briefing) -> Iterator[tuple[Path, Claim]]:
    """Return each claim of the briefing with the path to it."""
    for where, section in sections_of(briefing):
        yield from claims_in(where, section)
