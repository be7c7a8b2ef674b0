"""Claims' vectors are made once, kept in the database, dropped with the last use."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.briefing.library import Library
from bot.briefing.search.english import off_topic_questions
from bot.briefing.tlp import PUBLIC, Label
from bot.db.database import Database, open_database
from bot.db.tables import vectors
from bot.meaning.embedders import NotEmbedded, Purpose
from bot.meaning.vector_maker import VectorMaker, passages
from bot.meaning.vector_store import VectorStore, key_of
from tests.factories import briefing_of, claim
from tests.fakes import StoppedClock
from tests.meaning import WordEmbedder, vector_of
from tests.patience import PATIENCE_S

BOATS = claim("boats", text="About 40 boats were lost to the storm.")
CRANE = claim("crane", text="The crane at the north quay fell into the basin.")
MOLE = claim("mole", text="The mole paid the saboteurs.", handling="TLP:AMBER")
CHANCE = len(off_topic_questions())
LIBRARY = Library((briefing_of(BOATS, CRANE),))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as database:
        yield database


def texts_of(embedder: WordEmbedder) -> list[str]:
    """What it was asked, less what tells chance and that the model is the same."""
    asked = (text for call in embedder.calls for text in call)
    return [text for text in asked if text not in off_topic_questions()]


def is_ready(maker: VectorMaker, library: Library) -> bool:
    (index,) = library.for_audience(PUBLIC).searcher.indexes
    return maker.claims is not None and maker.claims.covers(index)


async def kept(database: Database, library: Library, model: str = "words") -> int:
    """Return how many of this library's claims have a vector in the database."""
    texts = passages(library, Label.RED)
    keys = [key_of(text, Purpose.CLAIM, model) for text in texts]
    return await VectorStore(database).count(keys)


async def test_vectors_are_made_once_and_read_at_the_next_start(
    database: Database,
) -> None:
    """Twenty-five milliseconds a claim is too much to spend again."""
    first, second = WordEmbedder(), WordEmbedder()
    await VectorMaker(first, VectorStore(database)).make(LIBRARY)
    maker = VectorMaker(second, VectorStore(database))

    await maker.make(LIBRARY)

    assert len(texts_of(first)) == 2
    assert second.calls == [(off_topic_questions()[0],)]
    assert is_ready(maker, LIBRARY)


async def test_an_edit_makes_one_vector_and_drops_the_other(database: Database) -> None:
    """What nothing uses any more is not kept."""
    embedder = WordEmbedder()
    maker = VectorMaker(embedder, VectorStore(database))
    await maker.make(LIBRARY)
    embedder.calls.clear()
    edited = Library((briefing_of(BOATS | {"text": "47 boats were lost."}, CRANE),))

    await maker.make(edited)

    assert len(texts_of(embedder)) == 1
    assert (await kept(database, edited), await kept(database, LIBRARY)) == (2, 1)
    assert is_ready(maker, edited)


async def test_a_vector_comes_back_as_it_was(database: Database) -> None:
    """Bytes are the same on every machine that shares a database."""
    store, vector = VectorStore(database), vector_of("boats")
    await store.add({"one": vector})
    await store.add({"one": vector_of("others"), "two": vector_of("two")})

    found = await store.load(["one", "three"])

    assert found == {"one": vector}
    assert await store.keep_only(["two"]) == 1
    assert await store.count(["one", "two"]) == 1


async def test_another_model_under_the_same_name_starts_anew(
    database: Database,
) -> None:
    """One text is always made again, and tells."""
    await VectorMaker(WordEmbedder(), VectorStore(database)).make(LIBRARY)
    other = WordEmbedder()
    other.size = 32
    maker = VectorMaker(other, VectorStore(database))

    await maker.make(LIBRARY)

    assert len(texts_of(other)) == 2
    assert is_ready(maker, LIBRARY)


async def test_only_claims_up_to_the_label_are_given_to_it(database: Database) -> None:
    """A stricter one is in no request and in no row."""
    embedder = WordEmbedder(most_label=Label.CLEAR)
    secret = Library((briefing_of(BOATS, CRANE, MOLE),))
    strict = briefing_of(BOATS, id="other", handling="TLP:GREEN")
    maker = VectorMaker(embedder, VectorStore(database))

    await maker.make(Library((*secret.briefings, strict)))

    assert len(texts_of(embedder)) == 2
    assert not any("mole" in text for text in texts_of(embedder))
    assert await kept(database, secret) == 2


async def test_withdrawn_claims_need_none(database: Database) -> None:
    """They answer nothing."""
    entry = {
        "date": "2026-11-02",
        "kind": "withdrawal",
        "was": "It fell.",
        "because": "No.",
    }
    gone = Library((briefing_of(BOATS, CRANE | {"revisions": [entry]}),))
    embedder = WordEmbedder()
    maker = VectorMaker(embedder, VectorStore(database))

    await maker.make(gone)

    assert len(texts_of(embedder)) == 1
    assert is_ready(maker, gone)


async def test_what_fails_is_tried_again_and_goes_on_where_it_was(
    database: Database,
) -> None:
    """An endpoint that starts later than the bot is found by itself."""
    embedder, stop = WordEmbedder(), asyncio.Event()
    embedder.error = NotEmbedded("it is not there yet")
    maker = VectorMaker(embedder, VectorStore(database))
    running = asyncio.create_task(maker.run(stop))
    await maker.follow(LIBRARY)
    async with asyncio.timeout(PATIENCE_S):
        await maker.tried.wait()
    assert maker.trouble == "it is not there yet"

    embedder.error = None
    maker.begin_again()
    async with asyncio.timeout(PATIENCE_S):
        await maker.tried.wait()
    assert (is_ready(maker, LIBRARY), maker.trouble) == (True, "")

    stop.set()
    await running


async def test_whatever_fails_in_making_them_the_bot_goes_on(
    database: Database,
) -> None:
    """It is said, and tried again with the next library."""
    embedder, stop = WordEmbedder(), asyncio.Event()
    embedder.error = ZeroDivisionError()
    maker = VectorMaker(embedder, VectorStore(database))
    running = asyncio.create_task(maker.run(stop))
    await maker.follow(LIBRARY)
    async with asyncio.timeout(PATIENCE_S):
        await maker.tried.wait()

    assert maker.trouble == "vectors could not be made: ZeroDivisionError"
    assert not running.done()
    stop.set()
    await running


async def test_stopping_waits_for_no_model(database: Database) -> None:
    """A deploy is not held up by ten thousand claims."""
    embedder, stop = WordEmbedder(), asyncio.Event()
    embedder.gate.clear()
    maker = VectorMaker(embedder, VectorStore(database))
    running = asyncio.create_task(maker.run(stop))
    await maker.follow(LIBRARY)
    async with asyncio.timeout(PATIENCE_S):
        await embedder.called.wait()

    stop.set()

    async with asyncio.timeout(PATIENCE_S):
        await running


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def aging(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with open_database(database_url, clock=clock) as database:
        yield database


async def test_vectors_that_are_of_no_use_end_with_the_messages(
    aging: Database, clock: StoppedClock
) -> None:
    """Where the model was switched off, no load drops what it has left behind."""
    store = VectorStore(aging)
    await VectorMaker(WordEmbedder(), store).make(LIBRARY)

    clock.move(timedelta(days=179))
    assert await store.drop_unused(clock.now() - timedelta(days=180)) == 0
    clock.move(timedelta(days=2))

    assert await store.drop_unused(clock.now() - timedelta(days=180)) == CHANCE + 2
    assert await kept(aging, LIBRARY) == 0


async def test_vectors_that_are_served_stay_however_old(
    aging: Database, clock: StoppedClock
) -> None:
    """A bot that nobody gives new briefings says each hour what it uses."""
    store = VectorStore(aging)
    maker = VectorMaker(WordEmbedder(), store)
    await maker.make(LIBRARY)
    await store.add({"a terminal's": vector_of("boats")})

    clock.move(timedelta(days=200))
    await maker.note_use()

    assert await store.drop_unused(clock.now() - timedelta(days=180)) == 1
    assert await kept(aging, LIBRARY) == 2


async def test_the_time_of_vectors_from_an_earlier_release_begins_now(
    aging: Database, clock: StoppedClock
) -> None:
    """It noted no use, and may be running beside this one."""
    store = VectorStore(aging)
    await store.add({"one": vector_of("boats")})
    undated = update(vectors).values(used_at=None)
    await aging.write(lambda connection: connection.execute(undated).rowcount)

    assert await store.drop_unused(clock.now() - timedelta(days=180)) == 0
    clock.move(timedelta(days=181))

    assert await store.drop_unused(clock.now() - timedelta(days=180)) == 1
