"""A question's vector: asked for late, in turn, within a time, or not at all."""

import asyncio

import pytest

from bot.briefing.library import Library
from bot.briefing.search.meaning import Meaning
from bot.briefing.search.searcher import Outcome, SearchResult
from bot.briefing.tlp import PUBLIC, Audience, Label, Reach
from bot.meaning.embedders import NotEmbedded
from bot.meaning.meanings import LONGEST, MOST_WAITING, Meanings
from tests.factories import briefing_of, claim
from tests.meaning import WordEmbedder
from tests.patience import PATIENCE_S

LIBRARY = Library(
    (
        briefing_of(
            claim("boats", text="About 40 boats were lost to the storm."),
            claim("charged", text="Prosecutors charged the harbour master."),
        ),
    )
)
VISIBLE = LIBRARY.for_audience(PUBLIC)
NEAR = "Indicted: harbour master, indicted?"
"""Words find the harbour's claim, and lack the word that matters."""


class Attempt:
    """Asks one question, and counts how often it was tried."""

    def __init__(self, question: str = NEAR) -> None:
        self.question = question
        self.tried = 0

    def __call__(self, meaning: Meaning | None) -> SearchResult:
        self.tried += 1
        return VISIBLE.searcher.ask(self.question, meaning=meaning)


async def made(embedder: WordEmbedder) -> tuple[Meanings, list[str]]:
    counted: list[str] = []
    meanings = Meanings(embedder, count=counted.append)
    meanings.patience_s = PATIENCE_S
    await meanings.make(LIBRARY)
    embedder.calls.clear()
    return meanings, counted


async def test_without_a_model_words_answer_alone() -> None:
    """Nothing is tried twice, and nothing is amiss."""
    attempt, meanings = Attempt(), Meanings()

    found, is_unfinished = await meanings.answer(attempt)

    assert found == VISIBLE.searcher.ask(NEAR)
    assert (attempt.tried, is_unfinished, meanings.trouble) == (1, False, "")


async def test_a_hedge_is_tried_again_with_the_questions_vector() -> None:
    """It is one call, and the vector is known to whoever asks the same next."""
    embedder = WordEmbedder()
    meanings, counted = await made(embedder)

    found, _ = await meanings.answer(Attempt())
    again, _ = await meanings.answer(Attempt())

    assert found == again
    assert found.standing is not None
    assert embedder.calls == [(NEAR,)]
    assert counted == ["used"]


async def test_a_plain_answer_asks_for_no_vector() -> None:
    """Words alone are as quick as ever."""
    embedder = WordEmbedder()
    meanings, counted = await made(embedder)

    found, _ = await meanings.answer(Attempt("How many boats were lost?"))

    assert (found.outcome, found.standing) == (Outcome.ANSWERED, None)
    assert (embedder.calls, counted) == ([], [])


async def test_only_its_beginning_is_embedded() -> None:
    """Forty thousand letters would take a model twelve seconds."""
    embedder = WordEmbedder()
    meanings, _ = await made(embedder)

    await meanings.answer(Attempt("indicted harbour people " * 80))

    assert [len(text) for call in embedder.calls for text in call] == [LONGEST]


async def test_an_endpoint_is_not_asked_before_the_acknowledgement() -> None:
    """Words answer, and it is said that there may be more."""
    embedder = WordEmbedder()
    embedder.asked_before_ack_s = 0.0
    meanings, counted = await made(embedder)

    before, is_unfinished = await meanings.answer(Attempt(), is_acknowledged=False)
    after, is_still = await meanings.answer(Attempt())

    assert (before.standing, is_unfinished) == (None, True)
    assert (after.standing is not None, is_still) == (True, False)
    assert counted == ["used"]


async def test_a_vector_that_is_late_serves_the_next_asker() -> None:
    """The call cannot be taken back, so what it comes to is kept."""
    embedder = WordEmbedder()
    meanings, counted = await made(embedder)
    embedder.gate.clear()

    meanings.patience_s = 0.001
    late, _ = await meanings.answer(Attempt())
    meanings.patience_s = PATIENCE_S
    embedder.gate.set()
    found, _ = await meanings.answer(Attempt())

    assert (late.standing, found.standing is not None) == (None, True)
    assert counted[0] == "late"
    assert embedder.calls == [(NEAR,)]


async def test_questions_are_embedded_one_at_a_time_and_few_wait() -> None:
    """A slow model delays nobody: who comes then is answered by words."""
    embedder = WordEmbedder()
    meanings, counted = await made(embedder)
    embedder.gate.clear()
    asking = [
        asyncio.create_task(meanings.answer(Attempt(f"{NEAR} {n}")))
        for n in range(MOST_WAITING)
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    turned_away, _ = await meanings.answer(Attempt(f"{NEAR} and more"))
    assert (turned_away.standing, counted) == (None, ["busy"])
    assert len(embedder.calls) == 1

    embedder.gate.set()
    found = await asyncio.gather(*asking)
    assert all(each.standing is not None for each, _ in found)
    assert len(embedder.calls) == MOST_WAITING


async def test_a_failure_is_said_until_a_vector_comes_again() -> None:
    """Words answer meanwhile; doctor, health and a metric tell of it."""
    embedder = WordEmbedder()
    meanings, counted = await made(embedder)
    embedder.error = NotEmbedded("the model is away")

    found, _ = await meanings.answer(Attempt())
    assert (found.standing, counted) == (None, ["failed"])
    assert meanings.trouble == "the model is away"

    embedder.error = None
    await meanings.answer(Attempt())
    assert meanings.trouble == ""


async def test_whatever_a_model_raises_words_answer() -> None:
    """A bug of whoever makes vectors is not the asker's."""
    embedder = WordEmbedder()
    meanings, counted = await made(embedder)
    embedder.error = ZeroDivisionError("of its own")

    found, _ = await meanings.answer(Attempt())

    assert (found.standing, counted) == (None, ["failed"])
    assert meanings.trouble == "a question got no vector: ZeroDivisionError"


async def test_a_model_that_became_another_is_noticed_by_its_vectors() -> None:
    """They would compare with nothing; the claims' are made anew."""
    embedder = WordEmbedder()
    meanings, _ = await made(embedder)
    embedder.size = 32

    found, _ = await meanings.answer(Attempt())

    assert found.standing is None
    assert "the model became another one" in meanings.trouble
    await meanings.make(LIBRARY)
    found, _ = await meanings.answer(Attempt())
    assert (found.standing is not None, meanings.trouble) == (True, "")


async def test_a_briefing_with_a_claim_too_strict_is_left_to_words() -> None:
    """The endpoint never hears of it, and no question is sent in vain."""
    strict = claim("mole", text="The mole paid for it.", handling="TLP:GREEN")
    library = Library((briefing_of(claim("boats"), strict),))
    embedder = WordEmbedder(most_label=Label.CLEAR)
    meanings = Meanings(embedder)
    meanings.patience_s = PATIENCE_S
    await meanings.make(library)
    told = [text for call in embedder.calls for text in call]
    embedder.calls.clear()
    members = library.for_audience(Audience(Reach.MEMBER))

    await meanings.answer(lambda m: members.searcher.ask(NEAR, meaning=m))
    assert embedder.calls == []
    assert not any("mole" in text for text in told)

    guests = library.for_audience(PUBLIC)
    found, _ = await meanings.answer(lambda m: guests.searcher.ask(NEAR, meaning=m))
    assert found.standing is not None


async def test_closing_lets_go_of_the_model() -> None:
    """What it is asked just then is dropped."""
    embedder = WordEmbedder()
    meanings, _ = await made(embedder)
    embedder.gate.clear()
    meanings.patience_s = 0.001
    await meanings.answer(Attempt())

    await meanings.close()

    assert embedder.is_closed


def test_nothing_of_a_question_is_kept_in_words() -> None:
    """Memory is read by whoever may dump it: a hash tells them nothing."""
    meanings = Meanings(WordEmbedder())

    async def ask() -> None:
        await meanings.make(LIBRARY)
        await meanings.answer(Attempt())

    asyncio.run(ask())

    assert NEAR not in str(vars(meanings)["_known"])


@pytest.mark.parametrize("text", ["", " ", "\ud800 half a pair"])
async def test_any_text_may_be_asked(text: str) -> None:
    """Slack sends what people paste."""
    meanings, _ = await made(WordEmbedder())

    await meanings.answer(Attempt(text))

    assert meanings.trouble == ""
