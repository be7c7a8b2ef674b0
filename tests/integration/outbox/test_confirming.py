"""Two messages for one part, and a POST that would begin too late."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.block_kit.part import Part
from bot.db.database import Database
from bot.errors import DeliveryError, FailureClass
from bot.outbox.confirm import TRIES_TO_DELETE, Confirmation, Ok, confirm
from bot.outbox.model import SENT, Delivery, DeliveryMark, PostedMessage
from bot.outbox.send import begin_first_parts
from tests.fakes import RecordingMessenger, StoppedClock
from tests.integration.outbox.outbox_steps import TO_LOOK_UP, begin_one, ok
from tests.outbox import HERE, TIMING, OutboxSteps, Replica, make_delivery, open_replica


@pytest.fixture
async def replica(database_url: str, clock: StoppedClock) -> AsyncIterator[Replica]:
    async with open_replica(database_url, RecordingMessenger(clock)) as replica:
        yield replica


async def begin_twice(
    steps: OutboxSteps, clock: StoppedClock
) -> tuple[Delivery, Delivery]:
    """Begin the default delivery, lose it, and begin it anew; return both attempts."""
    lost = await begin_one(steps)
    clock.move(TO_LOOK_UP)
    (holder,) = await steps.acquire_unclear(10)
    await steps.release(holder, retry_at=clock.now(), failed=False)
    (holder,) = await steps.acquire(HERE, 10)
    await steps.begin(holder, 0)
    return lost, holder


async def post(replica: Replica, delivery: Delivery) -> PostedMessage:
    """Post the delivery's first part."""
    mark, part = DeliveryMark(delivery.id, 0), Part("Good morning.")
    return await replica.messenger.post(HERE, delivery.destination, part, mark=mark)


async def test_whoever_is_second_with_a_part_deletes_its_own_message(
    replica: Replica, clock: StoppedClock
) -> None:
    """The first message stored for a part is the one that readers keep."""
    lost, holder = await begin_twice(replica.steps, clock)
    first, second = await post(replica, lost), await post(replica, holder)
    assert await replica.steps.confirm(Ok(lost, 0, first, SENT, TIMING)) == "elsewhere"

    is_still_ours = await confirm(replica.context, Ok(holder, 0, second, SENT, TIMING))

    assert not is_still_ours
    assert [message.ts for message in replica.messenger.messages] == [first.ts]


async def test_of_two_answers_that_come_together_one_is_doubled(
    replica: Replica, clock: StoppedClock
) -> None:
    """They are stored by one transaction, and neither finds the other before it."""
    lost, holder = await begin_twice(replica.steps, clock)

    confirmed = await asyncio.gather(
        replica.steps.confirm(ok(lost, "7.0")),
        replica.steps.confirm(ok(holder, "8.0")),
    )

    assert [*confirmed] == [Confirmation.ELSEWHERE, Confirmation.DOUBLED]


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        pytest.param(
            DeliveryError("cannot", permanent=FailureClass.CONTENT), 1, id="for-good"
        ),
        pytest.param(DeliveryError("ratelimited"), TRIES_TO_DELETE, id="passing"),
    ],
)
async def test_a_second_message_that_cannot_be_deleted_holds_nobody_up(
    replica: Replica, clock: StoppedClock, error: DeliveryError, tries: int
) -> None:
    """It is tried again while that may help, and no longer."""
    lost, holder = await begin_twice(replica.steps, clock)
    first, second = await post(replica, lost), await post(replica, holder)
    await replica.steps.confirm(Ok(lost, 0, first, SENT, TIMING))
    replica.messenger.deleting = [error] * 99

    await confirm(replica.context, Ok(holder, 0, second, SENT, TIMING))

    assert len(replica.messenger.deleting) == 99 - tries
    assert len(replica.messenger.messages) == 2


@dataclass
class SleepyDatabase:
    """A database after whose commit of `sending` the process sleeps, the first time."""

    real: Database
    clock: StoppedClock
    sleeps: timedelta

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def write_together(self, work: Any, ask: Any) -> Any:
        answer = await self.real.write_together(work, ask)
        if work is begin_first_parts:
            self.clock.move(self.sleeps)
            self.sleeps = timedelta()
        return answer


async def test_a_process_that_slept_after_its_commit_does_not_post(
    database_url: str, clock: StoppedClock
) -> None:
    """Its lease is nearly over: another may look the message up, and send it again."""
    messenger = RecordingMessenger(clock)
    sleeps = TIMING.lease - TIMING.least_lease_to_post + timedelta(seconds=1)

    def sleepy(real: Database) -> Database:
        return cast("Database", SleepyDatabase(real, clock, sleeps))

    async with open_replica(database_url, messenger, database_used=sleepy) as replica:
        await replica.store.plan([make_delivery()])

        await replica.worker.take()
        await replica.worker.drain()
        assert messenger.messages == []

        await replica.work()
        assert messenger.texts == ["Good morning."]
