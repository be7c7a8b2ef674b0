"""The clock on a zone's wall: when it shows a time, when it is put forward or back.

Pure but for the zone data that `zoneinfo` reads. A *local time* is carried as if it
were UTC: it stays an aware datetime, and its arithmetic knows no zone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# Two changes of one zone have never been closer than four days (Freetown, 1939), so a
# look a day sees each; and no clock was ever put back by more than one day.
_STEP = timedelta(days=1)
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
        ahead = min(known + _STEP, until)
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
            ahead = self._known + _STEP
            self._next_change = clock_change_between(self._zone, self._known, ahead)
            self._known = self._next_change.at if self._next_change else ahead

        at, change = local - self._offset, self._last_change
        if change is None or at >= change.at:
            return Moment(at)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        begins, ends = change.at + change.before, change.at + change.after
        has_no_time = begins <= midnight and midnight + timedelta(days=1) <= ends
        return Moment(change.at, in_gap=True, no_such_day=has_no_time)
