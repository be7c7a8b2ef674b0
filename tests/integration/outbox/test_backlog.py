"""What waits in the outbox, counted in both kinds of database."""

from datetime import timedelta

from bot.errors import DeliveryError
from bot.installation import Installation
from bot.outbox.backlog import Backlog, backlogs
from tests.fakes import MORNING, Once, RecordingMessenger, StoppedClock
from tests.outbox import HERE, TIMING, make_delivery, open_replica

THERE = Installation("T02", "E01")


async def test_what_is_due_and_what_is_unclear_is_counted_by_workspace(
    database_url: str,
) -> None:
    """What is due later, under way or over waits for nobody."""
    clock = StoppedClock()
    messenger = RecordingMessenger(clock)
    messenger.after = Once(DeliveryError("the connection broke", ambiguous=True))
    async with open_replica(database_url, messenger) as replica:
        await replica.store.plan([make_delivery("C1"), make_delivery("C2")])
        await replica.work()
        clock.move(TIMING.lease)
        now = clock.now()
        await replica.store.plan(
            [
                make_delivery("C3", due_at=MORNING + timedelta(seconds=30)),
                make_delivery("C4", due_at=now),
                make_delivery("C5", due_at=now + timedelta(hours=1)),
                make_delivery("C6", due_at=now, installation=THERE),
            ]
        )

        found = await replica.context.database.read(lambda c: backlogs(c, now=now))

    assert list(found) == [
        Backlog(HERE, due=2, oldest_due_at=MORNING + timedelta(seconds=30), unclear=1),
        Backlog(THERE, due=1, oldest_due_at=now),
    ]
