"""What a wording that was shown is worth by now: right, outdated, or wrong. No I/O.

Wrong is what was said between a correction and the entry before it, and everything that
was ever said of a claim that is withdrawn. A wording before an update was right in its
day.
"""

from enum import StrEnum

from bot.briefing.models import (
    BOTTOM_LINE,
    SUMMARY,
    TITLE,
    Briefing,
    Claim,
    RevisionKind,
)
from bot.briefing.numbers import mentions


class Verdict(StrEnum):
    """What became of a wording that somebody was shown."""

    RIGHT = "right"
    OUTDATED = "outdated"
    """It was right in its day: an update followed."""
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    TAKEN_BACK = "taken back"
    """It came by a correction that its author has taken back since."""
    UNEXPLAINED = "unexplained"
    """The claim says something else by now, and no entry says why."""
    GONE = "gone"
    """The claim is not there any more, and was not withdrawn."""

    @property
    def is_wrong(self) -> bool:
        """Say whether whoever was shown it is told."""
        return self in (Verdict.CORRECTED, Verdict.WITHDRAWN, Verdict.TAKEN_BACK)


def verdict(
    fingerprint: str, entries: int, claim: Claim | None, current: str
) -> Verdict:
    """Judge a wording by the claim as it is now, whose fingerprint is `current`.

    `entries` counts the revisions that the claim had when it was shown.
    """
    if claim is None:
        return Verdict.GONE
    if fingerprint == current:
        return Verdict.RIGHT
    if entries > len(claim.revisions):
        return Verdict.TAKEN_BACK
    if claim.is_withdrawn and any(
        entry.kind is RevisionKind.WITHDRAWAL for entry in claim.revisions[entries:]
    ):
        return Verdict.WITHDRAWN
    if entries == len(claim.revisions):
        return Verdict.UNEXPLAINED
    is_update = claim.revisions[entries].kind is RevisionKind.UPDATE
    return Verdict.OUTDATED if is_update else Verdict.CORRECTED


def is_lead(id: str) -> bool:
    """Tell a bottom line, a summary or a title from a claim by its id."""
    return "/" in id or id == BOTTOM_LINE


def moved_with(before: Briefing, after: Briefing, id: str) -> Claim | None:
    """Return the corrected claim whose number moved in a lead text or title, too.

    None where the text moved by itself, or with what is no correction.
    """
    was, now = before.told_texts.get(id), after.told_texts.get(id)
    if was is None or now is None or was == now:
        return None
    gone = _numbers(was) - _numbers(now)
    current = {claim.id: claim for claim in after.claims}
    section_id, _, kind = id.rpartition("/")
    for section in before.sections:
        if kind in (SUMMARY, TITLE) and section_id not in ("", section.id):
            continue
        for then in section.claims:
            claim = current.get(then.id)
            if claim is None or len(claim.revisions) <= len(then.revisions):
                continue
            if claim.revisions[len(then.revisions)].kind is RevisionKind.UPDATE:
                continue
            left = frozenset() if claim.is_withdrawn else _numbers(claim.text)
            if gone & (_numbers(then.text) - left):
                return claim
    return None


def _numbers(text: str) -> frozenset[float]:
    return frozenset(value for each in mentions(text) for value in each.values)
