"""After a downtime: which occurrences are sent late, and why the others are not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.delivery_timing import Timing
from bot.digests.models import Digest, Missed
from bot.digests.occurrences import (
    NamedTime,
    Occurrence,
    SkippedOccurrence,
    SkipReason,
    settle_missed,
)
from bot.digests.schedules import Schedule

EIGHT = datetime(2026, 8, 3, 8, tzinfo=UTC)


def make_digest(missed: Missed = Missed.LATEST) -> Digest:
    schedule = Schedule(cron="0 8 * * *", timezone="UTC")
    return Digest(
        id="brief", title="Brief", briefings=("nk",), when=schedule, missed=missed
    )


def make_times(count: int = 3) -> list[NamedTime]:
    """Return `count` mornings, the last of them on 3 August at eight."""
    mornings = [EIGHT - timedelta(days=n) for n in reversed(range(count))]
    return [Occurrence(f"{at:%Y-%m-%dT%H:%M}", at) for at in mornings]


def settle(
    times: list[NamedTime], now: datetime, missed: Missed = Missed.LATEST
) -> list[NamedTime]:
    return settle_missed(times, make_digest(missed), now=now, timing=Timing())


def endings(times: list[NamedTime]) -> list[str]:
    return [
        f"{t.reason}: {t.detail}" if isinstance(t, SkippedOccurrence) else "send"
        for t in times
    ]


def test_the_latest_is_sent_late_and_supersedes_the_others() -> None:
    """After three days away a reader wants one digest, not three."""
    settled = settle(make_times(), EIGHT + timedelta(hours=5))

    assert endings(settled) == [
        "superseded: 2026-08-03T08:00 came due before it could be sent",
        "superseded: 2026-08-03T08:00 came due before it could be sent",
        "send",
    ]


def test_beyond_its_grace_even_the_latest_is_too_late() -> None:
    """A morning digest at ten at night helps nobody, and its skip is recorded."""
    settled = settle(make_times(1), EIGHT + timedelta(hours=6, seconds=1))

    assert endings(settled) == ["too late: its grace of 6 hours was over"]


def test_a_digest_may_skip_whatever_it_missed() -> None:
    """An outage must not burst out in posts where the operator wants silence."""
    settled = settle(make_times(2), EIGHT + timedelta(hours=1), Missed.SKIP)

    assert endings(settled) == [
        "missed: it was missed, and this digest skips what it missed",
        "missed: it was missed, and this digest skips what it missed",
    ]


def test_what_is_on_time_is_sent_whatever_was_missed() -> None:
    """A worker that wakes within two minutes has missed nothing."""
    now = EIGHT + timedelta(minutes=1)

    assert endings(settle(make_times(2), now, Missed.SKIP)) == [
        "missed: it was missed, and this digest skips what it missed",
        "send",
    ]


def test_what_is_not_yet_due_supersedes_nothing() -> None:
    """Planning ahead does not make the digest that is late obsolete."""
    yesterday_noon = EIGHT - timedelta(hours=20)

    assert endings(settle(make_times(2), yesterday_noon)) == ["send", "send"]


def test_an_earlier_skip_keeps_its_reason() -> None:
    """A holiday stays a holiday and supersedes nothing."""
    holiday = SkippedOccurrence(
        "2026-08-04T08:00", EIGHT + timedelta(days=1), SkipReason.HOLIDAY, "a holiday"
    )
    times = [*make_times(1), holiday]

    settled = settle(times, EIGHT + timedelta(days=1))

    assert endings(settled) == [
        "too late: its grace of 6 hours was over",
        "holiday: a holiday",
    ]


@given(
    count=st.integers(0, 6),
    hours=st.integers(-80, 80),
    missed=st.sampled_from(Missed),
)
def test_every_time_comes_out_once_and_at_most_one_is_sent_late(
    count: int, hours: int, missed: Missed
) -> None:
    """No occurrence is lost, none is doubled, and no burst follows an outage."""
    times, now = make_times(count), EIGHT + timedelta(hours=hours)

    settled = settle(times, now, missed)

    late = [t for t in settled if isinstance(t, Occurrence) and t.scheduled_for < now]
    assert [t.nominal for t in settled] == [t.nominal for t in times]
    assert len(late) <= 1
