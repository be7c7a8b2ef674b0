"""A restored database finds in Slack what it has forgotten, before it posts again."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.db.database_state import mark_restored
from bot.errors import DeliveryError
from bot.outbox.model import DeliveryKey, DeliveryKind, NewDelivery
from tests.fakes import MORNING, Once, RecordingMessenger, StoppedClock
from tests.outbox import HERE, make_delivery, open_replica

HOUR = timedelta(hours=1)
SENT_AT = MORNING + timedelta(minutes=10)
DROPPED = DeliveryError("the connection broke", ambiguous=True)
IN_ITS_HOUR = {
    "digest": make_delivery(due_at=SENT_AT),
    "answer": make_delivery(
        kind=DeliveryKind.ANSWER, occurrence="1763885400.1", due_at=SENT_AT
    ),
    "share": make_delivery(kind=DeliveryKind.SHARE, due_at=SENT_AT),
}
PLANNED_AGAIN = {
    "late answer": NewDelivery(
        DeliveryKey.for_asker(HERE, "q1", user_id="U1"),
        destination="D1",
        due_at=SENT_AT,
        expires_at=SENT_AT + 24 * HOUR,
    ),
    "notice": make_delivery(kind=DeliveryKind.NOTICE, due_at=SENT_AT, grace=24 * HOUR),
    "note": make_delivery(
        kind=DeliveryKind.CORRECTION,
        due_at=SENT_AT,
        grace=24 * HOUR,
        thread_ts="1763885000.000100",
    ),
}


class Restored:
    """A database that is put back to how it was at eight."""

    def __init__(self, url: str, messenger: RecordingMessenger) -> None:
        self.url, self.messenger = url, messenger
        self.path = Path(url.removeprefix("sqlite:///"))
        self.backup = self.path.with_suffix(".backup")

    async def lose(self, row: NewDelivery) -> None:
        """Send it ten minutes after the backup, and restore that an hour later."""
        await self.work()
        shutil.copy(self.path, self.backup)
        self.messenger.clock.move(SENT_AT - MORNING)
        await self.work(row)
        self.backup.replace(self.path)
        self.messenger.clock.move(HOUR)

    async def work(self, *rows: NewDelivery) -> list[str]:
        """Start a bot that plans these, and return how what it took has ended."""
        async with open_replica(self.url, self.messenger) as replica:
            replica.composer.parts = ("Lead.", "Topic.")
            await replica.store.plan(rows)
            await replica.work()
            return replica.reasons


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def messenger(clock: StoppedClock) -> RecordingMessenger:
    return RecordingMessenger(clock)


@pytest.fixture
def database(sqlite_url: str, messenger: RecordingMessenger) -> Restored:
    return Restored(sqlite_url, messenger)


@pytest.mark.parametrize("row", IN_ITS_HOUR.values(), ids=IN_ITS_HOUR)
async def test_what_was_due_before_the_restore_is_found(
    database: Restored, row: NewDelivery
) -> None:
    """Planned anew for its hour, it has the same id, and Slack has it."""
    await database.lose(row)

    await database.work(row)

    assert database.messenger.texts == ["Lead.", "Topic."]


@pytest.mark.parametrize("row", PLANNED_AGAIN.values(), ids=PLANNED_AGAIN)
async def test_what_follows_from_restored_rows_is_found(
    database: Restored, row: NewDelivery
) -> None:
    """It is planned for the hour in which somebody looks at them again."""
    await database.lose(row)
    again = replace(row, due_at=database.messenger.clock.now() + HOUR)
    database.messenger.clock.move(HOUR)

    await database.work(again)

    assert database.messenger.texts == ["Lead.", "Topic."]


async def test_what_was_asked_after_the_restore_is_not_looked_for(
    database: Restored,
) -> None:
    """It cannot have been answered before, and its asker waits."""
    await database.lose(IN_ITS_HOUR["digest"])
    await database.work()
    asked_at = database.messenger.clock.now() + timedelta(minutes=1)
    database.messenger.clock.move(timedelta(minutes=1))

    await database.work(replace(IN_ITS_HOUR["answer"], due_at=asked_at))

    assert database.messenger.looked_up == []
    assert len(database.messenger.texts) == 4


async def test_what_was_unclear_in_the_backup_may_have_been_sent_since(
    database: Restored, clock: StoppedClock
) -> None:
    """A later attempt has forgotten rows of its own: its message stands elsewhere."""
    row = replace(IN_ITS_HOUR["digest"], due_at=MORNING)
    database.messenger.before = Once(DROPPED)
    await database.work(row)
    shutil.copy(database.path, database.backup)
    for _ in range(3):
        clock.move(timedelta(minutes=10))
        await database.work()
    assert database.messenger.texts == ["Lead.", "Topic."]
    database.backup.replace(database.path)

    for _ in range(3):
        clock.move(timedelta(minutes=10))
        await database.work()

    assert database.messenger.texts == ["Lead.", "Topic."]


async def test_an_outage_is_no_restore(database: Restored, clock: StoppedClock) -> None:
    """What is late for a reason that we know is not looked for, one by one."""
    await database.work()
    clock.move(HOUR)

    await database.work(IN_ITS_HOUR["digest"])

    assert database.messenger.looked_up == []
    assert database.messenger.texts == ["Lead.", "Topic."]


async def test_a_channel_that_cannot_be_read_gets_it_all_the_same(
    database: Restored,
) -> None:
    """Looking for it is a precaution, and no reason for silence."""
    await database.lose(IN_ITS_HOUR["digest"])
    database.messenger.unreadable = True

    reasons = await database.work(IN_ITS_HOUR["digest"])

    assert reasons == ["sent late"]


async def test_a_replica_hears_what_the_operator_says(
    database_url: str, messenger: RecordingMessenger, clock: StoppedClock
) -> None:
    """It asks the database each minute, and looks from then on."""
    async with open_replica(database_url, messenger) as replica:
        await replica.work()
        database = replica.context.database
        clock.move(HOUR)
        await database.write(lambda c: mark_restored(c, now=clock.now()))

        await replica.store.plan([IN_ITS_HOUR["digest"]])
        await replica.work()

    assert len(messenger.looked_up) == 2
