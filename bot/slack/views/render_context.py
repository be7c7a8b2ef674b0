"""`RenderContext`: the library as one clearance sees it on one day. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.block_kit.part import ClaimMark
from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing, Claim


@dataclass(frozen=True, eq=False)
class RenderContext:
    """What rendering may know: what is visible, today's date, the command's name."""

    library: SubLibrary
    today: date
    command: str = "/brief"

    @property
    def briefings(self) -> tuple[Briefing, ...]:
        return self.library.briefings

    @property
    def is_several(self) -> bool:
        """Say whether an answer must name its briefing."""
        return len(self.library.briefings) > 1

    def briefing(self, briefing_id: str) -> Briefing | None:
        """Return a briefing by id; None where it does not exist for this audience."""
        return self.library.by_id.get(briefing_id)

    def claim_marks(
        self, briefing: Briefing, claims: Iterable[Claim]
    ) -> list[ClaimMark]:
        """Return which wording of claims is shown, so that corrections find it."""
        prints = self.library.fingerprints[briefing.id]
        return [ClaimMark(briefing.id, c.id, prints[c.id]) for c in claims]

    def marks_of(self, briefing: Briefing, id: str) -> list[ClaimMark]:
        """Return the same of a claim, bottom line or summary; none of what is gone."""
        own = self.library.fingerprints[briefing.id].get(id)
        return [ClaimMark(briefing.id, id, own)] if own else []
