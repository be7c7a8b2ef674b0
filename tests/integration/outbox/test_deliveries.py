"""The contract of `DeliveryStore` on what is planned, frozen and settled."""

import asyncio

from bot.outbox.history import DeliveryHistory
from bot.outbox.model import (
    DUPLICATE_DESTINATION,
    SCHEDULE_REMOVED,
    SENT,
    UNCONFIRMED,
    Frozen,
    MessageRef,
    Ok,
    PostedMessage,
    Received,
    Settled,
    Status,
)
from bot.outbox.store import DeliveryStore
from tests.fakes import MORNING, StoppedClock
from tests.integration.outbox.outbox_steps import (
    EARLY,
    TO_LOOK_UP,
    acquire_one,
    begin_one,
    ok,
)
from tests.outbox import HERE, composed, make_delivery


class TestPlanning:
    async def test_planning_the_same_key_again_changes_nothing(
        self, store: DeliveryStore
    ) -> None:
        """Any number of replicas may plan the same minute."""
        first = await store.plan([make_delivery("C1"), make_delivery("C2")])
        again = await store.plan([make_delivery("C1"), make_delivery("C3")])

        assert len(first) == 2
        assert again == {make_delivery("C3").key.delivery_id}
        assert len(await store.acquire(HERE, 10)) == 3

    async def test_a_row_that_is_over_is_never_acquired(
        self, store: DeliveryStore
    ) -> None:
        """What is skipped is recorded, and that is all."""
        await store.plan([make_delivery(ending=DUPLICATE_DESTINATION)])

        assert await store.acquire(HERE, 10) == ()

    async def test_cancelling_spares_those_to_keep(self, store: DeliveryStore) -> None:
        """A recipient who stays keeps what is planned."""
        await store.plan([make_delivery("C1"), make_delivery("C2")])

        cancelled = await store.cancel(
            HERE, "weekday-brief", SCHEDULE_REMOVED, keep=["C2"]
        )

        assert cancelled == 1
        assert [d.destination for d in await store.acquire(HERE, 10)] == ["C2"]


class TestFreezing:
    async def test_equal_payloads_are_stored_once(self, store: DeliveryStore) -> None:
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

    async def test_a_payload_is_for_good_once_a_part_is_posted(
        self, store: DeliveryStore
    ) -> None:
        """Whoever resumes posts what was frozen, whatever is composed by then."""
        first = await begin_one(store)
        await store.settle(ok(first, last=False))
        await store.release(first, retry_at=MORNING, failed=False)
        (resumed,) = await store.acquire(HERE, 10)

        assert await store.freeze(resumed, composed("After.")) is Frozen.LOST
        assert resumed.payload_hash == composed().payload.hash

    async def test_a_payload_of_which_nothing_is_posted_may_be_replaced(
        self, store: DeliveryStore
    ) -> None:
        """A morning that Slack did not take in time must say so."""
        first = await acquire_one(store)
        await store.freeze(first, composed("In time."))
        await store.release(first, retry_at=MORNING, failed=True)
        (resumed,) = await store.acquire(HERE, 10)

        assert await store.freeze(resumed, composed("Late.")) is Frozen.FROZEN
        await store.release(resumed, retry_at=MORNING, failed=False)
        (last,) = await store.acquire(HERE, 10)
        assert last.payload_hash == composed("Late.").payload.hash

    async def test_a_payload_that_may_have_been_posted_is_kept(
        self, store: DeliveryStore
    ) -> None:
        """A message that turns up after all says what is stored of it."""
        first = await begin_one(store)
        await store.release(first, retry_at=MORNING, failed=False)
        (resumed,) = await store.acquire(HERE, 10)

        assert await store.freeze(resumed, composed("Late.")) is Frozen.LOST

    async def test_two_names_of_one_channel_are_a_duplicate(
        self, store: DeliveryStore
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
        self, store: DeliveryStore
    ) -> None:
        """A name that is resolved late joins the others' lane."""
        await store.plan([make_delivery("#desk"), make_delivery("C1", subject="other")])
        by_name = {d.destination: d for d in await store.acquire(HERE, 10)}

        assert await store.redirect(by_name["#desk"], "C1") is True
        assert await store.acquire(HERE, 10) == ()


class TestSettling:
    async def test_sent_row_has_its_messages_and_one_ending(
        self, store: DeliveryStore
    ) -> None:
        """The last `ok` ends the delivery; nobody acquires it again."""
        delivery = await begin_one(store)

        assert await store.settle(ok(delivery)) is Settled.STORED
        assert await store.end(delivery, UNCONFIRMED) is False
        assert await store.acquire(HERE, 10) == ()

    async def test_resuming_starts_at_the_first_missing_part(
        self, store: DeliveryStore
    ) -> None:
        """A part that Slack has is not sent again."""
        delivery = await begin_one(store)
        await store.settle(ok(delivery, "7.0", last=False))
        await store.release(delivery, retry_at=MORNING, failed=False)

        (resumed,) = await store.acquire(HERE, 10)

        assert resumed.next_part == 1
        assert resumed.first_ts == "7.0"

    async def test_ok_of_a_lost_attempt_is_kept_if_it_is_the_first(
        self, store: DeliveryStore, clock: StoppedClock
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
        self, store: DeliveryStore, clock: StoppedClock
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
        self, store: DeliveryStore, clock: StoppedClock
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
        self, store: DeliveryStore, clock: StoppedClock
    ) -> None:
        """An `ok` that comes after giving up still tells the truth."""
        lost = await begin_one(store)
        clock.move(TO_LOOK_UP)
        (holder,) = await store.acquire_unclear(10)
        await store.end(holder, UNCONFIRMED)

        await store.settle(ok(lost, "7.0"))

        (row,) = await DeliveryHistory(store.database).records()
        assert (row.status, row.reason) == (Status.SENT, "sent, confirmed late")

    async def test_many_ask_at_once_and_each_gets_its_own_answer(
        self, store: DeliveryStore
    ) -> None:
        """Group commit writes for many and mixes nobody's answer up."""
        await store.plan([make_delivery(f"C{n}") for n in range(40)])
        rows = await store.acquire(HERE, 40)
        lost = rows[7]
        await store.end(lost, UNCONFIRMED)

        begun = await asyncio.gather(*(store.begin(row, 0) for row in rows))

        assert [n for n, it in enumerate(begun) if not it] == [7]


class TestReceipts:
    async def test_a_recipients_last_digest_is_its_base_line(
        self, store: DeliveryStore
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
        self, store: DeliveryStore
    ) -> None:
        """A channel that drops our metadata cannot be read back."""
        assert await store.last_echo(HERE, "C1") is None

        delivery = await begin_one(store)
        await store.settle(
            Ok(delivery, 0, PostedMessage("C1", "7.0", mark_echoed=False), SENT)
        )

        assert await store.last_echo(HERE, "C1") is False
