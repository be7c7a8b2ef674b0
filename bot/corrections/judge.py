"""`Judge`: which wordings that were shown are wrong by now, by the current library."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain

from bot.briefing.changes import same_substance
from bot.briefing.library import Library
from bot.briefing.models import Briefing, Claim
from bot.briefing.verdicts import Verdict, is_lead, moved_with, verdict
from bot.corrections.model import (
    ClaimKey,
    ClaimWording,
    Unexplained,
    WordingVerdicts,
    WrongClaim,
)
from bot.revisions import Revisions


class Judge:
    """Judges by level: how a wording came to be shown does not matter."""

    def __init__(self, revisions: Revisions) -> None:
        self._revisions = revisions

    async def judge(
        self, library: Library, wordings: Iterable[ClaimWording]
    ) -> WordingVerdicts:
        """Find what was shown that is wrong, and what nobody has explained."""
        briefings = {briefing.id: briefing for briefing in library.briefings}
        claims = current_claims(library)
        findings: dict[ClaimKey, WrongClaim] = {}
        unexplained: list[Unexplained] = []
        shown = defaultdict[ClaimKey, list[ClaimWording]](list)
        for wording in wordings:
            shown[wording.claim].append(wording)
        wrong: defaultdict[ClaimKey, set[tuple[str, int]]] = defaultdict(set)
        for wording in chain.from_iterable(shown.values()):
            key = wording.claim
            own = library.fingerprint(*key)
            if own == wording.fingerprint:
                continue
            if is_lead(key.claim_id):
                briefing = briefings.get(key.briefing_id)
                cause = await self._cause(wording, briefing)
                if cause is None:
                    continue
                found, entries, claim = Verdict.CORRECTED, 0, cause
            else:
                here = claims.get(key)
                found = verdict(wording.fingerprint, wording.entries, here, own)
                if found is Verdict.GONE and await self._is_told(wording, shown[key]):
                    continue
                if found in (Verdict.UNEXPLAINED, Verdict.GONE):
                    unexplained += await self._unexplained(wording, here, found)
                if not found.is_wrong or here is None:
                    continue
                entries, claim = len(here.revisions), here

            wrong[key].add((wording.fingerprint, wording.entries))
            last = claim.revisions[-1].because if claim.revisions else ""
            because = "" if found is Verdict.TAKEN_BACK else last
            findings[key] = WrongClaim(
                key, own, entries, found, because, frozenset(wrong[key])
            )
        return WordingVerdicts(library.content_hash, findings, tuple(unexplained))

    async def _cause(
        self, wording: ClaimWording, after: Briefing | None
    ) -> Claim | None:
        earlier = await self._revisions.at(wording.revision)
        if earlier is None or after is None:
            return None
        id = wording.claim.briefing_id
        before = next((each for each in earlier.briefings if each.id == id), None)
        if before is None:
            return None
        return moved_with(before, after, wording.claim.claim_id)

    async def _is_told(
        self, wording: ClaimWording, shown: Iterable[ClaimWording]
    ) -> bool:
        """Say whether a claim that is gone was withdrawn before, and people told so.

        `shown` are the claim's own wordings.
        """
        for each in shown:
            if each.entries <= wording.entries:
                continue
            earlier = await self._revisions.at(each.revision)
            then = current_claims(earlier).get(each.claim) if earlier else None
            if then is not None and then.is_withdrawn:
                return True
        return False

    async def _unexplained(
        self, wording: ClaimWording, claim: Claim | None, found: Verdict
    ) -> list[Unexplained]:
        """Return what moved without an entry; new words for the same are no matter."""
        earlier = await self._revisions.at(wording.revision)
        if earlier is None:
            return []
        then = current_claims(earlier).get(wording.claim)
        if then is None or then.is_withdrawn:
            return []
        if claim is not None:
            figures_moved = then.figures != claim.figures
            if not figures_moved and same_substance(then.text, claim.text):
                return []
        now = claim.text if claim else ""
        return [Unexplained(wording.claim, found, then.text, now, wording.fingerprint)]


def current_claims(library: Library) -> dict[ClaimKey, Claim]:
    """Return all claims of a library by their keys."""
    return {
        ClaimKey(briefing.id, claim.id): claim
        for briefing in library.briefings
        for claim in briefing.claims
    }


def current_wordings(library: Library) -> Mapping[ClaimKey, tuple[str, int]]:
    """Return how each claim and text is worded now: fingerprint and entries."""
    entries = {
        key: len(claim.revisions) for key, claim in current_claims(library).items()
    }
    return {
        (key := ClaimKey(briefing_id, id)): (fingerprint, entries.get(key, 0))
        for briefing_id, prints in library.fingerprints.items()
        for id, fingerprint in prints.items()
    }
