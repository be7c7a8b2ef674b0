"""The contract of the outbox's steps on what is planned, frozen and confirmed."""

import asyncio
from typing import Any

from bot.installation import Installation
from bot.outbox.confirm import Confirmation, Ok
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.freeze import FreezeResult
from bot.outbox.model import (
    DUPLICATE_DESTINATION,
    SCHEDULE_REMOVED,
    SENT,
    UNCONFIRMED,
    DeliveryKind,
    MessageRef,
    PostedMessage,
    Received,
    Status,
)
from tests.fakes import MORNING, StoppedClock
from tests.integration.outbox.outbox_steps import (
    EARLY,
    TO_LOOK_UP,
    acquire_one,
    begin_one,
    ok,
)
from tests.outbox import HERE, TIMING, OutboxSteps, composed, make_delivery


class TestPlanning:
    async def test_planning_the_same_key_again_changes_nothing(
        self, steps: OutboxSteps
    ) -> None:
        """Any number of replicas may plan the same minute."""
        first = await steps.plan([make_delivery("C1"), make_delivery("C2")])
        again = await steps.plan([make_delivery("C1"), make_delivery("C3")])

        assert len(first) == 2
        assert again == {make_delivery("C3").key.delivery_id}
        assert len(await steps.acquire(HERE, 10)) == 3

    async def test_a_row_that_is_over_is_never_acquired(
        self, steps: OutboxSteps
    ) -> None:
        """What is skipped is recorded, and that is all."""
        await steps.plan([make_delivery(ending=DUPLICATE_DESTINATION)])

        assert await steps.acquire(HERE, 10) == ()

    async def test_cancelling_spares_those_to_keep(self, steps: OutboxSteps) -> None:
        """A recipient who stays keeps what is planned."""
        await steps.plan([make_delivery("C1"), make_delivery("C2")])

        cancelled = await steps.cancel("weekday-brief", SCHEDULE_REMOVED, keep=["C2"])

        assert cancelled == 1
        assert [d.destination for d in await steps.acquire(HERE, 10)] == ["C2"]


class TestFreezing:
    async def test_equal_payloads_are_stored_once(self, steps: OutboxSteps) -> None:
        """Ten thousand recipients share one payload."""
        await steps.plan([make_delivery("C1"), make_delivery("C2")])
        first, second = await steps.acquire(HERE, 10)

        frozen = await asyncio.gather(
            steps.freeze(first, composed("Hello.")),
            steps.freeze(second, composed("Hello.")),
        )

        assert set(frozen) == {FreezeResult.FROZEN}
        payload = composed("Hello.").payload
        assert await steps.payload(payload.hash) == payload

    async def test_a_payload_is_for_good_once_a_part_is_posted(
        self, steps: OutboxSteps
    ) -> None:
        """Whoever resumes posts what was frozen, whatever is composed by then."""
        first = await begin_one(steps)
        await steps.confirm(ok(first, last=False))
        await steps.release(first, retry_at=MORNING, failed=False)
        (resumed,) = await steps.acquire(HERE, 10)

        assert await steps.freeze(resumed, composed("After.")) is FreezeResult.LOST
        assert resumed.payload_hash == composed().payload.hash

    async def test_a_payload_of_which_nothing_is_posted_may_be_replaced(
        self, steps: OutboxSteps
    ) -> None:
        """A morning that Slack did not take in time must say so."""
        first = await acquire_one(steps)
        await steps.freeze(first, composed("In time."))
        await steps.release(first, retry_at=MORNING, failed=True)
        (resumed,) = await steps.acquire(HERE, 10)

        assert await steps.freeze(resumed, composed("Late.")) is FreezeResult.FROZEN
        await steps.release(resumed, retry_at=MORNING, failed=False)
        (last,) = await steps.acquire(HERE, 10)
        assert last.payload_hash == composed("Late.").payload.hash

    async def test_a_payload_that_may_have_been_posted_is_kept(
        self, steps: OutboxSteps
    ) -> None:
        """A message that turns up after all says what is stored of it."""
        first = await begin_one(steps)
        await steps.release(first, retry_at=MORNING, failed=False)
        (resumed,) = await steps.acquire(HERE, 10)

        assert await steps.freeze(resumed, composed("Late.")) is FreezeResult.LOST

    async def test_two_names_of_one_channel_are_a_duplicate(
        self, steps: OutboxSteps
    ) -> None:
        """The second recipient that turns out to be the same channel gets nothing."""
        await steps.plan(
            [make_delivery("C1"), make_delivery("#desk", destination="C1")]
        )
        (first,) = await steps.acquire(HERE, 10)
        assert await steps.freeze(first, composed()) is FreezeResult.FROZEN
        await steps.begin(first, 0)
        await steps.confirm(ok(first))
        (second,) = await steps.acquire(HERE, 10)

        assert await steps.freeze(second, composed()) is FreezeResult.DUPLICATE

    async def test_redirected_row_waits_in_the_lane_of_its_channel(
        self, steps: OutboxSteps
    ) -> None:
        """A name that is resolved late joins the others' lane."""
        await steps.plan([make_delivery("#desk"), make_delivery("C1", subject="other")])
        by_name = {d.destination: d for d in await steps.acquire(HERE, 10)}

        assert await steps.redirect(by_name["#desk"], "C1") is True
        assert await steps.acquire(HERE, 10) == ()


class TestSettling:
    async def test_sent_row_has_its_messages_and_one_ending(
        self, steps: OutboxSteps
    ) -> None:
        """The last `ok` ends the delivery; nobody acquires it again."""
        delivery = await begin_one(steps)

        assert await steps.confirm(ok(delivery)) is Confirmation.STORED
        assert await steps.end(delivery, UNCONFIRMED) is False
        assert await steps.acquire(HERE, 10) == ()

    async def test_resuming_starts_at_the_first_missing_part(
        self, steps: OutboxSteps
    ) -> None:
        """A part that Slack has is not sent again."""
        delivery = await begin_one(steps)
        await steps.confirm(ok(delivery, "7.0", last=False))
        await steps.release(delivery, retry_at=MORNING, failed=False)

        (resumed,) = await steps.acquire(HERE, 10)

        assert resumed.next_part == 1
        assert resumed.first_ts == "7.0"

    async def test_ok_of_a_lost_attempt_is_kept_if_it_is_the_first(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """A message that exists is known, whoever posted it."""
        lost = await begin_one(steps)
        clock.move(TO_LOOK_UP)
        (holder,) = await steps.acquire_unclear(10)

        assert await steps.confirm(ok(lost, "7.0")) is Confirmation.ELSEWHERE
        await steps.release(holder, retry_at=clock.now(), failed=False)
        (resumed,) = await steps.acquire(HERE, 10)

        assert resumed.first_ts == "7.0"

    async def test_a_part_that_is_stored_is_not_begun_again(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """The holder of a later attempt learns of an earlier attempt's `ok` in time."""
        lost = await begin_one(steps)
        clock.move(TO_LOOK_UP)
        (holder,) = await steps.acquire_unclear(10)
        await steps.release(holder, retry_at=clock.now(), failed=False)
        (resumed,) = await steps.acquire(HERE, 10)

        await steps.confirm(ok(lost, "7.0"))

        assert await steps.begin(resumed, 0) is False

    async def test_second_message_for_a_part_is_doubled(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """Whoever comes second is told to delete its own message."""
        lost = await begin_one(steps)
        clock.move(TO_LOOK_UP)
        (holder,) = await steps.acquire_unclear(10)
        await steps.release(holder, retry_at=clock.now(), failed=False)
        (again,) = await steps.acquire(HERE, 10)
        await steps.begin(again, 0)

        assert await steps.confirm(ok(again, "9.0")) is Confirmation.STORED
        assert await steps.confirm(ok(lost, "7.0")) is Confirmation.DOUBLED

    async def test_unconfirmed_ending_is_confirmed_by_a_late_ok(
        self, steps: OutboxSteps, clock: StoppedClock
    ) -> None:
        """An `ok` that comes after giving up still tells the truth."""
        lost = await begin_one(steps)
        clock.move(TO_LOOK_UP)
        (holder,) = await steps.acquire_unclear(10)
        await steps.end(holder, UNCONFIRMED)

        await steps.confirm(ok(lost, "7.0"))

        (row,) = await DeliveryHistory(steps.context.database).records()
        assert (row.status, row.reason) == (Status.SENT, "sent, confirmed late")

    async def test_many_ask_at_once_and_each_gets_its_own_answer(
        self, steps: OutboxSteps
    ) -> None:
        """Group commit writes for many and mixes nobody's answer up."""
        await steps.plan([make_delivery(f"C{n}") for n in range(40)])
        rows = await steps.acquire(HERE, 40)
        lost = rows[7]
        await steps.end(lost, UNCONFIRMED)

        begun = await asyncio.gather(*(steps.begin(row, 0) for row in rows))

        assert [n for n, it in enumerate(begun) if not it] == [7]


class TestReceipts:
    async def test_a_recipients_last_digest_is_its_base_line(
        self, steps: OutboxSteps
    ) -> None:
        """What changed is counted from what this recipient last received."""
        first = await begin_one(steps)
        await steps.confirm(ok(first, "7.0"))
        await steps.plan([make_delivery("C2", occurrence="next", due_at=EARLY)])
        await steps.plan([make_delivery(occurrence="next")])

        rows = await steps.acquire(HERE, 10)
        other, second = sorted(rows, key=lambda row: row.due_at)

        payload_hash = composed().payload.hash
        assert await steps.last_received(second) == Received(
            payload_hash, "r1", MessageRef("C1", "7.0"), EARLY
        )
        assert await steps.last_received(other) is None

    async def test_whether_metadata_is_kept_is_known_by_the_last_message(
        self, steps: OutboxSteps
    ) -> None:
        """A channel that drops our metadata cannot be read back."""
        delivery = await begin_one(steps)
        assert not await steps.last_message_lost_its_mark(delivery)

        await steps.confirm(
            Ok(delivery, 0, PostedMessage("C1", "7.0", mark_echoed=False), SENT, TIMING)
        )

        assert await steps.last_message_lost_its_mark(delivery)


class TestHistory:
    async def test_what_was_sent_is_told_with_its_message_and_revision(
        self, steps: OutboxSteps
    ) -> None:
        """Whoever asks why finds the message, and what it was made of."""
        await steps.confirm(ok(await begin_one(steps), "7.0"))

        (record,) = await DeliveryHistory(steps.context.database).records()

        assert (record.message, record.revision) == (MessageRef("C1", "7.0"), "r1")

    async def test_records_are_asked_for_by_what_they_are_of(
        self, steps: OutboxSteps
    ) -> None:
        """What is left out matches all; the latest due comes first."""
        there = Installation("T02")
        await steps.plan(
            [
                make_delivery("C1"),
                make_delivery("C2", subject="other", due_at=EARLY, ending=SENT),
                make_delivery("C3", kind=DeliveryKind.ANSWER, due_at=EARLY),
                make_delivery("C4", installation=there, due_at=EARLY),
            ]
        )
        history = DeliveryHistory(steps.context.database)

        async def recipients(**asked: Any) -> str:
            found = await history.records(**asked)
            return " ".join(record.key.recipient for record in found)

        assert await recipients() == "C1 C2 C3 C4"
        assert await recipients(limit=1) == "C1"
        assert await recipients(installation=there) == "C4"
        assert await recipients(digest_id="other") == "C2"
        assert await recipients(digest_id="weekday-brief") == "C1 C4"
        assert await recipients(statuses=[Status.SENT]) == "C2"
        assert await recipients(since=MORNING) == "C1"
        assert await recipients(to=["C3", "C4"]) == "C3 C4"
