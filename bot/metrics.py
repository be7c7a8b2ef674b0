"""What an operator can count: deliveries by kind and ending, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter

from bot.outbox.interfaces import DeliveryObserver
from bot.outbox.model import Delivery, Ending


class Metrics:
    """The counters of one bot, in a registry of its own so that tests can have two."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = Counter(
            "briefing_bot_deliveries",
            "Deliveries that ended, by kind and ending.",
            ["kind", "status"],
            registry=self.registry,
        )
        self._unverified = Counter(
            "briefing_bot_resent_unverified",
            "Parts sent again where nobody can tell whether they arrived.",
            registry=self.registry,
        )
        self._mended = Counter(
            "briefing_bot_watermarks_mended",
            "Schedules that were planned into the future when the clock was set back.",
            registry=self.registry,
        )

    def count_mended(self, watermarks: int) -> None:
        """Count watermarks in the future, which show that a clock was set back."""
        self._mended.inc(watermarks)

    def counting(self, other: DeliveryObserver) -> DeliveryObserver:
        """Return an observer that counts, and passes on to another one."""
        return _CountingObserver(self, other)

    def count(self, delivery: Delivery, ending: Ending) -> None:
        """Count an ending."""
        kind, status = delivery.key.kind.value, ending.status.value
        self._deliveries.labels(kind, status).inc()

    def count_unverified(self) -> None:
        """Count a part that may stand in a channel twice."""
        self._unverified.inc()


class _CountingObserver:
    def __init__(self, metrics: Metrics, other: DeliveryObserver) -> None:
        self._metrics = metrics
        self._other = other

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        self._metrics.count(delivery, ending)
        await self._other.ended(delivery, ending)

    async def resent_unverified(self, delivery: Delivery) -> None:
        self._metrics.count_unverified()
        await self._other.resent_unverified(delivery)
