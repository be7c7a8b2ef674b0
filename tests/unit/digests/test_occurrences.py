"""Occurrences: tables of clock changes, and what holds in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.occurrences import (
    NamedTime,
    Occurrence,
    SkippedOccurrence,
    SkipReason,
    clock_change_between,
    latest_local_time,
    next_occurrences,
    occurrences,
)
from bot.digests.schedules import Schedule, local_times

ZONES = sorted(available_timezones() - {"EST", "MST", "HST"})


def daily(at: str, zone: str) -> Schedule:
    hour, minute = at.split(":")
    return Schedule(cron=f"{minute} {hour} * * *", timezone=zone)


def around(day: str, schedule: Schedule) -> list[NamedTime]:
    """Walk the occurrences from the day before `day` to the day after it."""
    middle = datetime.fromisoformat(day).replace(hour=12, tzinfo=schedule.zone)
    begin, end = middle - timedelta(days=1), middle + timedelta(days=1)
    return list(occurrences(schedule, begin, end))


def told(time: NamedTime) -> str:
    """Write a time as the tables do: name, instant, and why it is skipped."""
    instant = time.scheduled_for.strftime("%d %H:%MZ")
    if isinstance(time, SkippedOccurrence):
        return f"{time.nominal} skipped: {time.reason}"
    return f"{time.nominal} {instant}{' in gap' if time.in_gap else ''}"


CHANGES = {
    "new-york-forward": (
        daily("02:30", "America/New_York"),
        "2026-03-08",
        [
            "2026-03-08T02:30 08 07:00Z in gap",
            "2026-03-09T02:30 09 06:30Z",
        ],
    ),
    "new-york-back": (
        daily("01:30", "America/New_York"),
        "2026-11-01",
        [
            "2026-11-01T01:30 01 05:30Z",
            "2026-11-02T01:30 02 06:30Z",
        ],
    ),
    "new-york-eight-stays-eight": (
        daily("08:00", "America/New_York"),
        "2026-03-08",
        [
            "2026-03-08T08:00 08 12:00Z",
            "2026-03-09T08:00 09 12:00Z",
        ],
    ),
    "london-forward": (
        daily("01:30", "Europe/London"),
        "2026-03-29",
        [
            "2026-03-29T01:30 29 01:00Z in gap",
            "2026-03-30T01:30 30 00:30Z",
        ],
    ),
    "london-back": (
        daily("01:30", "Europe/London"),
        "2026-10-25",
        [
            "2026-10-25T01:30 25 00:30Z",
            "2026-10-26T01:30 26 01:30Z",
        ],
    ),
    "berlin-two-names-one-moment": (
        Schedule(cron="0,30 2 * * *", timezone="Europe/Berlin"),
        "2026-03-29",
        [
            "2026-03-29T02:00 29 01:00Z in gap",
            "2026-03-29T02:30 skipped: same moment as another",
            "2026-03-30T02:00 30 00:00Z",
            "2026-03-30T02:30 30 00:30Z",
        ],
    ),
    "berlin-gap-meets-the-hour-after": (
        Schedule(cron="30 2-3 * * *", timezone="Europe/Berlin"),
        "2026-03-29",
        [
            "2026-03-29T02:30 29 01:00Z in gap",
            "2026-03-29T03:30 29 01:30Z",
            "2026-03-30T02:30 30 00:30Z",
            "2026-03-30T03:30 30 01:30Z",
        ],
    ),
    "lord-howe-half-hour-forward": (
        daily("02:15", "Australia/Lord_Howe"),
        "2026-10-04",
        [
            "2026-10-04T02:15 03 15:30Z in gap",
            "2026-10-05T02:15 04 15:15Z",
        ],
    ),
    "lord-howe-half-hour-back": (
        daily("01:45", "Australia/Lord_Howe"),
        "2026-04-05",
        [
            "2026-04-05T01:45 04 14:45Z",
            "2026-04-06T01:45 05 15:15Z",
        ],
    ),
    "sao-paulo-2018-has-no-midnight": (
        daily("0:00", "America/Sao_Paulo"),
        "2018-11-04",
        [
            "2018-11-04T00:00 04 03:00Z in gap",
            "2018-11-05T00:00 05 02:00Z",
        ],
    ),
    "apia-2011-has-no-30-december": (
        daily("08:00", "Pacific/Apia"),
        "2011-12-30",
        [
            "2011-12-30T08:00 skipped: no such day",
            "2011-12-31T08:00 30 18:00Z",
        ],
    ),
    "seoul-never-changes": (
        daily("08:00", "Asia/Seoul"),
        "2026-03-29",
        [
            "2026-03-29T08:00 28 23:00Z",
            "2026-03-30T08:00 29 23:00Z",
        ],
    ),
    "troll-two-hours-forward": (
        Schedule(cron="30 1-3 * * *", timezone="Antarctica/Troll"),
        "2026-03-29",
        [
            "2026-03-29T01:30 29 01:00Z in gap",
            "2026-03-29T02:30 skipped: same moment as another",
            "2026-03-29T03:30 29 01:30Z",
            "2026-03-30T01:30 29 23:30Z",
            "2026-03-30T02:30 30 00:30Z",
            "2026-03-30T03:30 30 01:30Z",
        ],
    ),
    "troll-two-hours-back": (
        daily("02:30", "Antarctica/Troll"),
        "2026-10-25",
        [
            "2026-10-25T02:30 25 00:30Z",
            "2026-10-26T02:30 26 02:30Z",
        ],
    ),
    "pyongyang-2018-new-rules-at-half-past-eleven": (
        daily("23:45", "Asia/Pyongyang"),
        "2018-05-05",
        [
            "2018-05-04T23:45 04 15:00Z in gap",
            "2018-05-05T23:45 05 14:45Z",
        ],
    ),
    "pyongyang-2015-new-rules-at-midnight": (
        daily("23:45", "Asia/Pyongyang"),
        "2015-08-15",
        [
            "2015-08-14T23:45 14 14:45Z",
            "2015-08-15T23:45 15 15:15Z",
        ],
    ),
    "istanbul-2016-stays-on-summer-time": (
        daily("08:00", "Europe/Istanbul"),
        "2016-10-30",
        [
            "2016-10-30T08:00 30 05:00Z",
            "2016-10-31T08:00 31 05:00Z",
        ],
    ),
}


@pytest.mark.parametrize(
    ("schedule", "day", "expected"), CHANGES.values(), ids=CHANGES.keys()
)
def test_each_named_time_is_due_once_around_a_clock_change(
    schedule: Schedule, day: str, expected: list[str]
) -> None:
    """In a gap the first moment after it, in a repeated hour the first pass."""
    assert [told(time) for time in around(day, schedule)] == expected


def test_wildcards_post_once_for_the_whole_gap() -> None:
    """Every minute of a gap falls on one instant: one is due, the rest are recorded."""
    schedule = Schedule(cron="* * * * *", timezone="Europe/London")
    gap = datetime(2026, 3, 29, 1, tzinfo=UTC)

    times = list(occurrences(schedule, gap - timedelta(minutes=2), gap))

    assert [t.nominal[11:] for t in times if isinstance(t, Occurrence)] == [
        "00:59",
        "01:00",
    ]
    assert len(times) == 62
    assert times[-1] == SkippedOccurrence(
        "2026-03-29T02:00",
        gap,
        SkipReason.SAME_MOMENT,
        "the clock change puts it on the same moment as 2026-03-29T01:00",
    )


def test_a_day_that_does_not_exist_is_skipped_whole() -> None:
    """Wildcards name 24 hours of Apia's missing day, and none of them is due."""
    schedule = Schedule(cron="0 * * * *", timezone="Pacific/Apia")
    begin = datetime(2011, 12, 30, 9, tzinfo=UTC)

    times = list(occurrences(schedule, begin, begin + timedelta(hours=2)))

    missing = [t for t in times if t.nominal.startswith("2011-12-30")]
    assert len(missing) == 24
    assert {told(t)[17:] for t in missing} == {"skipped: no such day"}
    assert told(times[-1]) == "2011-12-31T01:00 30 11:00Z"


def test_a_holiday_is_recorded_as_skipped() -> None:
    """Holidays go by the local date, whatever the date is in UTC."""
    schedule = daily("08:00", "Asia/Seoul")
    begin = datetime(2026, 12, 24, tzinfo=UTC)

    times = list(
        occurrences(
            schedule,
            begin,
            begin + timedelta(days=1),
            holidays={date(2026, 12, 25)},
        )
    )

    assert times == [
        SkippedOccurrence(
            "2026-12-25T08:00",
            datetime(2026, 12, 24, 23, tzinfo=UTC),
            SkipReason.HOLIDAY,
            "2026-12-25 is a holiday of this digest",
        )
    ]


def test_the_next_occurrences_leave_skips_out() -> None:
    """A preview lists times that will be sent, through the holiday and beyond."""
    schedule = Schedule(cron="0 8 * * fri", timezone="Europe/London")
    after = datetime(2026, 12, 18, 12, tzinfo=UTC)

    following = next_occurrences(schedule, after, 2, holidays={date(2026, 12, 25)})

    assert [o.nominal for o in following] == ["2027-01-01T08:00", "2027-01-08T08:00"]


def test_a_time_exactly_at_the_watermark_is_not_due_again() -> None:
    """Windows are open at the beginning and closed at the end."""
    schedule = daily("08:00", "Asia/Seoul")
    eight = datetime(2026, 8, 1, 23, tzinfo=UTC)

    assert list(occurrences(schedule, eight, eight)) == []
    assert len(list(occurrences(schedule, eight - timedelta(seconds=1), eight))) == 1


def test_a_new_schedule_is_never_due_for_the_past() -> None:
    """In the second pass of a repeated hour the first pass counts as gone."""
    schedule = daily("01:45", "Europe/London")
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    due = occurrences(schedule, second_pass, second_pass + timedelta(hours=1))

    assert list(due) == []


def test_two_o_clock_after_a_repeated_hour_is_still_to_come() -> None:
    """The end of the first pass is not yet the time that the clock next shows new."""
    schedule = daily("02:00", "Europe/London")
    second_pass = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    due = list(occurrences(schedule, second_pass, second_pass + timedelta(hours=1)))

    assert [told(t) for t in due] == ["2026-10-25T02:00 25 02:00Z"]


CRONS = [
    "* * * * *",
    "*/7 * * * *",
    "0 * * * *",
    "30 */2 * * *",
    "0 0 * * *",
    "15 1,2,23 * * *",
    "30 2 * * sun",
    "59 23 l * *",
]


@st.composite
def windows_near_clock_changes(
    draw: st.DrawFn,
) -> tuple[Schedule, datetime, datetime]:
    """Draw a zone, a cron expression and a window, most often over a clock change."""
    schedule = Schedule(
        cron=draw(st.sampled_from(CRONS)), timezone=draw(st.sampled_from(ZONES))
    )
    begin = datetime(draw(st.integers(1900, 2037)), 1, 1, tzinfo=UTC)
    change = clock_change_between(schedule.zone, begin, begin + timedelta(days=366))
    near = change.at if change else begin
    since = near - timedelta(minutes=draw(st.integers(0, 1600)))
    return schedule, since, since + timedelta(minutes=draw(st.integers(0, 1600)))


@given(windows_near_clock_changes())
def test_each_named_local_time_yields_one_occurrence_or_one_skip(
    window: tuple[Schedule, datetime, datetime],
) -> None:
    """In all zones: what cron names is what comes out, once, wildcards included."""
    schedule, since, until = window
    begin = latest_local_time(schedule.zone, since)
    end = latest_local_time(schedule.zone, until)

    names = [time.nominal for time in occurrences(schedule, since, until)]

    named = []
    for local in local_times(schedule.expression, begin):
        if local > end:
            break
        named.append(local.replace(tzinfo=None).isoformat(timespec="minutes"))
    assert names == named


@given(windows_near_clock_changes())
def test_the_instant_is_the_first_that_shows_the_named_time_or_a_later_one(
    window: tuple[Schedule, datetime, datetime],
) -> None:
    """In all zones an occurrence is due in the first pass, or just after its gap."""
    schedule, since, until = window

    times = list(occurrences(schedule, since, until))

    instants = [time.scheduled_for for time in times]
    due = [time.scheduled_for for time in times if isinstance(time, Occurrence)]
    assert instants == sorted(instants)
    assert len(set(due)) == len(due)
    assert all(since < instant <= until for instant in instants)
    assert all(_is_first_to_show(time, schedule.zone) for time in times)


def _is_first_to_show(time: NamedTime, zone: ZoneInfo) -> bool:
    shown = time.scheduled_for.astimezone(zone)
    before = (time.scheduled_for - timedelta(seconds=1)).astimezone(zone)
    name = shown.replace(tzinfo=None).isoformat(timespec="minutes")
    in_gap = before.replace(tzinfo=None).isoformat() < time.nominal < name
    return (name == time.nominal and shown.fold == 0) or in_gap


@given(windows_near_clock_changes(), st.integers(0, 100))
def test_adjoining_windows_never_share_a_time_and_never_lose_one(
    window: tuple[Schedule, datetime, datetime], percent: int
) -> None:
    """Planning in two steps plans what planning in one step does."""
    schedule, since, until = window
    between = since + (until - since) * percent / 100

    whole = list(occurrences(schedule, since, until))
    first = list(occurrences(schedule, since, between))
    second = list(occurrences(schedule, between, until))

    assert first + second == whole
