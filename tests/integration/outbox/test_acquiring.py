"""The contract of `DeliveryStore` on acquiring: lanes, leases and look-ups."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.installation import Installation
from bot.outbox.model import SENT, Delivery, DeliveryKind, Frozen, Status
from bot.outbox.store import DeliveryStore
from tests.fakes import MORNING, StoppedClock
from tests.integration.outbox.outbox_steps import (
    EARLY,
    PAST_LEASE,
    TO_LOOK_UP,
    acquire_one,
    begin_one,
    ok,
)
from tests.outbox import HERE, TIMING, composed, make_delivery, open_store

ELSEWHERE = Installation("T02")

Step = Callable[[DeliveryStore, Delivery], Awaitable[object]]
STEPS: dict[str, Step] = {
    "freeze": lambda store, row: store.freeze(row, composed()),
    "begin": lambda store, row: store.begin(row, 0),
    "end": lambda store, row: store.end(row, SENT),
    "release": lambda store, row: store.release(row, retry_at=MORNING, failed=False),
}


class TestLanes:
    async def test_one_row_of_a_lane_is_acquired_the_earliest_first(
        self, store: DeliveryStore
    ) -> None:
        """A channel reads its messages in the order in which they were due."""
        earlier = make_delivery(occurrence="earlier", due_at=EARLY)
        await store.plan([make_delivery(), earlier])

        (delivery,) = await store.acquire(HERE, 10)

        assert delivery.key.occurrence == "earlier"
        assert await store.acquire(HERE, 10) == ()

    async def test_the_next_row_follows_when_the_first_has_ended(
        self, store: DeliveryStore
    ) -> None:
        """A lane goes on as soon as its head is out of the way."""
        first = await begin_one(store)
        await store.plan([make_delivery(occurrence="later")])

        assert await store.acquire(HERE, 10) == ()
        await store.settle(ok(first))
        (second,) = await store.acquire(HERE, 10)

        assert second.key.occurrence == "later"

    async def test_a_row_is_not_acquired_before_it_is_due(
        self, store: DeliveryStore, clock: StoppedClock
    ) -> None:
        """What is planned ahead waits."""
        await store.plan([make_delivery(due_at=MORNING + timedelta(hours=1))])

        assert await store.acquire(HERE, 10) == ()
        assert await store.next_due() == MORNING + timedelta(hours=1)
        clock.move(timedelta(hours=1))
        assert len(await store.acquire(HERE, 10)) == 1

    @pytest.mark.parametrize(
        ("waiting", "follower", "wait_s", "passes"),
        [
            pytest.param("digest", "answer", 90, True, id="answer passes long wait"),
            pytest.param("digest", "answer", 30, False, id="but not a short one"),
            pytest.param("digest", "digest", 90, False, id="nor one of its own kind"),
            pytest.param("answer", "digest", 90, False, id="answers keep their place"),
        ],
    )
    async def test_a_row_that_waits_long_lets_other_kinds_pass(
        self,
        store: DeliveryStore,
        waiting: str,
        follower: str,
        wait_s: int,
        passes: bool,
    ) -> None:
        """A digest that Slack put off for minutes does not hold up an answer."""
        head = await acquire_one(store, waiting)
        retry_at = MORNING + timedelta(seconds=wait_s)
        await store.release(head, retry_at=retry_at, failed=True)
        await store.plan([make_delivery(kind=DeliveryKind(follower), subject="other")])

        assert bool(await store.acquire(HERE, 10)) is passes

    async def test_a_message_begun_is_never_passed(self, store: DeliveryStore) -> None:
        """Nothing comes between the parts of one message."""
        head = await begin_one(store)
        await store.settle(ok(head, last=False))
        await store.release(head, retry_at=MORNING + timedelta(minutes=5), failed=True)
        await store.plan([make_delivery(kind=DeliveryKind.ANSWER, subject="other")])

        assert await store.acquire(HERE, 10) == ()

    async def test_workspaces_with_rows_are_listed_once_each(
        self, store: DeliveryStore
    ) -> None:
        """The worker takes turns between those that have something to send."""
        there = [make_delivery(c, installation=ELSEWHERE) for c in ("C1", "C2")]
        await store.plan([make_delivery(), *there])

        assert await store.installations_waiting() == (HERE, ELSEWHERE)
        assert len(await store.acquire(ELSEWHERE, 10)) == 2


class TestLeases:
    async def test_second_worker_finds_nothing_to_acquire(
        self, store: DeliveryStore, database_url: str, clock: StoppedClock
    ) -> None:
        """A row has one holder."""
        await acquire_one(store)

        async with open_store(database_url, clock) as other:
            assert await other.acquire(HERE, 10) == ()
            assert await other.release_expired() == 0

    async def test_acquired_row_is_planned_again_when_its_lease_ran_out(
        self, store: DeliveryStore, clock: StoppedClock
    ) -> None:
        """Nothing was sent, so nothing needs to be looked up."""
        lost = await acquire_one(store)
        clock.move(PAST_LEASE)

        assert await store.release_expired() == 1
        (delivery,) = await store.acquire(HERE, 10)

        assert delivery.attempt == lost.attempt + 1

    @pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
    async def test_a_holder_whose_row_was_taken_changes_nothing(
        self, store: DeliveryStore, clock: StoppedClock, step: Step
    ) -> None:
        """Every update says which attempt it believes the row to be at."""
        lost = await acquire_one(store)
        clock.move(PAST_LEASE)
        await store.release_expired()
        await store.acquire(HERE, 10)

        assert await step(store, lost) in (False, Frozen.LOST)

    async def test_a_post_is_not_begun_at_the_end_of_a_lease(
        self, store: DeliveryStore, clock: StoppedClock
    ) -> None:
        """A POST and its record must fit into what is left."""
        delivery = await acquire_one(store)
        clock.move(TIMING.lease - TIMING.least_lease_to_post + timedelta(seconds=1))

        assert await store.begin(delivery, 0) is False

    async def test_a_failed_release_counts_towards_the_back_off(
        self, store: DeliveryStore
    ) -> None:
        """Waiting one's turn is no failure, an error is."""
        delivery = await acquire_one(store)
        await store.release(delivery, retry_at=MORNING, failed=True)
        (delivery,) = await store.acquire(HERE, 10)
        await store.release(delivery, retry_at=MORNING, failed=False)
        (delivery,) = await store.acquire(HERE, 10)

        assert delivery.failures == 1


class TestLookUps:
    async def test_unclear_row_is_left_alone_until_it_must_be_visible(
        self, store: DeliveryStore, clock: StoppedClock
    ) -> None:
        """A look-up too early would miss a message that is stored late."""
        await begin_one(store)
        clock.move(TIMING.lease)

        assert await store.acquire_unclear(10) == ()
        assert await store.release_expired() == 0
        clock.move(TIMING.settle)
        (unclear,) = await store.acquire_unclear(10)

        assert unclear.status is Status.SENDING
        assert unclear.sending_at == MORNING

    async def test_deferred_look_up_comes_back_and_is_counted(
        self, store: DeliveryStore, clock: StoppedClock
    ) -> None:
        """A part is sent again only after it was looked for twice."""
        await begin_one(store)
        clock.move(TO_LOOK_UP)
        (unclear,) = await store.acquire_unclear(10)
        later = clock.now() + TIMING.settle

        assert await store.defer_lookup(unclear, look_up_at=later, counted=True)
        assert await store.acquire_unclear(10) == ()
        clock.move(TIMING.settle)
        (again,) = await store.acquire_unclear(10)

        assert again.lookups == 1
