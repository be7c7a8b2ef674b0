"""`YamlClaimPlaces`: on which line of which file a claim stands."""

import asyncio

from bot.briefing.models import Briefing
from bot.files.briefs import YamlBriefingSource
from bot.files.checked_file import CheckedFile
from bot.files.yaml_locate import places_of
from bot.files.yaml_places import KeyPath, place_of


class YamlClaimPlaces:
    """A `ClaimPlaces` that reads a text once more, as its places are not kept."""

    def __init__(self, source: YamlBriefingSource) -> None:
        self._source = source

    async def place_of(self, briefing_id: str, claim_id: str) -> tuple[str, int] | None:
        for file in self._source.files:
            if file.value is None or file.value.id != briefing_id:
                continue
            path = _path_of(file.value, claim_id)
            return await asyncio.to_thread(_look, file, path) if path else None
        return None


def _path_of(briefing: Briefing, claim_id: str) -> KeyPath:
    for position, section in enumerate(briefing.sections):
        if section.id == claim_id:
            return ("sections", position)
        for index, claim in enumerate(section.claims):
            if claim.id == claim_id:
                return ("sections", position, "claims", index)
    return ()


def _look(file: CheckedFile[Briefing], path: KeyPath) -> tuple[str, int]:
    mark = places_of(file.text).find(path)
    return str(file.path), place_of(mark).line
