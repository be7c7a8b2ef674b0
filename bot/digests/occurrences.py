"""When a schedule is due: a pure function of the schedule and two instants."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import takewhile

from bot.digests.cron import local_times
from bot.digests.models import Digest, Missed
from bot.digests.retry import Timing, gives_up_at, is_late
from bot.digests.schedules import Schedule, duration_in_words
from bot.digests.wall_clock import (
    ClockChange,
    Moment,
    WallClock,
    clock_change_between,
    latest_local_time,
)


class SkipReason(StrEnum):
    """Why nothing is sent for a time that the schedule names.

    The last three are for what came due while nobody could send it: `settle_missed`.
    """

    HOLIDAY = "holiday"
    NO_SUCH_DAY = "no such day"
    SAME_MOMENT = "same moment as another"
    SUPERSEDED = "superseded"
    TOO_LATE = "too late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A time that a schedule names, and the instant (UTC) at which it is due.

    `nominal` is its name: the local time the schedule names (`2026-03-29T01:30`), never
    the instant, so a change of zone or a flight west does not repeat a morning. Names
    sort by time. `in_gap` says that the clock never shows it and the instant is the
    first one after the gap.
    """

    nominal: str
    scheduled_for: datetime
    in_gap: bool = False


@dataclass(frozen=True, slots=True)
class SkippedOccurrence:
    """A time that the schedule names and that passes without an occurrence.

    `detail` is the end of a sentence about it, for people.
    """

    nominal: str
    scheduled_for: datetime
    reason: SkipReason
    detail: str


NamedTime = Occurrence | SkippedOccurrence


def occurrences(
    schedule: Schedule,
    since: datetime,
    until: datetime,
    *,
    holidays: Collection[date] = (),
) -> Iterator[NamedTime]:
    """Enumerate occurrences after `since` and not after `until`, in order of time.

    Each local time that the cron expression names yields exactly one occurrence or one
    recorded skip, whatever the zone's transitions, wildcards included:

    1. In a gap (clocks go forward) it is due at the first moment after the gap.
    2. In an hour that repeats (clocks go back) it is due in the first pass only.
    3. Of several that fall on one instant the earliest name is due, the others are
       skipped as the same moment.
    4. On a local day that does not exist (Apia, 30 December 2011) it is skipped.
    5. On a holiday, by its local date, it is skipped.

    So adjoining windows never share a time and never lose one.
    """
    begin = latest_local_time(schedule.zone, since)
    named = _named_times(schedule, begin, since=since, holidays=holidays)
    return takewhile(lambda time: time.scheduled_for <= until, named)


def _named_times(
    schedule: Schedule,
    begin: datetime,
    *,
    since: datetime,
    holidays: Collection[date],
) -> Iterator[NamedTime]:
    """Name every local time after `begin`, which no clock showed before `since`."""
    clock = WallClock(schedule.zone, since)
    due: Occurrence | None = None

    for local in local_times(schedule.expression, begin):
        nominal, moment = nominal_name(local), clock.moment(local)
        skipped = _reason_to_skip(local, moment, holidays=holidays, due=due)
        if skipped is None:
            due = Occurrence(nominal, moment.at, in_gap=moment.in_gap)
            yield due
        else:
            reason, detail = skipped
            yield SkippedOccurrence(nominal, moment.at, reason, detail)


def _reason_to_skip(
    local: datetime,
    moment: Moment,
    *,
    holidays: Collection[date],
    due: Occurrence | None,
) -> tuple[SkipReason, str] | None:
    if moment.no_such_day:
        return (
            SkipReason.NO_SUCH_DAY,
            f"{local:%Y-%m-%d} does not exist in this time zone",
        )
    if local.date() in holidays:
        return SkipReason.HOLIDAY, f"{local:%Y-%m-%d} is a holiday of this digest"
    if due is not None and due.scheduled_for == moment.at:
        return (
            SkipReason.SAME_MOMENT,
            f"the clock change puts it on the same moment as {due.nominal}",
        )
    return None


def nominal_name(local: datetime) -> str:
    """Name a local time as deliveries do: `2026-03-29T01:30`."""
    return local.replace(tzinfo=None).isoformat(timespec="minutes")


def next_occurrences(
    schedule: Schedule,
    after: datetime,
    count: int,
    *,
    holidays: Collection[date] = (),
) -> list[Occurrence]:
    """Return the next `count` occurrences, skips left out; fewer if time runs out."""
    found: list[Occurrence] = []
    begin = latest_local_time(schedule.zone, after)
    for time in _named_times(schedule, begin, since=after, holidays=holidays):
        if isinstance(time, Occurrence):
            found.append(time)
        if len(found) >= count:
            break
    return found


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An occurrence to come; `local` is its instant on the clock of the schedule.

    `change` is the last clock change between the one before it (or now) and itself.
    """

    occurrence: Occurrence
    local: datetime
    change: ClockChange | None = None


def upcoming(digest: Digest, now: datetime, count: int = 5) -> tuple[Upcoming, ...]:
    """Return the next occurrences, holidays left out; fewer if time runs out."""
    zone, found = digest.when.zone, []
    since = now
    for one in next_occurrences(digest.when, now, count, holidays=digest.holidays):
        last_change = None
        while change := clock_change_between(zone, since, one.scheduled_for):
            last_change, since = change, change.at
        local = one.scheduled_for.astimezone(zone)
        found.append(Upcoming(one, local, last_change))
        since = one.scheduled_for
    return tuple(found)


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
    settled: list[NamedTime] = []
    for time in named:
        scheduled_for = time.scheduled_for
        if isinstance(time, SkippedOccurrence) or not is_late(
            scheduled_for, now, timing
        ):
            settled.append(time)
            continue

        if digest.missed is Missed.SKIP:
            reason = SkipReason.MISSED
            detail = "it was missed, and this digest skips what it missed"
        elif time != due[-1]:
            reason = SkipReason.SUPERSEDED
            detail = f"{due[-1].nominal} came due before it could be sent"
        elif now > gives_up_at(scheduled_for, digest.grace):
            reason = SkipReason.TOO_LATE
            detail = f"its grace of {duration_in_words(digest.grace)} was over"
        else:
            settled.append(time)
            continue
        settled.append(SkippedOccurrence(time.nominal, scheduled_for, reason, detail))
    return settled
