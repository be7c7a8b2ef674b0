"""Whom a correction reaches, and what becomes of messages that it cannot change."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.briefing.tlp import Audience, Label, Reach
from bot.corrections.model import Rules
from bot.db.database import Database, open_database
from bot.db.tables import deliveries
from bot.errors import DeliveryError, FailureClass
from tests.fakes import Once, RecordedMessage, RecordingMessenger, StoppedClock
from tests.integration.corrections.stage import (
    FIRST,
    ROOM,
    answered,
    entry,
    lost,
    notes,
    now,
    pass_quietly,
    text,
    words,
)
from tests.talking_bot import TalkingBot, open_talking_bot

EVERY_CRASH = 7
"""How many crashes are passed over: all of them take two minutes."""
CLOSED = "The workspace no longer lets this message be edited."


@pytest.fixture
async def bot(sqlite_url: str) -> AsyncIterator[TalkingBot]:
    messenger = RecordingMessenger(StoppedClock())
    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.load(lost(40))
        yield bot


def refuse_edits(bot: TalkingBot, error: DeliveryError) -> None:
    """Let every edit end with this; posts go through."""

    bot.messenger.editing = lambda: error


async def reasons(bot: TalkingBot) -> dict[str, str]:
    """Return how the steps of corrections ended, by their occurrence."""
    statement = select(
        deliveries.c.occurrence, deliveries.c.status, deliveries.c.reason
    ).where(deliveries.c.kind == "correction")
    rows = await bot.database.read(lambda c: c.execute(statement).all())
    return {row.occurrence: row.reason for row in rows}


async def test_a_message_that_cannot_be_edited_is_labelled_in_its_thread(
    bot: TalkingBot,
) -> None:
    """The note names its day and says that it stands as it was; once."""
    message = await answered(bot)
    refuse_edits(bot, DeliveryError(CLOSED, permanent=FailureClass.DESTINATION))
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    bot.corrections.look_at_all()
    await pass_quietly(bot)

    (note,) = notes(bot, message)
    assert now(bot, message) == message
    assert note.text == (
        "✏️ Correction. On 23 November 2026 this answer said “About 40 boats were "
        "lost.” Right is: “About 47 boats were lost.” The port counted 23 times. The "
        f"message itself could not be changed: {CLOSED}"
    )
    assert note.thread_ts == message.thread_ts or message.ts


async def test_a_later_correction_of_it_is_told_again(bot: TalkingBot) -> None:
    """That one was told of one error is no reason not to be told of another."""
    message = await answered(bot)
    refuse_edits(bot, DeliveryError(CLOSED, permanent=FailureClass.DESTINATION))
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    await bot.load(lost(50, FIRST, entry("correction", 47, 24)))
    await pass_quietly(bot)

    assert "“About 50 boats were lost.”" in notes(bot, message)[-1].text


async def test_for_a_deleted_message_the_channel_gets_a_note_of_its_own(
    bot: TalkingBot,
) -> None:
    """There is no thread to write into; who read it is there still."""
    message = await answered(bot)
    bot.messenger.messages.clear()
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    (note,) = bot.messenger.messages
    assert (note.channel_id, note.thread_ts) == (ROOM, "")
    assert "On 23 November 2026 this answer said" in note.text
    assert message.text not in note.text


async def test_in_an_archived_channel_each_step_ends_with_its_reason(
    bot: TalkingBot,
) -> None:
    """Nothing is tried for ever, and nothing else waits for it."""
    await answered(bot)
    bot.messenger.archived.add(ROOM)
    archived = DeliveryError("is archived", permanent=FailureClass.DESTINATION)
    refuse_edits(bot, archived)
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)

    assert await reasons(bot) == {
        "1/edit": "failed: is archived",
        "1/note": f"failed: {ROOM} is archived",
    }


async def test_an_edit_waits_as_long_as_slack_asks_for(bot: TalkingBot) -> None:
    """A 429 holds edits back, and is no reason to label anything."""
    message = await answered(bot)
    refuse_edits(bot, DeliveryError("slow down", retry_after_s=3.0))
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    assert now(bot, message) == message

    bot.messenger.editing = lambda: None
    await wait_until(bot, lambda: words(bot, message)[0] == text(47))
    assert len(notes(bot, message)) == 1


async def wait_until(bot: TalkingBot, holds: Callable[[], bool]) -> None:
    """Let time pass and work be done until something holds."""
    for _ in range(50):
        await pass_quietly(bot, minutes=0.2)
        if holds():
            return
    raise AssertionError("it never did")


async def test_nobody_is_told_twice_by_two_replicas(database_url: str) -> None:
    """Both look, both plan, both work: one edit, one note, one word to who asked."""
    messenger = RecordingMessenger(StoppedClock())
    async with (
        open_talking_bot(database_url, messenger) as one,
        open_talking_bot(database_url, messenger) as other,
    ):
        for bot in (one, other):
            await bot.load(lost(40))
        asked = [await answered(one), await answered(other), await answered(one)]
        person = await answered(one, room="D0ANA")
        for bot in (one, other):
            await bot.load(lost(47, FIRST))
        for _ in range(2):
            await asyncio.gather(pass_quietly(one), pass_quietly(other))

        for message in (*asked, person):
            assert words(one, message)[0] == text(47)
        more = notes(one, *asked, person)
        assert sorted(m.channel_id for m in more) == [ROOM, ROOM, ROOM, "D0ANA"]
        assert sum(m.broadcast for m in more) == 1


async def test_a_replica_that_is_behind_edits_nothing_back(sqlite_url: str) -> None:
    """In a rolling deploy the earlier files are still served by some."""
    messenger = RecordingMessenger(StoppedClock())
    async with (
        open_talking_bot(sqlite_url, messenger) as ahead,
        open_talking_bot(sqlite_url, messenger) as behind,
    ):
        await behind.load(lost(40))
        message = await answered(behind)
        messenger.clock.move(timedelta(minutes=1))
        await ahead.load(lost(47, FIRST))
        await pass_quietly(ahead)

        behind.corrections.look_at_all()
        for bot in (behind, ahead, behind):
            await pass_quietly(bot)

        assert words(ahead, message)[0] == text(47)
        assert len(notes(ahead, message)) == 1


async def test_what_is_sent_from_an_earlier_revision_is_looked_at_when_it_is_sent(
    bot: TalkingBot,
) -> None:
    """It was frozen before the correction, and Slack took it after."""
    bot.messenger.before = lambda: DeliveryError("slow down", retry_after_s=1.0)
    await bot.hear("how many boats were lost?", channel_id=ROOM)
    await bot.work()
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    bot.messenger.before = lambda: None
    await wait_until(bot, lambda: bool(bot.messenger.messages))
    message = bot.messenger.messages[0]

    await wait_until(bot, lambda: words(bot, message)[0] == text(47))


@pytest.mark.parametrize("rules", [Rules(most_rooms=1), Rules(most_claims=0)])
async def test_what_would_reach_many_waits_for_a_go(
    bot: TalkingBot, rules: Rules
) -> None:
    """Rooms and people are counted together; the go counts for these words alone."""
    bot.corrections._rules = rules  # Two settings, one bot.
    messages = [await answered(bot), await answered(bot, room="D0ANA")]
    await bot.load(lost(47, FIRST))
    await pass_quietly(bot)
    assert bot.messenger.messages == messages
    (waiting,) = bot.questions.go
    assert (waiting.messages, waiting.rooms) == (2, 2)

    asked_until = waiting.ready_at
    await bot.load(lost(50, FIRST, entry("correction", 47, 24)))
    await pass_quietly(bot)
    assert await bot.corrections.go("U0ANA", until=asked_until) == []
    assert bot.messenger.messages == messages

    await bot.corrections.go("U0ANA")
    await pass_quietly(bot)
    assert words(bot, messages[0])[0] == text(50)


async def test_a_withdrawal_waits_for_another_curator(bot: TalkingBot) -> None:
    """Where there are two; the words stand until then."""
    two = {"curators": ("U0ANA", "U0BEN")}
    message = await answered(bot)
    withdrawn = lost(40, entry("withdrawal", 40, 23))
    await bot.load(withdrawn.model_copy(update=two))
    await pass_quietly(bot)
    assert now(bot, message) == message

    await bot.corrections.go("U0BEN")
    await pass_quietly(bot)
    assert "WITHDRAWN" in now(bot, message).text


async def test_who_may_no_longer_see_a_claim_gets_no_words_of_it(
    bot: TalkingBot,
) -> None:
    """Neither what is right nor what was wrong: it is taken back."""
    message = await answered(bot)
    bot.audiences.rooms[ROOM] = Audience(Reach.SHARED_ROOM, frozenset({ROOM}))
    await bot.load(lost(47, FIRST, handling=Label.AMBER))
    await pass_quietly(bot)

    after = now(bot, message)
    (note,) = notes(bot, message)
    for said in (after.text, str(after.part.blocks), note.text):
        assert "boats" not in said or said == str(after.part.blocks)
    assert "[taken back]" in after.text
    assert note.text.startswith(
        "✏️ Correction. On 23 November 2026 this answer said something that was wrong "
        "and is taken back."
    )


class Crash(Exception):
    """The process is gone."""


@dataclass
class CrashingDatabase:
    """A database under a process that dies at one of its writes, before or after it."""

    real: Database
    at: int
    after: bool
    writes: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def write(self, work: Any) -> Any:
        return await self._counted(self.real.write(work))

    async def write_together(self, work: Any, ask: Any) -> Any:
        return await self._counted(self.real.write_together(work, ask))

    async def _counted(self, writing: Any) -> Any:
        self.writes += 1
        if self.writes > self.at or (self.writes == self.at and not self.after):
            writing.close()
            raise Crash
        result = await writing
        if self.writes == self.at:
            raise Crash
        return result


async def test_what_an_answer_shows_is_stored_before_slack_has_it(
    sqlite_url: str,
) -> None:
    """A process that dies at that moment leaves nobody with what turns out wrong."""
    messenger = RecordingMessenger(StoppedClock(), after=Once(Crash()))
    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.load(lost(40))
        await answered(bot, room="D0ANA")

    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.load(lost(47, FIRST))
        for _ in range(4):
            await pass_quietly(bot)

    assert outcome(messenger.messages) == (
        ("D0ANA", "About 47 boats were lost.", False),
        ("D0ANA", "✏️ Correction to my answer of 23 November 2026:", False),
    )


async def test_a_crash_at_any_step_changes_nothing_about_the_outcome(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Each write may be the last one of a process, undone or done."""
    clock = StoppedClock()
    messenger = RecordingMessenger(clock)
    async with open_talking_bot(sqlite_url, messenger) as bot:
        await bot.load(lost(40))
        posted = [await answered(bot), await answered(bot, room="D0ANA")]
    start, file = clock.now(), Path(sqlite_url.removeprefix("sqlite:///"))
    before = tmp_path / "before.db"
    shutil.copy(file, before)

    outcomes = set()
    every = int(os.environ.get("EVERY_CRASH", EVERY_CRASH))
    for number in itertools.count(2, every):
        await asyncio.to_thread(put_back, before, file)
        clock.time, messenger.messages = start, list(posted)
        at, is_after = divmod(number, 2)
        crashed = await crashing_run(sqlite_url, messenger, at, bool(is_after))
        async with open_talking_bot(sqlite_url, messenger) as bot:
            await bot.load(lost(47, FIRST))
            for _ in range(4):
                await pass_quietly(bot)
        outcomes.add(outcome(messenger.messages))
        if not crashed:
            break

    assert number > 40, "there were many steps to crash at"
    assert outcomes == {
        (
            ("C0DESK", "About 47 boats were lost.", False),
            ("C0DESK", "✏️ Correction. On 23 November 2026 this answer said", True),
            ("D0ANA", "About 47 boats were lost.", False),
            ("D0ANA", "✏️ Correction to my answer of 23 November 2026:", False),
        )
    }


def put_back(before: Path, file: Path) -> None:
    """Put a database in the place of another one, which was closed."""
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(before, file)


async def crashing_run(
    url: str, messenger: RecordingMessenger, at: int, after: bool
) -> bool:
    """Correct until the process dies; say whether it did."""
    async with open_database(url, clock=messenger.clock) as real:
        database = CrashingDatabase(real, at, after)
        bot = TalkingBot(cast(Database, database), messenger.clock, messenger)
        try:
            await bot.load(lost(47, FIRST))
            await pass_quietly(bot)
        except Crash:
            pass
        return database.writes >= at


def outcome(messages: list[RecordedMessage]) -> tuple[tuple[str, str, bool], ...]:
    """Return where which words stand, whatever order they came in."""
    return tuple(
        sorted(
            (m.channel_id, " ".join(m.text.splitlines()[0].split()[:9]), m.broadcast)
            for m in messages
        )
    )
