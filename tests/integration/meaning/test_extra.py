"""The model of the extra, from a question to its answer, and how well it finds."""

import asyncio
from functools import cache, partial

import pytest

from bot.briefing.library import Library, SubLibrary
from bot.briefing.reading import words_that_ask
from bot.briefing.search.meaning import Meaning
from bot.briefing.search.searcher import Outcome
from bot.briefing.tlp import CURATOR
from bot.meaning.meanings import Meanings
from bot.meaning.own_model import OwnModel
from bot.questions.pages import Hedge, Refusal, Reply
from bot.questions.small_talk import Utterance
from bot.questions.understand import read_message, reply_to
from tests.benchmarks.answer_quality import FIRST, OWN, ask_all, kept_set, measure
from tests.benchmarks.embedded import embed_all
from tests.frozen import briefing_at
from tests.meaning import needs_model
from tests.patience import PATIENCE_S

pytestmark = needs_model
LIBRARY = Library((briefing_at(FIRST),))


@cache
def by_meaning() -> dict[str, Reply]:
    """Return what the model finds of each question, asked one after the other."""
    return asyncio.run(_asked())


async def _asked() -> dict[str, Reply]:
    meanings = Meanings(OwnModel())
    meanings.patience_s = PATIENCE_S
    visible = LIBRARY.for_audience(CURATOR)
    found = {}
    try:
        await meanings.make(LIBRARY)
        for question in (*FOUND, *NOT_FOUND):
            said = read_message(question, visible)
            found[question], _ = await meanings.answer(partial(_read, said, visible))
    finally:
        await meanings.close()
    return found


def _read(said: Utterance, visible: SubLibrary, meaning: Meaning | None) -> Reply:
    return reply_to(said, visible, meaning=meaning)


FOUND = {
    "Wie viele Soldaten sind gefallen?": "casualties",
    "¿Cuántos soldados norcoreanos murieron?": "casualties",
    "Combien de soldats ont été tués ?": "casualties",
    "Сколько северокорейских солдат погибло?": "casualties",
    "북한 군인 몇 명이 죽었나?": "casualties",
    "Has Moscow compensated them with know-how?": "technology-transfer",
}
NOT_FOUND = (
    *("Wo ist das beste Restaurant?", "¿Cuándo es la fiesta?", "내일 날씨 어때?"),
    *("best pizza in town", "how do I reset my password?", "who won the cup?"),
)


@pytest.mark.parametrize("question", FOUND)
def test_a_question_in_other_words_or_another_language_finds_its_claim(
    question: str,
) -> None:
    """As closest, and under a line that promises nothing."""
    reply = by_meaning()[question]

    assert isinstance(reply, Hedge)
    assert reply.by_meaning
    assert reply.claims[0].item_id == FOUND[question]


@pytest.mark.parametrize("question", NOT_FOUND)
def test_a_question_off_the_topic_is_refused_in_any_language(question: str) -> None:
    """Vectors are made of anything: what they come near to decides."""
    assert isinstance(by_meaning()[question], Refusal)


def test_the_first_briefing_answers_no_worse_with_vectors() -> None:
    """No plain answer changes, nothing is refused, and hedges show the right claim."""
    questions, briefings = kept_set(FIRST, OWN)
    by_words = ask_all(questions, briefings)
    asked = [e.question.q for e in by_words if e.outcome is not Outcome.ANSWERED]
    meaning = embed_all(OwnModel(), briefings.values(), map(words_that_ask, asked))

    alone = measure(by_words)
    found = measure(ask_all(questions, briefings, meaning=meaning))

    assert found.answered_right == alone.answered_right
    assert found.near_miss_answered == alone.near_miss_answered
    assert (found.refused, found.refused_mistyped) == (0.0, 0.0)
    assert (found.right_shown or 0) >= max(0.97, alone.right_shown or 0)
    assert found.most_hedged <= 3
