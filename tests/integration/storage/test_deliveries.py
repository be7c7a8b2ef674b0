"""The contract of `DeliveryStore`, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from bot.installation import Installation
from bot.services.deliveries import (
    DUPLICATE_DESTINATION,
    SCHEDULE_REMOVED,
    SENT,
    UNCONFIRMED,
    Delivery,
    DeliveryKind,
    MessageRef,
    Status,
)
from bot.services.interfaces import PostedMessage
from bot.services.stores import Frozen, Ok, Received, Settled
from bot.storage.deliveries import SqlDeliveryStore
from bot.storage.history import SqlDeliveryHistory
from tests.fakes import MORNING, StoppedClock
from tests.outbox import HERE, TIMING, composed, make_delivery, open_store

ELSEWHERE = Installation("T02")
EARLY = MORNING - timedelta(seconds=1)
PAST_LEASE = TIMING.lease + timedelta(seconds=1)
TO_LOOK_UP = PAST_LEASE + TIMING.settle


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def store(
    database_url: str, clock: StoppedClock
) -> AsyncIterator[SqlDeliveryStore]:
    async with open_store(database_url, clock) as store:
        yield store


async def acquire_one(store: SqlDeliveryStore, kind: str = "digest") -> Delivery:
    """Plan and acquire a delivery that is due before the default one."""
    await store.plan([make_delivery(kind=DeliveryKind(kind), due_at=EARLY)])
    (delivery,) = await store.acquire(HERE, 10)
    return delivery


async def begin_one(store: SqlDeliveryStore) -> Delivery:
    """Bring the default delivery to where it is about to be posted."""
    delivery = await acquire_one(store)
    await store.freeze(delivery, composed())
    await store.begin(delivery, 0)
    return delivery


def ok(delivery: Delivery, ts: str = "1.0", *, part: int = 0, last: bool = True) -> Ok:
    """Return Slack's `ok` for a part."""
    message = PostedMessage(delivery.destination, ts)
    return Ok(delivery, part, message, SENT if last else None)


Step = Callable[[SqlDeliveryStore, Delivery], Awaitable[object]]
STEPS: dict[str, Step] = {
    "freeze": lambda store, row: store.freeze(row, composed()),
    "begin": lambda store, row: store.begin(row, 0),
    "end": lambda store, row: store.end(row, SENT),
    "release": lambda store, row: store.release(row, retry_at=MORNING, failed=False),
}


class TestPlanning:
    async def test_planning_the_same_key_again_changes_nothing(
        self, store: SqlDeliveryStore
    ) -> None:
        """Any number of replicas may plan the same minute."""
        first = await store.plan([make_delivery("C1"), make_delivery("C2")])
        again = await store.plan([make_delivery("C1"), make_delivery("C3")])

        assert len(first) == 2
        assert again == {make_delivery("C3").key.delivery_id}
        assert len(await store.acquire(HERE, 10)) == 3

    async def test_a_row_that_is_over_is_never_acquired(
        self, store: SqlDeliveryStore
    ) -> None:
        """What is skipped is recorded, and that is all."""
        await store.plan([make_delivery(ending=DUPLICATE_DESTINATION)])

        assert await store.acquire(HERE, 10) == ()

    async def test_cancelling_spares_those_to_keep(
        self, store: SqlDeliveryStore
    ) -> None:
        """A recipient who stays keeps what is planned."""
        await store.plan([make_delivery("C1"), make_delivery("C2")])

        cancelled = await store.cancel(
            HERE, "weekday-brief", SCHEDULE_REMOVED, keep=["C2"]
        )

        assert cancelled == 1
        assert [d.destination for d in await store.acquire(HERE, 10)] == ["C2"]


class TestLanes:
    async def test_one_row_of_a_lane_is_acquired_the_earliest_first(
        self, store: SqlDeliveryStore
    ) -> None:
        """A channel reads its messages in the order in which they were due."""
        earlier = make_delivery(occurrence="earlier", due_at=EARLY)
        await store.plan([make_delivery(), earlier])

        (delivery,) = await store.acquire(HERE, 10)

        assert delivery.key.occurrence == "earlier"
        assert await store.acquire(HERE, 10) == ()

    async def test_the_next_row_follows_when_the_first_has_ended(
        self, store: SqlDeliveryStore
    ) -> None:
        """A lane goes on as soon as its head is out of the way."""
        first = await begin_one(store)
        await store.plan([make_delivery(occurrence="later")])

        assert await store.acquire(HERE, 10) == ()
        await store.settle(ok(first))
        (second,) = await store.acquire(HERE, 10)

        assert second.key.occurrence == "later"

    async def test_a_row_is_not_acquired_before_it_is_due(
        self, store: SqlDeliveryStore, clock: StoppedClock
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
        store: SqlDeliveryStore,
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

    async def test_a_message_begun_is_never_passed(
        self, store: SqlDeliveryStore
    ) -> None:
        """Nothing comes between the parts of one message."""
        head = await begin_one(store)
        await store.settle(ok(head, last=False))
        await store.release(head, retry_at=MORNING + timedelta(minutes=5), failed=True)
        await store.plan([make_delivery(kind=DeliveryKind.ANSWER, subject="other")])

        assert await store.acquire(HERE, 10) == ()

    async def test_workspaces_with_rows_are_listed_once_each(
        self, store: SqlDeliveryStore
    ) -> None:
        """The worker takes turns between those that have something to send."""
        there = [make_delivery(c, installation=ELSEWHERE) for c in ("C1", "C2")]
        await store.plan([make_delivery(), *there])

        assert await store.installations_waiting() == (HERE, ELSEWHERE)
        assert len(await store.acquire(ELSEWHERE, 10)) == 2


class TestLeases:
    async def test_second_worker_finds_nothing_to_acquire(
        self, store: SqlDeliveryStore, database_url: str, clock: StoppedClock
    ) -> None:
        """A row has one holder."""
        await acquire_one(store)

        async with open_store(database_url, clock) as other:
            assert await other.acquire(HERE, 10) == ()
            assert await other.release_expired() == 0

    async def test_acquired_row_is_planned_again_when_its_lease_ran_out(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """Nothing was sent, so nothing needs to be looked up."""
        lost = await acquire_one(store)
        clock.move(PAST_LEASE)

        assert await store.release_expired() == 1
        (delivery,) = await store.acquire(HERE, 10)

        assert delivery.attempt == lost.attempt + 1

    @pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
    async def test_a_holder_whose_row_was_taken_changes_nothing(
        self, store: SqlDeliveryStore, clock: StoppedClock, step: Step
    ) -> None:
        """Every update says which attempt it believes the row to be at."""
        lost = await acquire_one(store)
        clock.move(PAST_LEASE)
        await store.release_expired()
        await store.acquire(HERE, 10)

        assert await step(store, lost) in (False, Frozen.LOST)

    async def test_a_post_is_not_begun_at_the_end_of_a_lease(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """A POST and its record must fit into what is left."""
        delivery = await acquire_one(store)
        clock.move(TIMING.lease - TIMING.least_lease_to_post + timedelta(seconds=1))

        assert await store.begin(delivery, 0) is False

    async def test_a_failed_release_counts_towards_the_back_off(
        self, store: SqlDeliveryStore
    ) -> None:
        """Waiting one's turn is no failure, an error is."""
        delivery = await acquire_one(store)
        await store.release(delivery, retry_at=MORNING, failed=True)
        (delivery,) = await store.acquire(HERE, 10)
        await store.release(delivery, retry_at=MORNING, failed=False)
        (delivery,) = await store.acquire(HERE, 10)

        assert delivery.failures == 1


class TestFreezing:
    async def test_equal_payloads_are_stored_once(
        self, store: SqlDeliveryStore
    ) -> None:
        """Ten thousand recipients share one payload."""
        await store.plan([make_delivery("C1"), make_delivery("C2")])
        first, second = await store.acquire(HERE, 10)

        frozen = await asyncio.gather(
            store.freeze(first, composed("Hello.")),
            store.freeze(second, composed("Hello.")),
        )

        assert set(frozen) == {Frozen.FROZEN}
        payload = composed("Hello.").payload
        assert await store.payload(payload.hash) == payload

    async def test_a_payload_is_frozen_for_good(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """Whoever resumes posts what was frozen, whatever is composed by then."""
        first = await acquire_one(store)
        await store.freeze(first, composed("Before."))
        await store.release(first, retry_at=MORNING, failed=False)
        (resumed,) = await store.acquire(HERE, 10)

        assert await store.freeze(resumed, composed("After.")) is Frozen.LOST
        assert resumed.payload_hash == composed("Before.").payload.hash

    async def test_two_names_of_one_channel_are_a_duplicate(
        self, store: SqlDeliveryStore
    ) -> None:
        """The second recipient that turns out to be the same channel gets nothing."""
        await store.plan(
            [make_delivery("C1"), make_delivery("#desk", destination="C1")]
        )
        (first,) = await store.acquire(HERE, 10)
        assert await store.freeze(first, composed()) is Frozen.FROZEN
        await store.begin(first, 0)
        await store.settle(ok(first))
        (second,) = await store.acquire(HERE, 10)

        assert await store.freeze(second, composed()) is Frozen.DUPLICATE

    async def test_redirected_row_waits_in_the_lane_of_its_channel(
        self, store: SqlDeliveryStore
    ) -> None:
        """A name that is resolved late joins the others' lane."""
        await store.plan([make_delivery("#desk"), make_delivery("C1", subject="other")])
        by_name = {d.destination: d for d in await store.acquire(HERE, 10)}

        assert await store.redirect(by_name["#desk"], "C1") is True
        assert await store.acquire(HERE, 10) == ()


class TestSettling:
    async def test_sent_row_has_its_messages_and_one_ending(
        self, store: SqlDeliveryStore
    ) -> None:
        """The last `ok` ends the delivery; nobody acquires it again."""
        delivery = await begin_one(store)

        assert await store.settle(ok(delivery)) is Settled.STORED
        assert await store.end(delivery, UNCONFIRMED) is False
        assert await store.acquire(HERE, 10) == ()

    async def test_resuming_starts_at_the_first_missing_part(
        self, store: SqlDeliveryStore
    ) -> None:
        """A part that Slack has is not sent again."""
        delivery = await begin_one(store)
        await store.settle(ok(delivery, "7.0", last=False))
        await store.release(delivery, retry_at=MORNING, failed=False)

        (resumed,) = await store.acquire(HERE, 10)

        assert resumed.next_part == 1
        assert resumed.first_ts == "7.0"

    async def test_ok_of_a_lost_attempt_is_kept_if_it_is_the_first(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """A message that exists is known, whoever posted it."""
        lost = await begin_one(store)
        clock.move(TO_LOOK_UP)
        (holder,) = await store.acquire_unclear(10)

        assert await store.settle(ok(lost, "7.0")) is Settled.ELSEWHERE
        await store.release(holder, retry_at=clock.now(), failed=False)
        (resumed,) = await store.acquire(HERE, 10)

        assert resumed.first_ts == "7.0"

    async def test_a_part_that_is_stored_is_not_begun_again(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """The holder of a later attempt learns of an earlier attempt's `ok` in time."""
        lost = await begin_one(store)
        clock.move(TO_LOOK_UP)
        (holder,) = await store.acquire_unclear(10)
        await store.release(holder, retry_at=clock.now(), failed=False)
        (resumed,) = await store.acquire(HERE, 10)

        await store.settle(ok(lost, "7.0"))

        assert await store.begin(resumed, 0) is False

    async def test_second_message_for_a_part_is_doubled(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """Whoever comes second is told to delete its own message."""
        lost = await begin_one(store)
        clock.move(TO_LOOK_UP)
        (holder,) = await store.acquire_unclear(10)
        await store.release(holder, retry_at=clock.now(), failed=False)
        (again,) = await store.acquire(HERE, 10)
        await store.begin(again, 0)

        assert await store.settle(ok(again, "9.0")) is Settled.STORED
        assert await store.settle(ok(lost, "7.0")) is Settled.DOUBLED

    async def test_unconfirmed_ending_is_confirmed_by_a_late_ok(
        self, store: SqlDeliveryStore, clock: StoppedClock
    ) -> None:
        """An `ok` that comes after giving up still tells the truth."""
        lost = await begin_one(store)
        clock.move(TO_LOOK_UP)
        (holder,) = await store.acquire_unclear(10)
        await store.end(holder, UNCONFIRMED)

        await store.settle(ok(lost, "7.0"))

        (row,) = await SqlDeliveryHistory(store.database).records()
        assert (row.status, row.reason) == (Status.SENT, "sent, confirmed late")

    async def test_many_ask_at_once_and_each_gets_its_own_answer(
        self, store: SqlDeliveryStore
    ) -> None:
        """Group commit writes for many and mixes nobody's answer up."""
        await store.plan([make_delivery(f"C{n}") for n in range(40)])
        rows = await store.acquire(HERE, 40)
        lost = rows[7]
        await store.end(lost, UNCONFIRMED)

        begun = await asyncio.gather(*(store.begin(row, 0) for row in rows))

        assert [n for n, it in enumerate(begun) if not it] == [7]


class TestLookUps:
    async def test_unclear_row_is_left_alone_until_it_must_be_visible(
        self, store: SqlDeliveryStore, clock: StoppedClock
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
        self, store: SqlDeliveryStore, clock: StoppedClock
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


class TestReceipts:
    async def test_a_recipients_last_digest_is_its_base_line(
        self, store: SqlDeliveryStore
    ) -> None:
        """What changed is counted from what this recipient last received."""
        first = await begin_one(store)
        await store.settle(ok(first, "7.0"))
        await store.plan([make_delivery("C2", occurrence="next", due_at=EARLY)])
        await store.plan([make_delivery(occurrence="next")])

        rows = await store.acquire(HERE, 10)
        other, second = sorted(rows, key=lambda row: row.due_at)

        payload_hash = composed().payload.hash
        assert await store.last_received(second) == Received(
            payload_hash, "r1", MessageRef("C1", "7.0"), EARLY
        )
        assert await store.last_received(other) is None

    async def test_whether_metadata_is_kept_is_known_by_the_last_message(
        self, store: SqlDeliveryStore
    ) -> None:
        """A channel that drops our metadata cannot be read back."""
        assert await store.last_echo(HERE, "C1") is None

        delivery = await begin_one(store)
        await store.settle(
            Ok(delivery, 0, PostedMessage("C1", "7.0", mark_echoed=False), SENT)
        )

        assert await store.last_echo(HERE, "C1") is False
