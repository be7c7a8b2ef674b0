"""When a schedule is due: a pure function of the schedule and two instants."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.digests.cron import local_times
from bot.digests.schedules import Schedule
from bot.digests.wall_clock import Moment, WallClock, latest_local_time


class SkipReason(StrEnum):
    """Why nothing is sent for a time that the schedule names.

    The last three are for what came due while nobody could send it (`missed.py`).
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
    """Walk the occurrences after `since` and not after `until`, in order of time.

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
        time = _name(local, clock.moment(local), holidays=holidays, due=due)
        if isinstance(time, Occurrence):
            due = time
        yield time


def _name(
    local: datetime,
    moment: Moment,
    *,
    holidays: Collection[date],
    due: Occurrence | None,
) -> NamedTime:
    nominal = nominal_name(local)
    skipped = _reason_to_skip(local, moment, holidays=holidays, due=due)
    if skipped is None:
        return Occurrence(nominal, moment.at, in_gap=moment.in_gap)

    reason, detail = skipped
    return SkippedOccurrence(nominal, moment.at, reason, detail)


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


def due_after(
    schedule: Schedule,
    last_nominal: str,
    now: datetime,
    *,
    holidays: Collection[date] = (),
) -> Iterator[NamedTime]:
    """Walk what is due by `now` of a schedule whose zone follows a person.

    `last_nominal` is the watermark: the name last walked, skips included, in whatever
    zone that was. Only later names are due, so after a flight west the morning that was
    already read does not come again, and after a flight east the morning that the clock
    jumped over is due at once.
    """
    begin = datetime.fromisoformat(last_nominal).replace(tzinfo=UTC)
    named = _named_times(schedule, begin, since=begin, holidays=holidays)
    return takewhile(lambda time: time.scheduled_for <= now, named)


def watermark(zone: ZoneInfo, now: datetime) -> str:
    """Return the watermark at which a new or edited schedule starts: nothing past."""
    return nominal_name(latest_local_time(zone, now))
