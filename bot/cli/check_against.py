"""`check --against`: facts that moved since then without an entry in `revisions`."""

import asyncio
from collections.abc import Iterator
from datetime import date

from bot.briefing.changes import briefing_changes
from bot.briefing.library import Library, read_snapshot
from bot.briefing.models import Briefing
from bot.briefing.problems import Problem, quoted
from bot.briefing.written_forms import in_yaml
from bot.cli.database import found_database
from bot.errors import BriefingError, SettingsError
from bot.files.briefs import YamlBriefingSource, briefing_paths
from bot.files.git import folder_at
from bot.revisions import RevisionStore
from bot.settings import Settings

SHORTEST_HASH = 7
LATEST = 1_000
HINT = (
    "Add {{date: {today}, kind: correction, was: {was}, because: …}} to them; kind is "
    "update where it was right and there is news."
)
LONGEST_WAS = 300
"""Characters of an earlier wording that the advice writes out."""
BROKEN_THEN = (
    'At "{against}" the briefings had errors, so nothing can be compared with them. '
    "The first is: {error}"
)


def missing_entries(
    source: YamlBriefingSource, against: str, today: date
) -> list[BriefingError]:
    """Return an error for each claim that moved without an entry, at its place.

    `source` was read already. Raise `SettingsError` for an `against` that neither the
    database nor git knows.
    """
    library = asyncio.run(_stored(against))
    if library is None:
        with folder_at(source.folder, against) as then:
            if not briefing_paths(then):
                return []
            result = YamlBriefingSource(then).read(today)
        if result.library is None:
            error = result.errors[0]
            raise SettingsError(BROKEN_THEN.format(against=against, error=error))
        library = result.library

    earlier = {briefing.id: briefing for briefing in library.briefings}
    return [
        file.locate(problem)
        for file in source.files
        if file.value
        for problem in _missing(earlier.get(file.value.id), file.value, today)
    ]


async def _stored(against: str) -> Library | None:
    """Return a revision by the first digits of its hash, as messages name it."""
    if len(against) < SHORTEST_HASH:
        return None
    async with found_database(Settings.read().database_url) as database:
        if database is None:
            return None
        store = RevisionStore(database)
        history = await store.history(LATEST)
        found = (r.hash for r in history if r.hash.startswith(against))
        stored = await store.snapshot(next(found, against))
    return read_snapshot(stored.text) if stored else None


def _missing(
    before: Briefing | None, after: Briefing, today: date
) -> Iterator[Problem]:
    places = {
        claim.id: ("sections", s, "claims", c, "text")
        for s, section in enumerate(after.sections)
        for c, claim in enumerate(section.claims)
    }
    for change in briefing_changes(before, after).changes:
        if not change.lacks_entry or not change.after:
            continue
        moves = "; ".join(f"{m.label} was {m.was}, is {m.now}" for m in change.figures)
        said = moves or f"it said {quoted(change.was, most=80)}"
        text = (
            f'Claim "{change.claim_id}" says another thing than before ({said}), and '
        )
        text += "its `revisions` do not tell of it."
        was = in_yaml(change.was) if len(change.was) <= LONGEST_WAS else "…"
        hint = HINT.format(today=today.isoformat(), was=was)
        yield Problem(places[change.claim_id], text, hint)
