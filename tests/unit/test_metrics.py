"""Metrics: every ending is counted once, and passed on."""

import pytest

from bot.metrics import Metrics
from bot.outbox.model import Delivery, Ending, Status
from tests.fakes import RecordingObserver
from tests.outbox import delivery_in_hand


@pytest.fixture
def delivery() -> Delivery:
    return delivery_in_hand()


async def test_an_ending_is_counted_and_told_on(delivery: Delivery) -> None:
    """Curators' notices hang on the same observer."""
    metrics, other = Metrics(), RecordingObserver()
    ending = Ending(Status.SENT, "sent")

    await metrics.counting(other).ended(delivery, ending)

    labels = {"kind": delivery.key.kind.value, "status": "sent"}
    count = metrics.registry.get_sample_value("briefing_bot_deliveries_total", labels)
    assert (count, other.endings) == (1, [ending])


async def test_a_part_resent_unverified_is_counted(delivery: Delivery) -> None:
    """An operator who chose never-lost sees how often it may have been twice."""
    metrics, other = Metrics(), RecordingObserver()

    await metrics.counting(other).resent_unverified(delivery)

    count = metrics.registry.get_sample_value("briefing_bot_resent_unverified_total")
    assert (count, other.unverified) == (1, [delivery])
