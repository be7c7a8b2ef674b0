"""The contract of `GapStore`, on both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.db.database import open_database
from bot.installation import Installation
from bot.questions.unanswered import UnansweredStore
from tests.fakes import MORNING
from tests.outbox import HERE
from tests.questions import make_unanswered

DAY = timedelta(days=1)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[UnansweredStore]:
    async with open_database(database_url) as database:
        yield UnansweredStore(database)


async def test_open_questions_come_latest_first(store: UnansweredStore) -> None:
    """Curators see what is asked now before what was asked last month."""
    older, newer = make_unanswered(id="q1", age=DAY), make_unanswered(id="q2")
    for question in (older, newer, newer):
        await store.keep(question)

    assert await store.open(HERE) == [newer, older]
    assert await store.open() == [newer, older]
    assert await store.open(Installation("T0ELSE")) == []


async def test_open_questions_can_be_those_of_some_briefings(
    store: UnansweredStore,
) -> None:
    """A curator of one briefing sees that one's; `""` is where several were asked."""
    mine, several = make_unanswered(), make_unanswered(id="q2", briefing_id="", age=DAY)
    for question in (mine, several, make_unanswered(id="q3", briefing_id="sport")):
        await store.keep(question)

    assert await store.open(HERE, briefing_ids=["war", ""]) == [mine, several]
    assert await store.open(HERE, briefing_ids=[]) == []


async def test_the_latest_are_read_beside_all_that_somebody_waits_for(
    store: UnansweredStore,
) -> None:
    """A load asks these again: who waits is not behind those that nobody waits for."""
    waited = make_unanswered("Who waits?", id="q0", asker_id="U0ANA", age=9 * DAY)
    others = [make_unanswered(id=f"q{n}", age=n * DAY) for n in range(1, 5)]
    for question in (waited, *others):
        await store.keep(question)

    assert await store.latest(2) == [waited, *others[:2]]


async def test_signing_puts_a_name_to_the_question_that_is_there(
    store: UnansweredStore,
) -> None:
    """Who agrees to be told asked that question already: it counts once."""
    await store.keep(make_unanswered(id="q1"))

    await store.sign(make_unanswered(id="q2", briefing_id="", asker_id="U0ANA"))
    await store.sign(make_unanswered(id="q3", briefing_id="", asker_id="U0ANA"))

    assert await store.open(HERE) == [make_unanswered(id="q1", asker_id="U0ANA")]


async def test_signing_a_question_that_is_not_there_keeps_it(
    store: UnansweredStore,
) -> None:
    """A button under an old answer works when the question is gone."""
    await store.sign(make_unanswered(asker_id="U0ANA"))
    await store.sign(make_unanswered(id="q2", asker_id="U0BEN"))

    signed = {question.asker_id for question in await store.open(HERE)}
    assert signed == {"U0ANA", "U0BEN"}


async def test_closed_questions_are_gone(store: UnansweredStore) -> None:
    """What is answered is dropped, and nobody's name is needed any more."""
    await store.keep(make_unanswered(id="q1", asker_id="U0ANA"))
    await store.keep(make_unanswered(id="q2"))

    await store.close([make_unanswered(id="q1")])

    assert await store.open(HERE) == [make_unanswered(id="q2")]
    await store.close([])


async def test_what_a_person_signed_is_theirs_to_see_and_delete(
    store: UnansweredStore,
) -> None:
    """Questions without a name are nobody's: they stay."""
    mine = make_unanswered(id="q1", asker_id="U0ANA")
    for question in (
        mine,
        make_unanswered(id="q2", asker_id="U0BEN"),
        make_unanswered(id="q3"),
    ):
        await store.keep(question)

    assert await store.of_person(HERE, "U0ANA") == [mine]
    assert await store.forget(HERE, "U0ANA") == 1
    assert await store.of_person(HERE, "U0ANA") == []
    assert len(await store.open(HERE)) == 2


async def test_old_questions_are_dropped(store: UnansweredStore) -> None:
    """After the operator's days nothing of a question is left."""
    await store.keep(make_unanswered(id="q1", age=91 * DAY))
    await store.keep(make_unanswered(id="q2"))

    assert await store.drop_before(MORNING - 90 * DAY) == 1
    assert await store.open(HERE) == [make_unanswered(id="q2")]
