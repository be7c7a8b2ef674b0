"""From planned to its one ending: the worker's steps on both databases."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from bot.block_kit.part import Part
from bot.db.database import Database
from bot.errors import DeliveryError, FailureClass
from bot.outbox.confirm import Ok
from bot.outbox.freeze import freeze
from bot.outbox.model import (
    NOTHING_NEW,
    DeliveryKind,
    DeliveryMark,
    Ending,
    Status,
    Uncertain,
)
from bot.outbox.pacing import Method
from bot.outbox.send import send
from tests.fakes import Once, RecordingMessenger, StoppedClock
from tests.outbox import HERE, TIMING, Replica, make_delivery, open_replica

TO_LOOK_UP = TIMING.lease + TIMING.settle + timedelta(seconds=1)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def messenger(clock: StoppedClock) -> RecordingMessenger:
    return RecordingMessenger(clock)


@pytest.fixture
async def replica(
    database_url: str, messenger: RecordingMessenger
) -> AsyncIterator[Replica]:
    async with open_replica(database_url, messenger) as replica:
        yield replica


DROPPED = DeliveryError("the connection dropped", ambiguous=True)
RATE_LIMITED = DeliveryError("ratelimited", retry_after_s=30)


class TestSending:
    async def test_a_planned_delivery_is_posted_once(self, replica: Replica) -> None:
        """Working again after the ending posts nothing."""
        await replica.store.plan([make_delivery()])

        await replica.work()
        await replica.work()

        assert replica.messenger.texts == ["Good morning."]
        assert replica.reasons == ["sent"]

    async def test_parts_follow_the_first_in_its_thread(self, replica: Replica) -> None:
        """The lead stands in the channel, the rest under it, in order."""
        replica.composer.parts = ("Lead.", "Topic.", "Sources.")
        await replica.store.plan([make_delivery()])

        await replica.work()

        lead, *others = replica.messenger.messages
        assert [m.text for m in others] == ["Topic.", "Sources."]
        assert [m.thread_ts for m in (lead, *others)] == ["", lead.ts, lead.ts]

    async def test_an_answer_to_a_mention_stays_in_its_thread(
        self, replica: Replica
    ) -> None:
        """What was asked in a thread, or starts one, is answered there."""
        row = make_delivery(kind=DeliveryKind.ANSWER, thread_ts="5.0")
        await replica.store.plan([row])

        await replica.work()

        assert replica.messenger.messages[0].thread_ts == "5.0"

    async def test_only_the_first_part_is_shown_in_the_channel_too_where_asked_for(
        self, replica: Replica
    ) -> None:
        """A correction in a thread is seen by whoever reads the channel."""
        replica.composer.parts = ("Lead.", "Topic.")
        broadcast = replace(make_delivery(thread_ts="5.0"), broadcast=True)
        plain = make_delivery("C2", thread_ts="5.0")
        await replica.store.plan([broadcast, plain])

        await replica.work()

        shown = [m for m in replica.messenger.messages if m.broadcast]
        assert [(m.channel_id, m.text) for m in shown] == [("C1", "Lead.")]

    async def test_a_skipped_composition_ends_with_its_reason(
        self, replica: Replica
    ) -> None:
        """Nothing new is an ending like any other, and is recorded."""
        replica.composer.skip = NOTHING_NEW
        await replica.store.plan([make_delivery()])

        await replica.work()

        assert replica.messenger.messages == []
        assert replica.reasons == ["skipped: nothing new"]

    async def test_a_late_occurrence_says_so_in_its_ending(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """Late is within grace and after two minutes."""
        await replica.store.plan([make_delivery()])
        clock.move(timedelta(hours=1))

        await replica.work()

        assert replica.reasons == ["sent late"]

    async def test_after_its_grace_nothing_is_sent(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """Yesterday's news is not posted today."""
        await replica.store.plan([make_delivery(grace=timedelta(hours=1))])
        clock.move(timedelta(hours=2))

        await replica.work()

        assert replica.messenger.messages == []
        assert replica.reasons == ["skipped: too late"]


class TestDestinations:
    async def test_a_name_is_resolved_once_and_pinned(self, replica: Replica) -> None:
        """A channel renamed later keeps its digest, and nobody takes its name over."""
        replica.messenger.names["desk"] = "C7"
        await replica.store.plan([make_delivery("#desk")])
        await replica.work()
        replica.messenger.names["desk"] = "C8"
        await replica.store.plan([make_delivery("#desk", occurrence="next")])

        await replica.work()

        assert [m.channel_id for m in replica.messenger.messages] == ["C7", "C7"]

    async def test_a_person_is_written_to_in_their_dm(self, replica: Replica) -> None:
        """A `U…` is opened as a conversation, whose `D…` is where it is edited."""
        await replica.store.plan([make_delivery("U42")])

        await replica.work()

        assert [m.channel_id for m in replica.messenger.messages] == ["D42"]

    async def test_two_recipients_of_one_channel_get_one_message(
        self, replica: Replica
    ) -> None:
        """The name and the id of a channel are one destination."""
        replica.messenger.names["desk"] = "C1"
        await replica.store.plan([make_delivery("#desk"), make_delivery("C1")])

        await replica.work()

        assert replica.messenger.texts == ["Good morning."]
        assert sorted(replica.reasons) == ["sent", "skipped: duplicate destination"]

    async def test_a_name_that_nobody_sees_fails_and_says_what_to_do(
        self, replica: Replica
    ) -> None:
        """Only people can invite the bot."""
        await replica.store.plan([make_delivery("#secret")])

        await replica.work()

        assert replica.observer.endings == [
            Ending(
                Status.FAILED,
                'failed: no channel "#secret" can be seen: check the name, and invite '
                "me there with `/invite` if it is private",
            )
        ]


class TestErrors:
    async def test_rate_limited_delivery_waits_as_long_as_slack_says(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """`Retry-After` is never undercut."""
        replica.messenger.before = Once(RATE_LIMITED)
        await replica.store.plan([make_delivery()])

        await replica.work()
        assert replica.messenger.texts == []
        clock.move(timedelta(seconds=30))
        (row,) = await replica.steps.acquire(make_delivery().key.installation, 1)

        assert row.failures == 1

    async def test_a_workspace_that_was_told_to_wait_is_asked_for_nothing_else(
        self, replica: Replica
    ) -> None:
        """`Retry-After` holds for the method, not for the one message."""
        replica.messenger.before = Once(RATE_LIMITED)
        await replica.store.plan([make_delivery()])
        await replica.work()
        await replica.store.plan([make_delivery("C2")])

        await replica.work()

        assert replica.messenger.texts == []

    @pytest.mark.parametrize(
        ("kind", "text"), [("digest", "Late."), ("answer", "Good morning.")]
    )
    async def test_a_digest_that_became_late_is_composed_anew(
        self, replica: Replica, clock: StoppedClock, kind: str, text: str
    ) -> None:
        """It says its hour; an answer says what it was asked, whenever it comes."""
        replica.messenger.before = Once(DeliveryError("connection refused"))
        await replica.store.plan([make_delivery(kind=DeliveryKind(kind))])
        await replica.work()
        replica.composer.parts = ("Late.",)
        clock.move(timedelta(hours=1))

        await replica.work()

        assert replica.messenger.texts == [text]

    async def test_passing_errors_end_with_the_grace(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """An hour of refused connections is no reason to post at noon."""
        replica.messenger.before = lambda: DeliveryError("connection refused")
        await replica.store.plan([make_delivery(grace=timedelta(minutes=1))])

        for _ in range(8):
            await replica.work()
            clock.move(timedelta(seconds=10))

        assert replica.reasons == ["skipped: too late: connection refused"]

    async def test_permanent_error_ends_with_what_to_do(self, replica: Replica) -> None:
        """Nobody but people can mend it, so they are told how."""
        text = "I am not in #desk: invite me with `/invite @brief`"
        error = DeliveryError(text, permanent=FailureClass.DESTINATION)
        replica.messenger.before = Once(error)
        await replica.store.plan([make_delivery()])

        await replica.work()

        assert replica.reasons == [f"failed: {text}"]

    async def test_failing_between_parts_resumes_at_the_failed_one(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """A 429 midway through a thread repeats nothing."""
        replica.composer.parts = ("Lead.", "Topic.", "Sources.")
        errors = [None, DeliveryError("connection refused"), None, None]
        replica.messenger.before = lambda: errors.pop(0)
        await replica.store.plan([make_delivery()])

        await replica.work()
        clock.move(timedelta(seconds=10))
        replica.composer.parts = ("Another lead.",)
        await replica.work()

        assert replica.messenger.texts == ["Lead.", "Topic.", "Sources."]


class TestUnclearOutcomes:
    async def test_message_that_slack_stored_is_found_and_not_repeated(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """A drop after accepting is looked up."""
        replica.messenger.after = Once(DROPPED)
        await replica.store.plan([make_delivery()])

        await replica.work()
        clock.move(TO_LOOK_UP)
        await replica.work()

        assert replica.messenger.texts == ["Good morning."]
        assert replica.reasons == ["sent"]

    async def test_message_that_is_not_there_is_sent_after_two_look_ups(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """One look may be too early, so it takes two; the first begins near by."""
        replica.messenger.before = Once(DROPPED)
        await replica.store.plan([make_delivery()])
        await replica.work()

        clock.move(TO_LOOK_UP)
        await replica.work()
        assert replica.messenger.texts == []
        clock.move(TIMING.settle)
        await replica.work()

        assert replica.messenger.texts == ["Good morning."]
        assert len(replica.messenger.looked_up) == 3

    async def test_parts_after_a_found_one_are_sent(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """Looking one part up is not the end of the others."""
        replica.composer.parts = ("Lead.", "Topic.", "Sources.")
        replica.messenger.after = Once(DROPPED)
        await replica.store.plan([make_delivery()])

        await replica.work()
        clock.move(TO_LOOK_UP)
        await replica.work()

        assert replica.messenger.texts == ["Lead.", "Topic.", "Sources."]
        assert len({m.thread_ts for m in replica.messenger.messages[1:]}) == 1

    @pytest.mark.parametrize(
        ("choice", "texts", "reasons"),
        [
            (
                Uncertain.NEVER_TWICE,
                [],
                [
                    "failed: Slack never said whether the message was stored, and the "
                    "channel cannot be read back; not sent again, so as never to post "
                    "twice"
                ],
            ),
            (Uncertain.NEVER_LOST, ["Good morning."], ["sent"]),
        ],
    )
    async def test_where_nothing_can_be_read_the_operators_choice_decides(
        self,
        database_url: str,
        messenger: RecordingMessenger,
        choice: Uncertain,
        texts: list[str],
        reasons: list[str],
    ) -> None:
        """It errs on one side or the other, and never silently."""
        messenger.before = Once(DROPPED)
        messenger.unreadable = True
        async with open_replica(database_url, messenger, uncertain=choice) as replica:
            await replica.store.plan([make_delivery()])
            await replica.work()
            messenger.clock.move(TO_LOOK_UP)
            await replica.work()

        assert (messenger.texts, replica.reasons) == (texts, reasons)
        assert len(replica.observer.unverified) == len(texts)

    async def test_channel_that_drops_our_metadata_counts_as_unreadable(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """Not to find an unmarked message proves nothing."""
        replica.messenger.echoes = False
        await replica.store.plan([make_delivery()])
        await replica.work()
        replica.messenger.after = Once(DROPPED)
        await replica.store.plan([make_delivery(occurrence="next")])
        await replica.work()

        clock.move(TO_LOOK_UP)
        await replica.work()

        assert len(replica.messenger.messages) == 2
        assert replica.observer.endings[-1].status is Status.FAILED

    async def test_second_message_of_a_part_is_deleted(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """One attempt's `ok` was lost, and an earlier attempt's came after all."""
        await replica.store.plan([make_delivery()])
        (earlier,) = await replica.steps.acquire(HERE, 1)
        await replica.steps.release(earlier, retry_at=clock.now(), failed=False)
        replica.messenger.after = Once(DROPPED)
        await replica.work()
        mark = DeliveryMark(earlier.id, 0)
        late = await replica.messenger.post(
            HERE, "C1", Part("Good morning."), mark=mark
        )
        await replica.steps.confirm(Ok(earlier, 0, late, None, TIMING))

        clock.move(TO_LOOK_UP)
        await replica.work()

        assert [m.ts for m in replica.messenger.messages] == [late.ts]
        assert replica.reasons == ["sent"]


class TestEdits:
    async def test_an_edit_changes_the_message_and_posts_none(
        self, replica: Replica
    ) -> None:
        """ "Nothing changed" is one line, edited each day."""
        await replica.store.plan([make_delivery()])
        await replica.work()
        (before,) = replica.messenger.messages
        replica.composer.parts = ("Nothing changed since Monday.",)
        replica.composer.edit_ts = before.ts
        await replica.store.plan([make_delivery(occurrence="next")])

        await replica.work()

        assert replica.messenger.texts == ["Nothing changed since Monday."]
        assert replica.messenger.messages[0].ts == before.ts

    async def test_digest_whose_line_is_gone_is_posted_anew(
        self, replica: Replica
    ) -> None:
        """Somebody deleted the line: the next one stands by itself."""
        replica.composer.edit_ts = "1.0"
        await replica.store.plan([make_delivery()])

        await replica.work()

        assert replica.messenger.texts == ["Good morning."]

    async def test_unclear_edit_is_repeated_without_looking(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """To write the same words twice changes nothing."""
        await replica.store.plan([make_delivery()])
        await replica.work()
        replica.composer.edit_ts = replica.messenger.messages[0].ts
        replica.messenger.after = Once(DROPPED)
        await replica.store.plan([make_delivery(occurrence="next")])
        await replica.work()

        clock.move(TO_LOOK_UP)
        await replica.work()

        assert replica.messenger.looked_up == []
        assert replica.reasons == ["sent", "sent"]


@dataclass
class CountedDatabase:
    """A database that notes how many messages stood there at each shared commit."""

    real: Database
    messenger: RecordingMessenger
    commits: list[tuple[str, int]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def write_together(self, work: Any, ask: Any) -> Any:
        answer = await self.real.write_together(work, ask)
        self.commits.append((work.__name__, len(self.messenger.texts)))
        return answer


class TestCommits:
    """What is waited for longest, before a post, is the database's disk."""

    async def test_a_first_part_is_frozen_and_begun_by_one_commit(
        self, database_url: str, messenger: RecordingMessenger
    ) -> None:
        """Its payload is stored, and that it is about to be posted, before the POST."""
        counted: list[CountedDatabase] = []

        def count(real: Database) -> Database:
            counted.append(CountedDatabase(real, messenger))
            return cast("Database", counted[0])

        async with open_replica(
            database_url, messenger, database_used=count
        ) as replica:
            await replica.store.plan([make_delivery()])
            await replica.work()

        assert counted[0].commits == [("begin_first_parts", 0), ("confirm_parts", 1)]

    async def test_what_was_composed_for_a_row_that_has_to_wait_is_kept(
        self, replica: Replica, clock: StoppedClock
    ) -> None:
        """It says the same when its turn comes, and is not composed again."""
        await replica.store.plan([make_delivery()])
        (row,) = await replica.steps.acquire(HERE, 1)
        ready = await freeze(replica.context, row)
        assert ready is not None
        replica.context.pacing.hold(HERE, Method.POST, 3600)

        await send(replica.context, ready)

        clock.move(timedelta(hours=1, seconds=1))
        (again,) = await replica.steps.acquire(HERE, 1)
        assert again.payload_hash == ready.payload.hash
        assert replica.messenger.texts == []
