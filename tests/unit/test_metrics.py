"""Metrics: what happens is counted once, and labels stay few."""

from datetime import timedelta

import pytest

from bot.installation import Installation
from bot.metrics import TEAMS, Metrics
from bot.outbox.backlog import Backlog
from bot.outbox.model import Delivery, Ending, Status
from bot.questions.pages import LateAnswer, Page, PageKind
from tests.fakes import MORNING, RecordingObserver
from tests.outbox import delivery_in_hand

LATER = MORNING + timedelta(minutes=2)


@pytest.fixture
def delivery() -> Delivery:
    return delivery_in_hand()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(lambda: LATER)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"briefing_bot_{name}", labels)


async def test_an_ending_is_counted_and_told_on(
    metrics: Metrics, delivery: Delivery
) -> None:
    """Curators' notices hang on the same observer."""
    other, ending = RecordingObserver(), Ending(Status.SENT, "sent")

    await metrics.counting(other).ended(delivery, ending)

    labels = {"team": "T01", "kind": "digest", "status": "sent"}
    assert value(metrics, "deliveries_total", **labels) == 1
    assert other.endings == [ending]


async def test_what_was_sent_tells_how_long_it_took(
    metrics: Metrics, delivery: Delivery
) -> None:
    """From when it was due; what ended otherwise took no time at all."""
    observer = metrics.counting(RecordingObserver())

    await observer.ended(delivery, Ending(Status.SENT, "sent"))
    await observer.ended(delivery, Ending(Status.SKIPPED, "skipped: too late"))

    assert value(metrics, "delivery_seconds_sum", kind="digest") == 120
    assert value(metrics, "delivery_seconds_count", kind="digest") == 1


async def test_a_part_resent_unverified_is_counted(
    metrics: Metrics, delivery: Delivery
) -> None:
    """An operator who chose never-lost sees how often it may have been twice."""
    other = RecordingObserver()

    await metrics.counting(other).resent_unverified(delivery)

    assert value(metrics, "resent_unverified_total") == 1
    assert other.unverified == [delivery]


def test_an_answer_is_counted_by_what_it_came_to(metrics: Metrics) -> None:
    """The kinds of reply are the outcomes."""
    page = Page(PageKind.SECTION, "harbour", "storm")
    metrics.answered("message", LateAnswer("When?", MORNING.date(), page))

    labels = {"asked_by": "message", "outcome": "late_answer"}
    assert value(metrics, "answers_total", **labels) == 1


def test_a_call_that_slack_puts_off_is_counted_with_its_method(
    metrics: Metrics,
) -> None:
    """Any other address, such as that of a reply, has no method."""
    metrics.slack_call("/api/chat.postMessage", 0.2, "200")
    metrics.slack_call("/api/chat.postMessage", 0.1, "429")
    metrics.slack_call("/commands/T01/123/secret", 0.1, "500")

    calls = {"method": "chat.postMessage"}
    assert value(metrics, "slack_call_seconds_count", **calls) == 2
    assert value(metrics, "slack_failed_calls_total", **calls, status="429") == 1
    assert b"secret" not in metrics.page()


def test_what_waits_is_told_by_workspace(metrics: Metrics) -> None:
    """One that has nothing more to wait for falls to nothing, and does not vanish."""
    here, there = Installation("T01"), Installation("T02")
    metrics.database_answered(
        [
            Backlog(here, due=3, oldest_due_at=MORNING, unclear=1),
            Backlog(there, due=1, oldest_due_at=LATER),
        ],
        corrections=2,
    )
    metrics.database_answered(
        [Backlog(here, due=2, oldest_due_at=MORNING)], corrections=0
    )

    assert value(metrics, "outbox_due", team="T01") == 2
    assert value(metrics, "outbox_oldest_due_seconds", team="T01") == 120
    assert value(metrics, "outbox_unclear", team="T01") == 0
    assert value(metrics, "outbox_due", team="T02") == 0
    assert value(metrics, "corrections_waiting") == 0
    assert value(metrics, "database_up") == 1


def test_of_an_outbox_that_cannot_be_asked_nothing_is_told(metrics: Metrics) -> None:
    """The last numbers would look as if all stood still."""
    metrics.database_answered([Backlog(Installation("T01"), due=3)], corrections=1)

    metrics.database_away()

    assert value(metrics, "outbox_due", team="T01") is None
    assert value(metrics, "database_up") == 0


def test_hundreds_of_workspaces_share_a_label(metrics: Metrics) -> None:
    """Every label is a series that somebody has to keep."""
    metrics.database_answered(
        [Backlog(Installation(f"T{n}"), due=1) for n in range(TEAMS + 3)],
        corrections=0,
    )

    assert value(metrics, "outbox_due", team="T0") == 1
    assert value(metrics, "outbox_due", team="other") == 3
