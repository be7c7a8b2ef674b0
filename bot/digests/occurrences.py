"""When a schedule is due: a pure function of the schedule and two instants.

First comes the clock on a zone's wall: when it shows a time, when it is put forward or
back. Then come the occurrences that a schedule makes of it. A *local time* is carried
as if it were UTC: it stays an aware datetime, and its arithmetic knows no zone.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.digests.delivery_timing import Timing, gives_up_at, is_late
from bot.digests.models import Digest, Missed
from bot.digests.schedules import Schedule, duration_in_words, local_times

# Two changes of one zone have never been closer than four days (Freetown, 1939), so a
# look a day sees each; and no clock was ever put back by more than one day.
_LOOK_EVERY = timedelta(days=1)
_LONGEST_REPEAT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """At the instant `at` (UTC) the zone's offset from UTC changes."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def forward(self) -> timedelta:
        """How far the clock is put forward; negative when it is put back."""
        return self.after - self.before


def clock_change_between(
    zone: ZoneInfo, since: datetime, until: datetime
) -> ClockChange | None:
    """Return the first change after `since` and not after `until`."""
    known, until = since.astimezone(UTC), until.astimezone(UTC)
    offset = _offset(zone, known)

    while known < until:
        ahead = min(known + _LOOK_EVERY, until)
        if _offset(zone, ahead) != offset:
            at = _first_with_another_offset(zone, known, ahead)
            return ClockChange(at, before=offset, after=_offset(zone, at))
        known = ahead
    return None


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None, "a ZoneInfo knows the offset of each instant"
    return offset


def _first_with_another_offset(
    zone: ZoneInfo, same: datetime, other: datetime
) -> datetime:
    """Narrow a change between two instants down to its second."""
    offset = _offset(zone, same)
    same, other = same.replace(microsecond=0), other.replace(microsecond=0)

    while other - same > timedelta(seconds=1):
        middle = same + timedelta(seconds=(other - same) // timedelta(seconds=2))
        if _offset(zone, middle) == offset:
            same = middle
        else:
            other = middle
    return other


def latest_local_time(zone: ZoneInfo, now: datetime) -> datetime:
    """Return the latest local time that the zone's clock has shown by `now`.

    In an hour that repeats it is the end of the first pass: what was named for then is
    past, and stays past although the clock shows it again.
    """
    now = now.astimezone(UTC)
    latest = now + _offset(zone, now)
    since = now - _LONGEST_REPEAT

    while change := clock_change_between(zone, since, now):
        shown_last = change.at + change.before - timedelta.resolution
        latest = max(latest, shown_last)
        since = change.at
    return latest


@dataclass(frozen=True, slots=True)
class Moment:
    """The instant (UTC) of a local time; `in_gap` when the clock never shows it.

    `no_such_day` when the clock shows no time of that local date at all.
    """

    at: datetime
    in_gap: bool = False
    no_such_day: bool = False


class WallClock:
    """Turns ascending local times of one zone into ascending instants.

    The instant of a local time is the first at which the clock shows that time or a
    later one: its first pass where it repeats, the end of the gap where it is missing.
    """

    def __init__(self, zone: ZoneInfo, since: datetime) -> None:
        """Begin at `since`: only local times after the one shown then may be asked.

        `_offset` holds from the last change until `_known`, where the next one may be.
        """
        self._zone = zone
        self._known = since.astimezone(UTC) - _LONGEST_REPEAT
        self._offset = _offset(zone, self._known)
        self._last_change: ClockChange | None = None
        self._next_change: ClockChange | None = None

    def moment(self, local: datetime) -> Moment:
        """Return when a local time is; never ask for one before the last asked."""
        while local - self._offset >= self._known:
            if self._next_change:
                self._last_change, self._next_change = self._next_change, None
                self._offset = self._last_change.after
                continue
            ahead = self._known + _LOOK_EVERY
            self._next_change = clock_change_between(self._zone, self._known, ahead)
            self._known = self._next_change.at if self._next_change else ahead

        at, change = local - self._offset, self._last_change
        if change is None or at >= change.at:
            return Moment(at)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        begins, ends = change.at + change.before, change.at + change.after
        has_no_time = begins <= midnight and midnight + timedelta(days=1) <= ends
        return Moment(change.at, in_gap=True, no_such_day=has_no_time)


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
        if moment.no_such_day:
            reason = SkipReason.NO_SUCH_DAY
            detail = f"{local:%Y-%m-%d} does not exist in this time zone"
        elif local.date() in holidays:
            reason = SkipReason.HOLIDAY
            detail = f"{local:%Y-%m-%d} is a holiday of this digest"
        elif due is not None and due.scheduled_for == moment.at:
            reason = SkipReason.SAME_MOMENT
            detail = f"the clock change puts it on the same moment as {due.nominal}"
        else:
            due = Occurrence(nominal, moment.at, in_gap=moment.in_gap)
            yield due
            continue
        yield SkippedOccurrence(nominal, moment.at, reason, detail)


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
