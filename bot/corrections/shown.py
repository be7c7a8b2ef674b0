"""`ShownWordings`: who was shown words that were wrong, in a message only they saw."""

from collections.abc import Iterable
from datetime import datetime

from bot.audiences import Asker
from bot.block_kit.part import ClaimMark
from bot.briefing.handling import CURATOR
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Claim, RevisionKind
from bot.corrections.store import ClaimKey, ShownWording, ShownWordingStore
from bot.installation import Installation

_ERRORS = (RevisionKind.CORRECTION, RevisionKind.WITHDRAWAL)
_Person = tuple[Installation, str]


class ShownWordings:
    """Knows from memory who is to be told of a correction at their next command.

    The map is made at each load and kept up to date here. Another replica learns of a
    telling at its own next load: until then it may tell once more.
    """

    def __init__(self, store: ShownWordingStore) -> None:
        self._store = store
        self._outdated: dict[_Person, set[ClaimKey]] = {}

    async def refresh(self, library: Library) -> None:
        """Find who was shown what is corrected or withdrawn in this library."""
        everything = library.for_audience(CURATOR)
        current = {
            ClaimKey(briefing_id, claim_id): fingerprint
            for briefing_id, prints in everything.fingerprints.items()
            for claim_id, fingerprint in prints.items()
        }
        outdated: dict[_Person, set[ClaimKey]] = {}
        for glimpse in await self._store.outdated(current):
            if _was_wrong(glimpse, everything.claim(*glimpse.claim)):
                person = glimpse.installation, glimpse.user_id
                outdated.setdefault(person, set()).add(glimpse.claim)
        self._outdated = outdated

    def corrected(self, asker: Asker, library: SubLibrary) -> tuple[ClaimKey, ...]:
        """Return what to tell this person, as far as they may see it; no waiting."""
        found = self._outdated.get((asker.installation, asker.user_id), set())
        return tuple(sorted(key for key in found if library.claim(*key)))

    async def shown(
        self,
        asker: Asker,
        library: SubLibrary,
        marks: Iterable[ClaimMark],
        *,
        told: Iterable[ClaimKey],
        at: datetime,
    ) -> None:
        """Keep which wordings somebody was shown now, and what they were told of."""
        keys = {ClaimKey(mark.briefing_id, mark.claim_id) for mark in marks}
        read = {key for key in keys if library.claim(*key)}
        seen = read | set(told)
        self._forget_outdated(asker, seen)

        await self._store.keep(
            [_glimpse(asker, library, key, at) for key in sorted(seen)]
        )
        await self._store.count(asker.installation, read)

    def forget(self, installation: Installation, user_id: str) -> None:
        """Drop a person from memory; the store is asked separately."""
        self._outdated.pop((installation, user_id), None)

    def _forget_outdated(self, asker: Asker, seen: set[ClaimKey]) -> None:
        person = asker.installation, asker.user_id
        left = self._outdated.get(person, set()) - seen
        if left:
            self._outdated[person] = left
        else:
            self._outdated.pop(person, None)


def _was_wrong(glimpse: ShownWording, claim: Claim | None) -> bool:
    """Say whether a correction or a withdrawal followed what was shown."""
    if claim is None:
        return False
    return any(entry.kind in _ERRORS for entry in claim.revisions[glimpse.entries :])


def _glimpse(
    asker: Asker, library: SubLibrary, key: ClaimKey, at: datetime
) -> ShownWording:
    claim = library.claim(*key)
    assert claim is not None, "only what exists is shown"
    return ShownWording(
        asker.installation,
        asker.user_id,
        key,
        library.fingerprints[key.briefing_id][key.claim_id],
        entries=len(claim.revisions),
        shown_at=at,
    )
