"""The contract of `TurnStore`, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.db.database import open_database
from bot.questions.conversation import ConversationTurnStore
from tests.fakes import MORNING
from tests.outbox import HERE
from tests.questions import make_turn

LONG_AGO = MORNING - timedelta(minutes=10)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[ConversationTurnStore]:
    async with open_database(database_url) as database:
        yield ConversationTurnStore(database)


async def test_the_turn_before_is_the_last_one_asked_earlier(
    store: ConversationTurnStore,
) -> None:
    """A question leans on the one right before it, not on itself or on a later one."""
    first, second, third = (
        make_turn(question, at=MORNING + timedelta(seconds=seconds))
        for seconds, question in enumerate(("killed?", "wounded?", "sappers?"))
    )
    for turn in (first, second, third):
        await store.keep(turn)

    assert await store.before(third, since=LONG_AGO) == second
    assert await store.before(second, since=LONG_AGO) == first
    assert await store.before(first, since=LONG_AGO) is None


async def test_turns_of_others_and_elsewhere_are_not_the_turn_before(
    store: ConversationTurnStore,
) -> None:
    """Nobody's question is read with another person's, or with one from elsewhere."""
    later = make_turn(at=MORNING + timedelta(seconds=5))
    await store.keep(make_turn(user_id="U0BEN"))
    await store.keep(make_turn(channel_id="C0DESK"))

    assert await store.before(later, since=LONG_AGO) is None


async def test_of_several_threads_the_turn_before_is_in_the_same_one(
    store: ConversationTurnStore,
) -> None:
    """Where none was asked in it, the question leans on the last one anywhere."""
    first, second, reply, elsewhere = (
        make_turn(question, at=MORNING + timedelta(seconds=seconds), thread_ts=thread)
        for seconds, (question, thread) in enumerate(
            (
                ("killed?", "1.1"),
                ("boats?", "2.2"),
                ("wounded?", "1.1"),
                ("who?", "3.3"),
            )
        )
    )
    for turn in (first, second):
        await store.keep(turn)

    assert await store.before(reply, since=LONG_AGO) == first
    assert await store.before(elsewhere, since=LONG_AGO) == second


async def test_an_old_turn_is_not_the_turn_before(store: ConversationTurnStore) -> None:
    """After ten minutes a question stands for itself."""
    await store.keep(make_turn(at=LONG_AGO - timedelta(seconds=1)))

    assert await store.before(make_turn(), since=LONG_AGO) is None


async def test_keeping_a_turn_again_changes_nothing(
    store: ConversationTurnStore,
) -> None:
    """An answer that is composed twice, after a crash, leans on the same question."""
    first = make_turn("killed?")
    await store.keep(first)
    await store.keep(first)

    later = make_turn(at=MORNING + timedelta(seconds=5))
    assert await store.before(later, since=LONG_AGO) == first


async def test_turns_are_dropped_by_age_and_by_person(
    store: ConversationTurnStore,
) -> None:
    """Nothing is kept longer than it serves, nor against somebody's wish."""
    await store.keep(make_turn(at=LONG_AGO - timedelta(seconds=1)))
    await store.keep(make_turn())
    await store.keep(make_turn(user_id="U0BEN", channel_id="D0BEN"))

    assert await store.drop_before(LONG_AGO) == 1
    assert await store.forget(HERE, "U0ANA") == 1
    assert await store.forget(HERE, "U0ANA") == 0
