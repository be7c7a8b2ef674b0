"""`RenderContext`: the library as one clearance sees it on one day. No I/O."""

from dataclasses import dataclass
from datetime import date

from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing


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
