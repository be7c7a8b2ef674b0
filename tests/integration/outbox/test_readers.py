"""Who reads a post is asked at each POST: what they may no longer see is not posted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Column, select

from bot.audiences import KEPT
from bot.db.tables import deliveries, messages
from bot.errors import DeliveryError
from bot.outbox.confirm import Ok
from bot.outbox.delivery_context import Ready
from bot.outbox.freeze import withdraw
from bot.outbox.model import Composed, Delivery, Payload, PostedMessage
from tests.fakes import RecordingMessenger, StoppedClock
from tests.integration.outbox.outbox_steps import PAST_LEASE, TO_LOOK_UP
from tests.outbox import (
    HERE,
    TIMING,
    OutboxSteps,
    Replica,
    composed,
    make_delivery,
    open_replica,
)

REFUSED = DeliveryError("connection refused")
DROPPED = DeliveryError("the connection dropped", ambiguous=True)
UNKNOWN = DeliveryError("I couldn't check with Slack who will read this.")
CUT = (
    "failed: only the first 1 of 3 parts were posted: not everybody there may see the "
    "rest any more"
)


@pytest.fixture
async def replica(database_url: str, clock: StoppedClock) -> AsyncIterator[Replica]:
    async with open_replica(database_url, RecordingMessenger(clock)) as replica:
        yield replica


def fail(replica: Replica, *errors: DeliveryError | None) -> None:
    """Have the next requests fail, before Slack stores anything, where not None."""
    left = list(errors)
    replica.messenger.before = lambda: left.pop(0) if left else None


def narrow(replica: Replica, *withheld: str) -> None:
    """Have the readers see no more than "Less." from now on."""
    replica.composer.withheld = set(withheld)
    replica.composer.parts = ("Less.",)


async def test_what_waited_is_composed_anew_for_whoever_reads_it_now(
    replica: Replica, clock: StoppedClock
) -> None:
    """It was refused once, and the room was shared meanwhile."""
    replica.composer.parts = ("Secret.",)
    fail(replica, REFUSED)
    await replica.store.plan([make_delivery()])
    await replica.work()

    narrow(replica, "Secret.")
    clock.move(timedelta(seconds=8))
    await replica.work()

    assert replica.messenger.texts == ["Less."]
    assert replica.reasons == ["sent"]


async def test_an_edit_is_composed_anew_as_well(
    replica: Replica, clock: StoppedClock
) -> None:
    """Words that are written over a message are read like any others."""
    await replica.store.plan([make_delivery()])
    await replica.work()
    replica.composer.edit_ts = replica.messenger.messages[0].ts
    replica.composer.parts = ("Secret.",)
    fail(replica, REFUSED)
    await replica.store.plan([make_delivery(occurrence="next")])
    await replica.work()

    narrow(replica, "Secret.")
    clock.move(timedelta(seconds=8))
    await replica.work()

    assert replica.messenger.texts == ["Less."]


async def test_the_rest_is_cut_where_a_part_is_posted(
    replica: Replica, clock: StoppedClock
) -> None:
    """What stands there says what it said, and nothing is said of the rest."""
    replica.composer.parts = ("Lead.", "Secret.", "Sources.")
    fail(replica, None, REFUSED)
    await replica.store.plan([make_delivery()])
    await replica.work()

    narrow(replica, "Secret.")
    clock.move(timedelta(seconds=8))
    await replica.work()

    assert replica.messenger.texts == ["Lead."]
    assert replica.reasons == [CUT]


async def test_parts_that_may_be_seen_go_on_whatever_was_posted(
    replica: Replica, clock: StoppedClock
) -> None:
    """Only what is still to be posted counts."""
    replica.composer.parts = ("Secret.", "Topic.")
    fail(replica, None, REFUSED)
    await replica.store.plan([make_delivery()])
    await replica.work()

    narrow(replica, "Secret.")
    clock.move(timedelta(seconds=8))
    await replica.work()

    assert replica.messenger.texts == ["Secret.", "Topic."]


class TestUnclearOutcomes:
    async def test_a_part_that_is_found_counts_as_posted(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """It is looked up before anything is composed anew."""
        replica.composer.parts = ("Lead.", "Secret.", "Sources.")
        lost = [DROPPED]
        replica.messenger.after = lambda: lost.pop() if lost else None
        await replica.store.plan([make_delivery()])
        await replica.work()

        narrow(replica, "Secret.")
        clock.move(TO_LOOK_UP)
        await replica.work()

        assert replica.messenger.texts == ["Lead."]
        assert replica.reasons == [CUT]
        assert len(replica.composer.composed) == 1

    async def test_nothing_is_composed_anew_while_it_may_still_appear(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """Two look-ups must find nothing first, as before sending it again."""
        replica.composer.parts = ("Secret.",)
        fail(replica, DROPPED)
        await replica.store.plan([make_delivery()])
        await replica.work()

        narrow(replica, "Secret.")
        clock.move(TO_LOOK_UP)
        await replica.work()
        assert len(replica.composer.composed) == 1
        clock.move(TIMING.settle)
        await replica.work()

        assert replica.messenger.texts == ["Less."]
        assert len(replica.messenger.looked_up) == 3

    async def test_a_message_that_turns_up_late_keeps_what_it_was_posted_from(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """Its delivery was prepared again since: what is posted decides."""
        steps, secret = replica.steps, composed("Secret.", "Topic.").payload
        lost = await begin_one(steps, secret)
        clock.move(TO_LOOK_UP)
        (holder,) = await steps.acquire_unclear(1)
        await steps.release(holder, retry_at=clock.now(), failed=False)
        (holder,) = await steps.acquire(HERE, 1)
        await withdraw(replica.context, Ready(holder, secret))
        (holder,) = await steps.acquire(HERE, 1)
        await steps.freeze(holder, composed("Less."))

        message = PostedMessage(lost.destination, "1.0")
        await steps.confirm(Ok(lost, 0, message, None, TIMING))

        assert await found(replica, messages.c.payload_hash) == [secret.hash]
        assert await found(replica, deliveries.c.payload_hash) == [secret.hash]

    async def test_what_got_its_ok_meanwhile_is_not_prepared_again(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """The holder did not know of it yet: the next one will."""
        steps, secret = replica.steps, composed("Secret.", "Topic.").payload
        lost = await begin_one(steps, secret)
        clock.move(TO_LOOK_UP)
        (holder,) = await steps.acquire_unclear(1)
        await steps.release(holder, retry_at=clock.now(), failed=False)
        (holder,) = await steps.acquire(HERE, 1)
        message = PostedMessage(lost.destination, "1.0")
        await steps.confirm(Ok(lost, 0, message, None, TIMING))

        await withdraw(replica.context, Ready(holder, secret))

        assert await found(replica, deliveries.c.payload_hash) == [secret.hash]


async def test_every_message_names_the_payload_it_was_posted_from(
    replica: Replica,
) -> None:
    """Corrections look for the wordings that stand in it."""
    replica.composer.parts = ("Lead.", "Topic.")
    await replica.store.plan([make_delivery()])

    await replica.work()

    (hash,) = await found(replica, deliveries.c.payload_hash)
    assert await found(replica, messages.c.payload_hash) == [hash, hash]


@pytest.mark.parametrize(
    ("waited", "max_age"),
    [
        pytest.param(timedelta(seconds=8), KEPT, id="a-moment"),
        pytest.param(timedelta(seconds=31), timedelta(seconds=30), id="longer"),
    ],
)
async def test_a_room_is_asked_once_more_after_half_a_minute(
    replica: Replica, clock: StoppedClock, waited: timedelta, max_age: timedelta
) -> None:
    """Slack tells of some changes by no event, and of others late."""
    fail(replica, REFUSED)
    await replica.store.plan([make_delivery()])
    await replica.work()

    clock.move(waited)
    await replica.work()

    assert replica.composer.ages == [KEPT, max_age]
    assert replica.reasons == ["sent"]


async def test_a_row_whose_worker_is_gone_is_asked_once_more(
    replica: Replica, clock: StoppedClock
) -> None:
    """Nobody knows what was heard while nobody held it."""
    await replica.store.plan([make_delivery()])
    (delivery,) = await replica.steps.acquire(HERE, 1)
    await replica.steps.freeze(delivery, composed())

    clock.move(PAST_LEASE)
    await replica.work()

    assert replica.composer.ages == [timedelta(seconds=30)]


async def test_a_row_that_waits_for_facts_is_planned_and_holds_no_lease(
    replica: Replica, clock: StoppedClock
) -> None:
    """What cannot be known now is asked again, and posted when it is known."""
    replica.composer.unknown = UNKNOWN
    await replica.store.plan([make_delivery()])
    await replica.work()

    assert replica.messenger.texts == []
    assert await found(replica, deliveries.c.status) == ["planned"]
    replica.composer.unknown = None
    clock.move(timedelta(seconds=10))
    await replica.work()
    assert replica.messenger.texts == ["Good morning."]


async def test_what_is_never_known_ends_with_its_reason(
    replica: Replica, clock: StoppedClock
) -> None:
    """After its grace it is late, whatever it waited for."""
    replica.composer.unknown = UNKNOWN
    await replica.store.plan([make_delivery(grace=timedelta(seconds=5))])
    for _ in range(3):
        await replica.work()
        clock.move(timedelta(seconds=2))

    assert replica.reasons == [f"skipped: too late: {UNKNOWN}"]


async def test_an_event_heard_while_the_row_is_stored_stops_the_post(
    replica: Replica,
) -> None:
    """Between the last look at the room and the request nothing has changed."""
    replica.composer.heard_late = [True]
    await replica.store.plan([make_delivery()])

    await replica.work()

    assert len(replica.composer.ages) == 2
    assert replica.messenger.texts == ["Good morning."]
    assert await found(replica, deliveries.c.failures) == [0]


async def begin_one(steps: OutboxSteps, payload: Payload) -> Delivery:
    """Bring the default delivery to where this is about to be posted of it."""
    await steps.plan([make_delivery()])
    (delivery,) = await steps.acquire(HERE, 1)
    await steps.freeze(delivery, Composed(payload))
    await steps.begin(delivery, 0)
    return replace(delivery, payload_hash=payload.hash)


async def found(replica: Replica, column: Column[Any]) -> list[Any]:
    """Return what stands in a column, row by row."""
    database = replica.context.database
    return await database.read(lambda c: list(c.scalars(select(column))))
