"""When a digest is due next, with the clock changes on the way. No I/O."""

from dataclasses import dataclass
from datetime import datetime

from bot.digests.models import Digest
from bot.digests.occurrences import Occurrence, next_occurrences
from bot.digests.wall_clock import ClockChange, clock_change_between


@dataclass(frozen=True, slots=True)
class Coming:
    """An occurrence to come; `local` is its instant on the clock of the schedule.

    `change` is the last clock change between the one before it (or now) and itself.
    """

    occurrence: Occurrence
    local: datetime
    change: ClockChange | None = None


def outlook(digest: Digest, now: datetime, count: int = 5) -> tuple[Coming, ...]:
    """Return the next occurrences, holidays left out; fewer if time runs out."""
    zone, found = digest.when.zone, []
    since = now
    for one in next_occurrences(digest.when, now, count, holidays=digest.holidays):
        change = _last_change(digest, since, one.scheduled_for)
        found.append(Coming(one, one.scheduled_for.astimezone(zone), change))
        since = one.scheduled_for
    return tuple(found)


def _last_change(
    digest: Digest, since: datetime, until: datetime
) -> ClockChange | None:
    last = None
    while change := clock_change_between(digest.when.zone, since, until):
        last, since = change, change.at
    return last
