"""How often an event is sent, and what an unanswered act looks like."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.simulator.delivery import Delivery, Envelope, EnvelopeType, NoAck
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json
from tests.patience import PATIENCE_S


class DeafApp:
    """A transport that refuses everything, and remembers it."""

    def __init__(self, *, may_retry: bool = True, attempts: int = 4) -> None:
        self.seen: list[Envelope] = []
        self.given_up = asyncio.Event()
        self._may_retry = may_retry
        self._attempts = attempts

    async def send(self, envelope: Envelope) -> Json:
        self.seen.append(envelope)
        if len(self.seen) == self._attempts:
            self.given_up.set()
        raise NoAck("http_timeout", may_retry=self._may_retry)


class HastyClock:
    """A clock that sleeps no longer than it takes to write down how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def test_an_event_is_tried_four_times() -> None:
    """At once, nearly at once again, after a minute, and after five."""
    app, clock = DeafApp(), HastyClock()
    delivery = Delivery(app, clock)

    delivery.send_event({"event_id": "Ev1"})
    await asyncio.wait_for(app.given_up.wait(), PATIENCE_S)

    assert clock.slept == [0.5, 60.0, 300.0]
    assert [each.attempt for each in app.seen] == [0, 1, 2, 3]
    assert [each.reason for each in app.seen[1:]] == ["http_timeout"] * 3


async def test_an_app_may_decline_retries() -> None:
    """`X-Slack-No-Retry` ends it."""
    app, clock = DeafApp(may_retry=False, attempts=1), HastyClock()
    delivery = Delivery(app, clock)

    delivery.send_event({"event_id": "Ev1"})
    await asyncio.wait_for(app.given_up.wait(), PATIENCE_S)
    await delivery.close()

    assert (len(app.seen), clock.slept) == (1, [])


async def test_a_command_is_tried_once() -> None:
    """What a person did is never sent twice."""
    app = DeafApp()

    with pytest.raises(SlackError, match="operation_timeout"):
        await Delivery(app, HastyClock()).ask(EnvelopeType.COMMAND, {})

    assert len(app.seen) == 1
