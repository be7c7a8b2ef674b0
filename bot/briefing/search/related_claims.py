"""What an answer must not leave out: claims that conflict or count the same thing."""

from collections.abc import Iterable

from bot.briefing.canonical import contradictions
from bot.briefing.models import Briefing, Claim
from bot.briefing.search.index import Row


class RelatedClaims:
    """Knows for each claim of a briefing which others belong beside it."""

    def __init__(self, briefing: Briefing, rows: Iterable[Row]) -> None:
        self._rows = list(rows)
        self._against = contradictions(briefing)
        self._counting: dict[tuple[str, str | None], set[str]] = {}
        for _, claim in self._rows:
            for figure in claim.figures:
                counted = (figure.label, figure.unit)
                self._counting.setdefault(counted, set()).add(claim.id)

    def of(self, lead: Claim) -> list[Row]:
        """Return those claims with their sections, in the order of the file."""
        wanted = set(self._against.get(lead.id, set()))
        for figure in lead.figures:
            wanted |= self._counting[figure.label, figure.unit]
        wanted.discard(lead.id)
        return [row for row in self._rows if row[1].id in wanted] if wanted else []

    def disputing(self, lead: Claim) -> frozenset[str]:
        """Return the ids of the claims that conflict with it."""
        return frozenset(self._against.get(lead.id, ()))
