"""What grows, ends: all that belongs to a message goes together, after its time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.corrections.pruning import Pruning, count_of_reader, forget_reader
from bot.db.tables import deliveries, payloads, revisions
from bot.errors import BriefingError, DeliveryError
from tests.months import DESK, DM, Months, open_months

KEPT = timedelta(days=180)
HALF_A_YEAR = timedelta(days=181)
BOATS = "how many boats were lost?"


@pytest.fixture
async def months(tmp_path: Path, database_url: str) -> AsyncIterator[Months]:
    async with open_months(tmp_path, database_url) as months:
        yield months


async def prune(months: Months, **differs: int) -> dict[str, int]:
    database = months.capabilities.stores.database
    return await Pruning(database, kept_for=KEPT, **differs).run(months.clock.now())


async def kinds(months: Months) -> list[str]:
    """Return the kinds of the deliveries that are kept, oldest first."""
    read = months.capabilities.stores.database.read
    statement = select(deliveries.c.kind).order_by(deliveries.c.due_at)
    return await read(lambda c: list(c.execute(statement).scalars()))


async def hashes(months: Months) -> set[str]:
    statement = select(payloads.c.hash)
    read = months.capabilities.stores.database.read
    return await read(lambda c: set(c.execute(statement).scalars()))


async def test_a_message_goes_with_its_payload_after_its_time(months: Months) -> None:
    """Until then all of it stays."""
    await months.ask(BOATS)
    months.clock.move(KEPT - timedelta(days=1))
    early = await prune(months)

    months.clock.move(timedelta(days=2))
    late = await prune(months)

    assert (early.get("deliveries", 0), late["deliveries"]) == (0, 1)
    rows = await months.rows()
    kept = ("deliveries", "messages", "payloads", "payload_claims", "wordings")
    assert [rows[table] for table in kept] == [0] * len(kept)


async def test_a_message_that_was_corrected_goes_with_its_corrections(
    months: Months,
) -> None:
    """The edit is younger than the message, the note to its reader as well."""
    await months.ask(BOATS)
    months.clock.move(timedelta(days=100))
    await months.correct()
    before = await kinds(months)
    months.clock.move(timedelta(days=81))

    await prune(months)

    assert before == ["answer", "correction", "correction"]
    kept = ("deliveries", "messages", "message_states", "correction_steps")
    rows = await months.rows()
    assert [rows[table] for table in kept] == [0] * len(kept)
    assert (rows["payloads"], rows["wordings"]) == (0, 0)


async def test_a_note_goes_with_the_last_message_that_it_is_about(
    months: Months,
) -> None:
    """Somebody who asked twice is told once."""
    await months.ask(BOATS)
    months.clock.move(timedelta(days=100))
    await months.ask(BOATS)
    await months.correct()
    months.clock.move(timedelta(days=100))
    await prune(months)
    halfway = await kinds(months)

    months.clock.move(timedelta(days=100))
    await prune(months)

    # The later answer, its edit, and the note on both.
    assert halfway == ["answer", "correction", "correction"]
    assert await kinds(months) == []


async def test_a_thread_whose_message_is_gone_gets_no_more_notes(
    months: Months,
) -> None:
    """Each would be corrected by the next one, for ever."""
    await months.share()
    for _ in range(6):
        months.clock.move(timedelta(days=50))
        await prune(months)
        await months.correct()

    notes = [m for m in months.messenger.messages if m.thread_ts]
    assert len(notes) == 3


async def test_nothing_of_a_message_goes_before_it(months: Months) -> None:
    """What it said before its edit is the older payload, and is still needed."""
    await months.ask(BOATS)
    kept = await hashes(months)
    months.clock.move(timedelta(days=170))
    await months.ask(BOATS)
    await months.correct()
    months.clock.move(timedelta(days=20))

    await prune(months)

    rows = await months.rows()
    assert rows["messages"] == 2
    assert rows["message_states"] == 1
    assert kept <= await hashes(months)


async def test_the_last_digest_of_each_recipient_stays(months: Months) -> None:
    """The next one says what changed since, however long ago that was."""
    for _ in range(3):
        await months.day()
    months.clock.move(timedelta(days=300))
    await prune(months)

    rows = await months.rows()
    assert await kinds(months) == ["digest"] * rows["deliveries"]
    # The last one that was sent, and the last one that showed a claim.
    assert rows["deliveries"] == 2 * 2
    await months.correct()
    await months.day()
    assert any("47" in text or "41" in text for text in months.messenger.texts[-4:])


async def test_the_last_digest_of_one_that_is_gone_goes(months: Months) -> None:
    """Nothing will be compared with it."""
    await months.day()
    drop = months.capabilities.stores.watermarks.forget
    await drop(months.here, "daily")
    months.clock.move(HALF_A_YEAR)

    await prune(months)

    assert (await months.rows())["deliveries"] == 0


async def test_revisions_stay_while_something_is_made_of_them(months: Months) -> None:
    """The current one, those of kept messages, and of people's last visits."""
    await months.correct()
    await months.correct()
    months.clock.move(HALF_A_YEAR)
    await months.ask(BOATS)
    asked = (await months.capabilities.revisions.current()).content_hash
    await months.correct()

    await prune(months)

    read = months.capabilities.stores.database.read
    left = await read(lambda c: set(c.execute(select(revisions.c.hash)).scalars()))
    current = (await months.capabilities.revisions.current()).content_hash
    assert left == {asked, current}


async def test_it_goes_on_page_by_page(months: Months) -> None:
    """Small transactions, so that nobody waits long for the database."""
    for _ in range(5):
        await months.ask(BOATS)
        months.clock.move(timedelta(minutes=1))
    months.clock.move(HALF_A_YEAR)

    dropped = await prune(months, page=2)

    assert dropped["deliveries"] == 5
    assert (await months.rows())["deliveries"] == 0


async def test_a_payload_stays_while_one_message_holds_it(months: Months) -> None:
    """Equal payloads are stored once."""
    await months.ask(BOATS)
    months.clock.move(timedelta(days=100))
    await months.ask(BOATS)
    months.clock.move(timedelta(days=100))

    await prune(months)

    rows = await months.rows()
    assert rows["deliveries"] == 1
    assert rows["payloads"] >= 1


class TestNoKeyIsPlannedAgain:
    """Each kind, after its row is gone."""

    async def test_of_a_digest(self, months: Months) -> None:
        """Its watermark has moved on."""
        for _ in range(3):
            await months.day()
        posted = len(months.messenger.texts)
        last = await months.capabilities.stores.history.records(limit=1)
        watermark = await months.capabilities.stores.watermarks.watermarks(months.here)
        # As old as they are, but for the last that was planned.
        months.clock.move(HALF_A_YEAR)
        await months.capabilities.planning_loop.run_once()
        await months.settle()
        await prune(months)
        after = await months.capabilities.stores.history.records(limit=1000)
        await months.capabilities.planning_loop.run_once()

        again = await months.capabilities.stores.history.records(limit=1000)
        assert again == after
        assert last[0].due_at < watermark["daily"].planned_until
        assert len(months.messenger.texts) <= posted + 2

    async def test_of_an_answer(self, months: Months) -> None:
        """Slack would have to bring an event half a year late."""
        asked_at = months.clock.now()
        await months.ask(BOATS)
        months.clock.move(HALF_A_YEAR)
        await prune(months)
        months.asked -= 1

        is_new = await months.ask(BOATS, at=asked_at)

        assert not is_new
        assert len(months.messenger.texts) == 1

    async def test_of_an_answer_to_somebody_who_waited(self, months: Months) -> None:
        """Their question went when it was answered."""
        await months.wait_for_answer("did the crane fall over?")
        months.files.has_crane = True
        await months.load()
        told = len(months.messenger.texts)
        months.clock.move(HALF_A_YEAR)
        await prune(months)

        await months.load()
        await months.capabilities.housekeeping.run_once()
        await months.settle()

        assert (told, len(months.messenger.texts)) == (1, 1)

    async def test_of_a_notice_that_is_given_for_months(self, months: Months) -> None:
        """What is asked for again and again keeps its row, so that it is no news."""
        error = BriefingError("harbour.yaml", 3, 5, "wrong")
        notices = months.capabilities.notices
        months.messenger.names["korea-curators"] = "C0CURATORS"
        for _ in range(5):
            await notices.refused([error], [months.here])
            await months.settle()
            months.clock.move(timedelta(days=100))
            await prune(months)

        assert await kinds(months) == ["notice"]
        assert len(months.messenger.texts) == 1

    async def test_of_a_correction(self, months: Months) -> None:
        """Its message is gone, which nobody looks at any more."""
        await months.ask(BOATS)
        await months.correct()
        posted = len(months.messenger.texts)
        months.clock.move(HALF_A_YEAR)
        await prune(months)

        months.capabilities.corrections.look_at_all()
        await months.settle()
        await months.correct()

        assert len(months.messenger.texts) == posted
        assert await kinds(months) == []

    async def test_of_a_share(self, months: Months) -> None:
        """A press has a name of its own, and one is never like another."""
        await months.share()
        months.clock.move(HALF_A_YEAR)
        await prune(months)

        await months.load()
        await months.settle()

        assert await kinds(months) == []


class TestForgottenReaders:
    async def test_what_stands_behind_their_messages_goes(self, months: Months) -> None:
        """The bare record stays, so that a question is not answered a second time."""
        asked_at = months.clock.now()
        await months.ask(BOATS)
        await months.correct()
        read = months.capabilities.stores.database.read
        person = months.here, "U0ALICE"
        kept = await read(lambda c: count_of_reader(c, *person))

        await forget(months)

        assert kept == 2
        assert await read(lambda c: count_of_reader(c, *person)) == 0
        rows = await months.rows()
        kinds = ("messages", "payloads", "message_states", "correction_steps")
        assert [rows[table] for table in kinds] == [0] * len(kinds)
        assert rows["deliveries"] == 3
        months.asked -= 1
        assert not await months.ask(BOATS, at=asked_at)

    async def test_an_edit_that_waits_is_not_made(self, months: Months) -> None:
        """Nothing is known any more of what it would change."""
        await months.ask(BOATS)
        months.messenger.before = lambda: DeliveryError("slow", retry_after_s=600)
        await months.correct()

        await forget(months)
        months.messenger.before = lambda: None
        months.clock.move(timedelta(hours=1))
        await months.settle()

        assert ["40" in text for text in months.messenger.texts] == [True]

    async def test_what_others_read_stays(self, months: Months) -> None:
        """A channel's digest is corrected for those who read it there."""
        await months.day()

        await forget(months)

        where = {message.channel_id for message in months.messenger.messages}
        rows = await months.rows()
        assert where == {DESK, DM}
        assert rows["messages"] == sum(
            message.channel_id == DESK for message in months.messenger.messages
        )


async def forget(months: Months) -> None:
    database, now = months.capabilities.stores.database, months.clock.now()
    await database.write(lambda c: forget_reader(c, months.here, "U0ALICE", now=now))
