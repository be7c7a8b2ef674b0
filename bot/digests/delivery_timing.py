"""Lease, retry and look-up arithmetic of a delivery: functions of `now`, no I/O."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Timing:
    """Every length of time that delivering goes by.

    The leases and windows follow from these, so scaling one value scales all alike.
    """

    post_timeout: timedelta = timedelta(seconds=10)
    """The hard total timeout of one POST."""
    settle: timedelta = timedelta(seconds=10)
    """How long after its lease an ambiguous message may still become visible."""
    look_up_margin: timedelta = timedelta(seconds=120)
    """How far Slack's clock and ours may be apart when a message is looked up."""
    clock_set_back: timedelta = timedelta(days=1)
    """By how much more than is known a clock may have been set back."""
    late_after: timedelta = timedelta(minutes=2)
    """From when on an occurrence is late, and says so."""
    first_backoff: timedelta = timedelta(seconds=2)
    longest_backoff: timedelta = timedelta(minutes=5)
    lane_patience: timedelta = timedelta(minutes=1)
    """A row that waits longer for its retry lets other kinds of its lane pass."""
    in_hand: timedelta = timedelta(seconds=5)
    """How long a row may wait for its turn at Slack's pace with its lease running.

    Rows are acquired for this long ahead; those that would wait longer are put back.
    """
    poll: timedelta = timedelta(seconds=1)
    """How often a worker looks for due rows that nobody told it of."""
    preflight_ahead: timedelta = timedelta(hours=1)
    """How long before it is due a destination is checked again."""

    @property
    def lease(self) -> timedelta:
        """How long an acquired row is its worker's, unless renewed."""
        return 6 * self.post_timeout

    @property
    def renew_every(self) -> timedelta:
        """How often a worker renews the leases of rows that it still prepares."""
        return self.lease / 3

    @property
    def longest_in_hand(self) -> timedelta:
        """How long it does so; a row that takes longer is given up for stuck."""
        return 10 * self.lease

    @property
    def least_lease_to_post(self) -> timedelta:
        """A POST is not begun with less of the lease left than this."""
        return 2 * self.post_timeout

    def scaled(self, factor: float) -> "Timing":
        """Return all times multiplied, so that tests run at a twentieth."""
        scaled = {f.name: getattr(self, f.name) * factor for f in fields(self)}
        return replace(self, **scaled)


LOOK_UPS_BEFORE_SENDING_AGAIN = 2
"""How many look-ups must find nothing before an ambiguous part is sent again."""


def lease_until(now: datetime, timing: Timing) -> datetime:
    """Return when a row acquired now becomes free for others again."""
    return now + timing.lease


def may_begin_post(now: datetime, lease_ends: datetime, timing: Timing) -> bool:
    """Say whether enough of the lease is left for a POST and for recording its end."""
    return lease_ends - now >= timing.least_lease_to_post


def earliest_look_up(lease_ends: datetime, timing: Timing) -> datetime:
    """Return when an ambiguous message must be visible if it was stored at all."""
    return lease_ends + timing.settle


def next_look_up(looked_up_at: datetime, timing: Timing) -> datetime:
    """Return when to look again after a look-up that found nothing."""
    return looked_up_at + timing.settle


def may_send_again(look_ups: int) -> bool:
    """Say whether enough look-ups have found nothing."""
    return look_ups >= LOOK_UPS_BEFORE_SENDING_AGAIN


@dataclass(frozen=True, slots=True)
class LookUpWindow:
    """Between which instants a message may stand in a channel's history."""

    oldest: datetime
    latest: datetime


def look_up_windows(
    sending_at: datetime, now: datetime, timing: Timing
) -> tuple[LookUpWindow, LookUpWindow]:
    """Return where a message stands whose POST began at `sending_at`.

    In the first window it is where the clocks agree, among few others; outside the
    second it cannot be. Where the beginning is still to come, the clock was set back
    since: by how much nobody knows.
    """
    began, ended = sending_at, sending_at + timing.post_timeout
    if sending_at > now:
        began = now - timing.clock_set_back
    return (
        LookUpWindow(sending_at - timing.settle, ended + timing.settle),
        LookUpWindow(began - timing.look_up_margin, ended + timing.look_up_margin),
    )


def is_late(scheduled_for: datetime, now: datetime, timing: Timing) -> bool:
    """Say whether an occurrence sent now says "Due 08:00, sent 13:05"."""
    return now - scheduled_for > timing.late_after


def backoff(attempt: int, *, jitter: float, timing: Timing) -> timedelta:
    """Return the wait after the given attempt (the first is 1).

    It doubles from `first_backoff` up to `longest_backoff`; `jitter` (0 to 1) takes off
    up to half of it, so that rows that failed together do not return together.
    """
    doublings = min(attempt - 1, 32)
    wait = min(timing.first_backoff * (1 << doublings), timing.longest_backoff)
    return wait * (1 - jitter / 2)


def retry_at(
    now: datetime,
    attempt: int,
    *,
    jitter: float,
    timing: Timing,
    retry_after: timedelta | None = None,
) -> datetime:
    """Return when to try again after a passing error.

    Slack's `retry_after` is never undercut, and the jitter is added to it instead.
    """
    if retry_after is None:
        return now + backoff(attempt, jitter=jitter, timing=timing)
    return now + retry_after + timing.first_backoff * jitter


def gives_up_at(scheduled_for: datetime, grace: timedelta) -> datetime:
    """Return the last instant at which an occurrence may still be sent."""
    return scheduled_for + grace
