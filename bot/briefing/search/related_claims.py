"""What an answer must not leave out: claims that conflict or count the same thing."""

from collections.abc import Iterable

from bot.briefing.models import Briefing, Claim
from bot.briefing.search.index import Row


class RelatedClaims:
    """Knows for each claim of a briefing which others belong beside it."""

    def __init__(self, briefing: Briefing, rows: Iterable[Row]) -> None:
        self._rows = list(rows)
        self._place = {row[1].id: place for place, row in enumerate(self._rows)}
        self._against = briefing.contradictions()
        self._counting: dict[tuple[str, str | None], set[str]] = {}
        for _, claim in self._rows:
            for figure in claim.figures:
                counted = (figure.label, figure.unit)
                self._counting.setdefault(counted, set()).add(claim.id)

    def around(self, lead: Claim) -> list[Row]:
        """Return the claim with those, each with its section.

        Claims that conflict come in the order of the file, whichever was asked for;
        what only counts the same follows the lead.
        """
        disputed = {lead.id, *self._against.get(lead.id, ())}
        counting = {id for f in lead.figures for id in self._counting[f.label, f.unit]}
        places = [
            *sorted(self._place[id] for id in disputed if id in self._place),
            *sorted(self._place[id] for id in counting - disputed),
        ]
        return [self._rows[place] for place in places]
