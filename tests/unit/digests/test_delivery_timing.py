"""Leases, look-ups and retries as functions of the time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.delivery_timing import (
    LookUpWindow,
    Timing,
    backoff,
    earliest_look_up,
    gives_up_at,
    is_late,
    lease_until,
    look_up_windows,
    may_begin_post,
    may_send_again,
    next_look_up,
    retry_at,
)

TIMING = Timing()
NOW = datetime(2026, 8, 1, 8, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_lease_is_six_times_the_post_timeout() -> None:
    """Long enough for a POST, its timeout and what follows, several times over."""
    assert lease_until(NOW, TIMING) == NOW + seconds(60)


@pytest.mark.parametrize(("left", "may"), [(20, True), (19.9, False), (-5, False)])
def test_a_post_is_not_begun_with_less_than_two_timeouts_of_lease(
    left: float, may: bool
) -> None:
    """A POST must end, and its end be recorded, while the row is still ours."""
    assert may_begin_post(NOW, NOW + seconds(left), TIMING) is may


def test_nobody_looks_before_the_lease_and_the_settling_are_over() -> None:
    """Until then the message may be stored although no `ok` came back."""
    assert earliest_look_up(NOW, TIMING) == NOW + seconds(10)
    assert next_look_up(NOW, TIMING) == NOW + seconds(10)


def test_two_look_ups_must_find_nothing_before_sending_again() -> None:
    """Slack's history may lag behind what it has stored."""
    assert [may_send_again(look_ups) for look_ups in range(3)] == [False, False, True]


def test_both_look_up_windows_have_both_bounds() -> None:
    """First where clocks agree, then two minutes to either side of the POST."""
    assert look_up_windows(NOW, NOW + seconds(80), TIMING) == (
        LookUpWindow(oldest=NOW - seconds(10), latest=NOW + seconds(20)),
        LookUpWindow(oldest=NOW - seconds(120), latest=NOW + seconds(130)),
    )


def test_a_look_up_after_the_clock_was_set_back_looks_at_the_day_before() -> None:
    """When the message was posted by this clock, nobody knows any more."""
    now = NOW - seconds(7200)

    assert look_up_windows(NOW, now, TIMING)[-1] == LookUpWindow(
        oldest=now - timedelta(days=1, seconds=120), latest=NOW + seconds(130)
    )


@pytest.mark.parametrize(("after", "late"), [(0, False), (120, False), (121, True)])
def test_an_occurrence_is_late_after_two_minutes(after: float, late: bool) -> None:
    """Up to then a slow minute is no news to a reader."""
    assert is_late(NOW, NOW + seconds(after), TIMING) is late


def test_the_backoff_doubles_up_to_its_limit() -> None:
    """Without jitter: 2, 4, 8 … 300 seconds, whatever the attempt."""
    waits = [backoff(n, jitter=0, timing=TIMING) for n in (1, 2, 3, 8, 9, 10_000)]

    assert waits == [seconds(s) for s in (2, 4, 8, 256, 300, 300)]


@given(attempt=st.integers(1, 100), jitter=st.floats(0, 1))
def test_jitter_takes_off_at_most_half(attempt: int, jitter: float) -> None:
    """A retry is never at once and never later than the backoff says."""
    whole = backoff(attempt, jitter=0, timing=TIMING)

    assert whole / 2 <= backoff(attempt, jitter=jitter, timing=TIMING) <= whole


@given(attempt=st.integers(1, 100), jitter=st.floats(0, 1), after=st.floats(0, 3600))
def test_retry_after_is_never_undercut(
    attempt: int, jitter: float, after: float
) -> None:
    """Slack counts a call that comes too early as another offence."""
    when = retry_at(
        NOW, attempt, jitter=jitter, timing=TIMING, retry_after=seconds(after)
    )

    assert NOW + seconds(after) <= when <= NOW + seconds(after) + TIMING.first_backoff


def test_grace_counts_from_the_time_it_was_due() -> None:
    """Retries do not lengthen it."""
    assert gives_up_at(NOW, timedelta(hours=6)) == NOW + timedelta(hours=6)


def test_a_row_that_waits_in_hand_has_time_left_to_be_posted() -> None:
    """Waiting for Slack's pace takes less of the lease than a POST leaves."""
    assert TIMING.in_hand < TIMING.lease - TIMING.least_lease_to_post


def test_all_times_scale_together() -> None:
    """Tests run the same arithmetic at a twentieth of the times."""
    scaled = TIMING.scaled(1 / 20)

    assert scaled.post_timeout == seconds(0.5)
    assert scaled.lease == seconds(3)
    assert scaled.settle == seconds(0.5)
    assert scaled.late_after == seconds(6)
