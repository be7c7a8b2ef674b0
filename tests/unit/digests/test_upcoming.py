"""Upcoming occurrences: what is due next, and where the clock changes on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.digests.models import Digest
from bot.digests.occurrences import upcoming

FRIDAY = datetime(2026, 3, 27, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def make_digest(cron: str = "0 8 * * *", **fields: Any) -> Digest:
    when = {"cron": cron, "timezone": "Europe/London"}
    defaults = {"id": "daily", "title": "Daily", "briefings": ["harbour"], "when": when}
    return Digest.model_validate(defaults | fields)


def test_the_offset_changes_with_the_clock_and_the_hour_does_not() -> None:
    """Eight in the morning stays eight in the morning."""
    saturday, sunday, monday = upcoming(make_digest(), FRIDAY, 3)

    assert [c.local.isoformat() for c in (saturday, sunday, monday)] == [
        "2026-03-28T08:00:00+00:00",
        "2026-03-29T08:00:00+01:00",
        "2026-03-30T08:00:00+01:00",
    ]


def test_a_clock_change_stands_before_the_first_occurrence_after_it() -> None:
    """It is said once, with how far the clock is put forward."""
    changes = [one.change for one in upcoming(make_digest(), FRIDAY, 3)]

    assert changes[0] is None
    assert changes[1] is not None
    assert (changes[1].at, changes[1].forward) == (
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        HOUR,
    )
    assert changes[2] is None


def test_a_time_in_the_gap_is_due_after_it() -> None:
    """The clock never shows half past one on that day."""
    _, in_gap = upcoming(make_digest("30 1 * * *"), FRIDAY, 2)

    assert in_gap.occurrence.nominal == "2026-03-29T01:30"
    assert in_gap.occurrence.in_gap
    assert in_gap.local.isoformat() == "2026-03-29T02:00:00+01:00"


def test_holidays_are_left_out() -> None:
    """What is due next is what will arrive next."""
    digest = make_digest(holidays=["2026-03-28"])

    (first,) = upcoming(digest, FRIDAY, 1)

    assert first.occurrence.nominal == "2026-03-29T08:00"
