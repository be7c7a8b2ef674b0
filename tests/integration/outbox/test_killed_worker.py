"""A worker that dies at any moment: every message is there once in the end."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from bot.db.database import Database
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.interfaces import Messenger
from bot.outbox.model import Status
from tests.fakes import RecordingMessenger, StoppedClock
from tests.outbox import TIMING, Replica, make_delivery, open_replica

PARTS = ("Lead.", "Topic.", "Sources.")
UNTIL_FOUND = TIMING.lease + TIMING.settle + timedelta(seconds=1)


class Killed(BaseException):
    """The process is gone: no handler of ours runs, as none would."""


@dataclass
class Life:
    """Ends at the given step; each way out has a step before it and one after."""

    ends_at: int
    steps: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.ends_at:
            raise Killed

    @property
    def was_cut_short(self) -> bool:
        return self.steps > self.ends_at


@dataclass
class Mortal:
    """A way out of a process with a life."""

    means: Any
    life: Life

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.means, name)
        if name in ("now", "clock", "elapsed_s"):
            return member
        return self._mortal(member)

    def _mortal(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def step_by_step(*args: Any, **options: Any) -> Any:
            self.life.step()
            result = await call(*args, **options)
            self.life.step()
            return result

        return step_by_step


async def live(url: str, messenger: RecordingMessenger, life: Life) -> None:
    """Work until the process is killed, or until nothing is left to do."""
    async with open_replica(
        url,
        messenger,
        database_used=lambda database: cast("Database", Mortal(database, life)),
        messenger_used=cast("Messenger", Mortal(messenger, life)),
    ) as replica:
        replica.composer.parts = PARTS
        try:
            await replica.work()
        except Killed:
            return


async def recover(replica: Replica, clock: StoppedClock) -> None:
    """Work on until whatever was unclear has been looked up twice."""
    for _ in range(4):
        await replica.work()
        clock.move(UNTIL_FOUND)


async def test_killed_at_any_step_a_delivery_is_there_once_and_whole(
    database_url: str,
) -> None:
    """Before and after every call of a delivery of three parts, one life for each."""
    clock = StoppedClock()
    messenger = RecordingMessenger(clock)
    async with open_replica(database_url, messenger) as survivor:
        survivor.composer.parts = PARTS
        for step in itertools.count():
            channel_id, due_at = f"C{step}", clock.now()
            await survivor.store.plan([make_delivery(channel_id, due_at=due_at)])
            life = Life(step)
            await live(database_url, messenger, life)
            await recover(survivor, clock)

            posted = [m for m in messenger.messages if m.channel_id == channel_id]
            assert [m.text for m in posted] == [*PARTS], f"killed at step {step}"
            assert {m.thread_ts for m in posted[1:]} == {posted[0].ts}
            if not life.was_cut_short:
                break

        records = await DeliveryHistory(survivor.store.database).records(limit=999)

    assert step >= 30
    assert {record.status for record in records} == {Status.SENT}
