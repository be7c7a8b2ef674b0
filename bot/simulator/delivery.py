"""What Slack sends to the app: in which envelope, for how long, and how often."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from bot.simulator.clock import Clock
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json

SLACK_WAITS_S = 3.0
"""How soon Slack wants an acknowledgement, and a trigger used."""
# The first retry comes "nearly immediately", the others after a minute and after five.
RETRIES_S: tuple[float, ...] = (0.5, 60.0, 300.0)


class EnvelopeType(StrEnum):
    """Socket Mode's words."""

    EVENT = "events_api"
    INTERACTION = "interactive"
    COMMAND = "slash_commands"


@dataclass(frozen=True, slots=True)
class Envelope:
    """One payload on its way; `attempt` counts the retries of an event from 1."""

    type: EnvelopeType
    payload: Json
    attempt: int = 0
    reason: str = ""


class NoAck(Exception):
    """The app did not take an envelope, for one of Slack's retry reasons."""

    def __init__(self, reason: str, *, may_retry: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_retry = may_retry


class Transport(Protocol):
    """One of the two ways to the app."""

    async def send(self, envelope: Envelope) -> Json:
        """Return what came with the acknowledgement, `{}` for nothing.

        NoAck after three seconds without one.
        """
        ...


class Delivery:
    """Sends events with retries, and everything else once.

    `retries_s` are the waits before an event is sent again; `given_up` are the events
    that were not taken after the last of them.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self.transport = transport
        self.retries_s = RETRIES_S
        self.given_up: list[Json] = []
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, type: EnvelopeType, payload: Json) -> Json:
        """Send a command or an interaction; raise what its author is shown."""
        try:
            return await self.transport.send(Envelope(type, payload))
        except NoAck as silence:
            is_timeout = "timeout" in silence.reason
            error = "operation_timeout" if is_timeout else "dispatch_failed"
            raise SlackError(error) from silence

    def send_event(self, payload: Json) -> None:
        """Send an event in the background, retrying as Slack does."""
        self._keep(self._send_event(Envelope(EnvelopeType.EVENT, payload)))

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_event(self, envelope: Envelope) -> None:
        for wait_s in (*self.retries_s, None):
            try:
                await self.transport.send(envelope)
                return
            except NoAck as silence:
                if wait_s is None or not silence.may_retry:
                    self.given_up.append(envelope.payload)
                    return
                reason = silence.reason
            await self._clock.sleep(wait_s)
            envelope = replace(envelope, attempt=envelope.attempt + 1, reason=reason)

    @property
    def under_way(self) -> int:
        """How many events are neither acknowledged nor given up."""
        return len(self._tasks)

    async def idle(self) -> None:
        """Wait until every event is acknowledged, or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
