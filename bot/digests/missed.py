"""What becomes of occurrences that came due while nobody was there to send them."""

from collections.abc import Iterable
from datetime import datetime

from bot.digests.durations import in_words
from bot.digests.models import Digest, Missed
from bot.digests.occurrences import NamedTime, Occurrence, SkippedOccurrence, SkipReason
from bot.digests.retry import Timing, gives_up_at, is_late


def settle_missed(
    times: Iterable[NamedTime], digest: Digest, *, now: datetime, timing: Timing
) -> list[NamedTime]:
    """Decide which of the times since the watermark are still to be sent.

    Every time comes out once and in order: an `Occurrence` is to be sent, maybe late; a
    `SkippedOccurrence` has its reason.

    1. What is not late is sent, whatever `missed` says.
    2. With `missed: skip` everything late is skipped.
    3. With `missed: latest` the last one due supersedes all others that are late, and
       is itself sent if it is within `grace`.
    """
    named = list(times)
    due = [t for t in named if isinstance(t, Occurrence) and t.scheduled_for <= now]
    late = {t.nominal for t in due if is_late(t.scheduled_for, now, timing)}

    return [
        _settle(time, due[-1], digest=digest, now=now)
        if isinstance(time, Occurrence) and time.nominal in late
        else time
        for time in named
    ]


def _settle(
    occurrence: Occurrence, latest: Occurrence, *, digest: Digest, now: datetime
) -> NamedTime:
    if digest.missed is Missed.SKIP:
        detail = "it was missed, and this digest skips what it missed"
        return _skip(occurrence, SkipReason.MISSED, detail)

    if occurrence != latest:
        detail = f"{latest.nominal} came due before it could be sent"
        return _skip(occurrence, SkipReason.SUPERSEDED, detail)

    if now > gives_up_at(occurrence.scheduled_for, digest.grace):
        detail = f"its grace of {in_words(digest.grace)} was over"
        return _skip(occurrence, SkipReason.TOO_LATE, detail)
    return occurrence


def _skip(occurrence: Occurrence, reason: SkipReason, detail: str) -> SkippedOccurrence:
    return SkippedOccurrence(
        occurrence.nominal, occurrence.scheduled_for, reason, detail
    )
