"""The contract of the outbox's steps on acquiring: lanes, leases and look-ups."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.installation import Installation
from bot.outbox.freeze import FreezeResult
from bot.outbox.model import SENT, Delivery, DeliveryKind, Status
from tests.fakes import MORNING, StoppedClock
from tests.integration.outbox.outbox_steps import (
    EARLY,
    PAST_LEASE,
    TO_LOOK_UP,
    acquire_one,
    begin_one,
    ok,
)
from tests.outbox import HERE, TIMING, OutboxSteps, composed, make_delivery, open_steps

ELSEWHERE = Installation("T02")

Step = Callable[[OutboxSteps, Delivery], Awaitable[object]]
STEPS: dict[str, Step] = {
    "freeze": lambda steps, row: steps.freeze(row, composed()),
    "begin": lambda steps, row: steps.begin(row, 0),
    "end": lambda steps, row: steps.end(row, SENT),
    "release": lambda steps, row: steps.release(row, retry_at=MORNING, failed=False),
}


class TestLanes:
    async def test_one_row_of_a_lane_is_acquired_the_earliest_first(
        self, steps: OutboxSteps
    ) -> None:
        """A channel reads its messages in the order in which they were due."""
        earlier = make_delivery(occurrence="earlier", due_at=EARLY)
        await steps.plan([make_delivery(), earlier])

        (delivery,) = await steps.acquire(HERE, 10)

        assert delivery.key.occurrence == "earlier"
        assert await steps.acquire(HERE, 10) == ()

    async def test_the_next_row_follows_when_the_first_has_ended(
        self, steps: OutboxSteps
    ) -> None:
        """A lane goes on as soon as its head is out of the way."""
        first = await begin_one(steps)
        await steps.plan([make_delivery(occurrence="later")])

        assert await steps.acquire(HERE, 10) == ()
        await steps.confirm(ok(first))
        (second,) = await steps.acquire(HERE, 10)

        assert second.key.occurrence == "later"

    async def test_a_row_is_not_acquired_before_it_is_due(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """What is planned ahead waits."""
        await steps.plan([make_delivery(due_at=MORNING + timedelta(hours=1))])

        assert await steps.acquire(HERE, 10) == ()
        assert await steps.next_due() == MORNING + timedelta(hours=1)
        clock.move(timedelta(hours=1))
        assert len(await steps.acquire(HERE, 10)) == 1

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
        steps: OutboxSteps,
        waiting: str,
        follower: str,
        wait_s: int,
        passes: bool,
    ) -> None:
        """A digest that Slack put off for minutes does not hold up an answer."""
        head = await acquire_one(steps, waiting)
        retry_at = MORNING + timedelta(seconds=wait_s)
        await steps.release(head, retry_at=retry_at, failed=True)
        await steps.plan([make_delivery(kind=DeliveryKind(follower), subject="other")])

        assert bool(await steps.acquire(HERE, 10)) is passes

    async def test_a_message_begun_is_never_passed(self, steps: OutboxSteps) -> None:
        """Nothing comes between the parts of one message."""
        head = await begin_one(steps)
        await steps.confirm(ok(head, last=False))
        await steps.release(head, retry_at=MORNING + timedelta(minutes=5), failed=True)
        await steps.plan([make_delivery(kind=DeliveryKind.ANSWER, subject="other")])

        assert await steps.acquire(HERE, 10) == ()

    async def test_workspaces_with_rows_are_listed_once_each(
        self, steps: OutboxSteps
    ) -> None:
        """The worker takes turns between those that have something to send."""
        there = [make_delivery(c, installation=ELSEWHERE) for c in ("C1", "C2")]
        await steps.plan([make_delivery(), *there])

        assert await steps.installations_waiting() == (HERE, ELSEWHERE)
        assert len(await steps.acquire(ELSEWHERE, 10)) == 2


class TestLeases:
    async def test_second_worker_finds_nothing_to_acquire(
        self, steps: OutboxSteps, database_url: str, clock: StoppedClock
    ) -> None:
        """A row has one holder."""
        await acquire_one(steps)

        async with open_steps(database_url, clock) as other:
            assert await other.acquire(HERE, 10) == ()
            assert await other.release_expired() == 0

    async def test_acquired_row_is_planned_again_when_its_lease_ran_out(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """Nothing was sent, so nothing needs to be looked up."""
        lost = await acquire_one(steps)
        clock.move(PAST_LEASE)

        assert await steps.release_expired() == 1
        (delivery,) = await steps.acquire(HERE, 10)

        assert delivery.attempt == lost.attempt + 1

    @pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
    async def test_a_holder_whose_row_was_taken_changes_nothing(
        self, steps: OutboxSteps, clock: StoppedClock, step: Step
    ) -> None:
        """Every update says which attempt it believes the row to be at."""
        lost = await acquire_one(steps)
        clock.move(PAST_LEASE)
        await steps.release_expired()
        await steps.acquire(HERE, 10)

        assert await step(steps, lost) in (False, FreezeResult.LOST)

    async def test_a_post_begins_with_a_whole_lease(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """What is left of the one it was acquired with says nothing of it."""
        delivery = await acquire_one(steps)
        clock.move(PAST_LEASE)

        assert await steps.begin(delivery, 0) is True

        clock.move(TIMING.lease)
        assert await steps.acquire_unclear(10) == ()

    async def test_a_failed_release_counts_towards_the_back_off(
        self, steps: OutboxSteps
    ) -> None:
        """Waiting one's turn is no failure, an error is."""
        delivery = await acquire_one(steps)
        await steps.release(delivery, retry_at=MORNING, failed=True)
        (delivery,) = await steps.acquire(HERE, 10)
        await steps.release(delivery, retry_at=MORNING, failed=False)
        (delivery,) = await steps.acquire(HERE, 10)

        assert delivery.failures == 1


class TestLookUps:
    async def test_unclear_row_is_left_alone_until_it_must_be_visible(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """A look-up too early would miss a message that is stored late."""
        await begin_one(steps)
        clock.move(TIMING.lease)

        assert await steps.acquire_unclear(10) == ()
        assert await steps.release_expired() == 0
        clock.move(TIMING.settle)
        (unclear,) = await steps.acquire_unclear(10)

        assert unclear.status is Status.SENDING
        assert unclear.sending_at == MORNING

    async def test_deferred_look_up_comes_back_and_is_counted(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """A part is sent again only after it was looked for twice."""
        await begin_one(steps)
        clock.move(TO_LOOK_UP)
        (unclear,) = await steps.acquire_unclear(10)
        later = clock.now() + TIMING.settle

        assert await steps.look_up_later(unclear, later, lookups=1)
        assert await steps.acquire_unclear(10) == ()
        clock.move(TIMING.settle)
        (again,) = await steps.acquire_unclear(10)

        assert again.lookups == 1
