"""Where Slack lets history be read once a minute: a page, and a minute for others."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.block_kit.part import Part
from bot.db.database_state import mark_restored
from bot.db.tables import deliveries
from bot.errors import DeliveryError
from bot.outbox.model import DeliveryId, DeliveryMark
from bot.outbox.pacing import SLOW_INTERVAL_S, Pacing
from tests.fakes import MORNING, Once, RecordingMessenger, StoppedClock
from tests.outbox import (
    HERE,
    TIMING,
    UNLIMITED,
    Replica,
    make_delivery,
    no_pause,
    open_replica,
)

TO_LOOK_UP = TIMING.lease + TIMING.settle + timedelta(seconds=1)
A_MINUTE = timedelta(seconds=SLOW_INTERVAL_S)
DROPPED = DeliveryError("the connection dropped", ambiguous=True)
OTHERS = DeliveryMark(DeliveryId("others"), 0)


class OnceAMinute:
    """Slack's answer to whoever reads history more often."""

    def __init__(self, clock: StoppedClock) -> None:
        self._clock = clock
        self._read_at = MORNING - timedelta(days=1)
        self.refused = 0

    def __call__(self) -> None:
        left = self._read_at + A_MINUTE - self._clock.now()
        if left > timedelta():
            self.refused += 1
            after_s = left.total_seconds()
            raise DeliveryError("Slack asks to slow down.", retry_after_s=after_s)
        self._read_at = self._clock.now()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def messenger(clock: StoppedClock) -> RecordingMessenger:
    return RecordingMessenger(clock, page=2, reading=OnceAMinute(clock))


@pytest.fixture
async def replica(
    database_url: str, messenger: RecordingMessenger, clock: StoppedClock
) -> AsyncIterator[Replica]:
    """A replica that has found out how slow history is."""
    pacing = Pacing(UNLIMITED, time=lambda: clock.now().timestamp(), pause=no_pause)
    async with open_replica(database_url, messenger, pacing=pacing) as replica:
        await replica.work()
        yield replica


async def say(messenger: RecordingMessenger, channel_id: str, times: int) -> None:
    """Let others write into a channel."""
    for _ in range(times):
        await messenger.post(HERE, channel_id, Part("What else?"), mark=OTHERS)


async def minutes(replica: Replica, clock: StoppedClock, count: int) -> None:
    for _ in range(count):
        clock.move(A_MINUTE)
        await replica.work()


async def test_a_message_is_looked_for_first_where_it_should_be(
    replica: Replica, clock: StoppedClock
) -> None:
    """Few others stand there, so that one page is hardly ever too short."""
    replica.messenger.after = Once(DROPPED)
    await replica.store.plan([make_delivery()])
    await replica.work()
    clock.move(timedelta(seconds=30))
    await say(replica.messenger, "C1", 5)

    clock.move(TO_LOOK_UP)
    await replica.work()

    assert replica.reasons == ["sent"]
    assert replica.messenger.windows == [timedelta(seconds=30)]


async def test_a_further_page_is_read_a_minute_later_from_its_place(
    replica: Replica, clock: StoppedClock
) -> None:
    """The row is in nobody's hands meanwhile, and no page is read twice."""
    replica.messenger.after = Once(DROPPED)
    await replica.store.plan([make_delivery()])
    await replica.work()
    await say(replica.messenger, "C1", 5)
    clock.move(TO_LOOK_UP)
    await replica.work()
    pages = len(replica.messenger.looked_up)
    next_due = await replica.steps.next_due()

    await minutes(replica, clock, 2)

    assert next_due == clock.now() - A_MINUTE
    assert replica.reasons == ["sent"]
    assert [pages, len(replica.messenger.looked_up)] == [2, 4]
    assert sum(message.mark != OTHERS for message in replica.messenger.messages) == 1


async def test_a_place_survives_a_restart(
    database_url: str, replica: Replica, clock: StoppedClock
) -> None:
    """It is kept in the row: another process goes on with the next page."""
    replica.messenger.after = Once(DROPPED)
    await replica.store.plan([make_delivery()])
    await replica.work()
    await say(replica.messenger, "C1", 3)
    clock.move(TO_LOOK_UP)
    await replica.work()
    clock.move(A_MINUTE)
    replica.messenger.looked_up.clear()

    async with open_replica(database_url, replica.messenger) as another:
        await another.work()

        assert another.reasons == ["sent"]
        assert len(replica.messenger.looked_up) == 1


async def test_a_place_that_means_nothing_any_more_is_left(
    replica: Replica, clock: StoppedClock
) -> None:
    """A row of which nobody knows where its look was begins anew."""
    replica.messenger.before = Once(DROPPED)
    await replica.store.plan([make_delivery()])
    await replica.work()
    stale = update(deliveries).values(look_up_place="1 999")
    await replica.context.database.write(lambda c: c.execute(stale))

    clock.move(TO_LOOK_UP)
    await replica.work()
    await minutes(replica, clock, 3)

    assert replica.messenger.texts == ["Good morning."]


async def test_twenty_unclear_rows_ask_once_a_minute(
    replica: Replica, clock: StoppedClock, messenger: RecordingMessenger
) -> None:
    """Once Slack has said how slow it is, nobody asks in vain."""
    messenger.after = lambda: DROPPED
    await replica.store.plan([make_delivery(f"C{n:02}") for n in range(20)])
    await replica.work()
    clock.move(TO_LOOK_UP)
    await replica.work()
    pace = messenger.reading
    assert isinstance(pace, OnceAMinute)
    refused_at_first = pace.refused

    await minutes(replica, clock, 9)

    assert refused_at_first <= 19
    assert pace.refused == refused_at_first
    assert replica.reasons == ["sent"] * 10


async def test_after_a_restore_one_page_is_read_before_a_late_first_send(
    replica: Replica, clock: StoppedClock
) -> None:
    """It is a precaution: page after page would keep everybody waiting for hours."""
    await say(replica.messenger, "C1", 9)
    clock.move(timedelta(hours=1))
    await replica.context.database.write(lambda c: mark_restored(c, now=clock.now()))
    await replica.store.plan([make_delivery(due_at=MORNING), make_delivery("C2")])
    await replica.work()
    clock.move(A_MINUTE)

    await replica.work()
    await minutes(replica, clock, 2)

    assert replica.reasons == ["sent late"] * 2
    assert len(replica.messenger.looked_up) <= 4


async def test_late_digests_are_not_looked_for_where_nothing_was_restored(
    replica: Replica, clock: StoppedClock
) -> None:
    """After an outage hundreds are late, and history says nothing about them."""
    clock.move(timedelta(hours=1))
    await replica.store.plan([make_delivery(f"C{n:03}") for n in range(300)])

    await replica.work()

    assert replica.reasons == ["sent late"] * 300
    assert replica.messenger.looked_up == []
