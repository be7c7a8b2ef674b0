"""`EditLinks`: where a curator edits what they read about, in their own repository."""

from pathlib import PurePath
from urllib.parse import quote

from bot.errors import BriefingError
from bot.files.briefs import YamlBriefingSource


class EditLinks:
    """Fills in `BRIEFING_BOT_EDIT_URL`, such as `…/edit/main/{path}#L{line}`."""

    def __init__(self, template: str, source: YamlBriefingSource) -> None:
        """Take the setting; an empty one makes no links."""
        self._template = template
        self._source = source

    async def to_claim(self, briefing_id: str, claim_id: str) -> str:
        """Return the link to a claim; empty where there is none to give."""
        if not self._template:
            return ""
        place = await self._source.place_of(briefing_id, claim_id)
        return self._fill_in(*place) if place else ""

    def to_error(self, error: BriefingError) -> str:
        """Return the link to where an error stands, or nothing."""
        return self._fill_in(error.path, error.line) if self._template else ""

    def _fill_in(self, path: str, line: int) -> str:
        """A folder named from the root lies in the repository under its own name."""
        parts = PurePath(path).parts
        inside = parts[-2:] if PurePath(path).is_absolute() else parts
        named = quote("/".join(inside))
        return self._template.replace("{path}", named).replace("{line}", str(line))
