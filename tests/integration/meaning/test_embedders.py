"""One contract for all that make vectors: the model, its own server, a fake."""

import math
from collections.abc import AsyncIterator

import pytest

from bot.meaning.embedders import Embedder, EmbeddingsSettings, Purpose, cosine
from bot.meaning.endpoint import EmbeddingsEndpoint
from bot.meaning.own_model import OwnModel
from tests.meaning import WordEmbedder, needs_model

TEXTS = [
    "How many boats were lost?",
    "About 40 boats were lost to the storm.",
    "The crane fell into the basin.",
]


@pytest.fixture(
    params=[
        "fake",
        pytest.param("model", marks=needs_model),
        pytest.param("server", marks=needs_model),
    ]
)
async def embedder(request: pytest.FixtureRequest) -> AsyncIterator[Embedder]:
    found: Embedder = WordEmbedder()
    if request.param == "model":
        found = OwnModel()
    elif request.param == "server":
        url = request.getfixturevalue("model_server")
        found = EmbeddingsEndpoint(EmbeddingsSettings(url=f"{url}/v1", model="e5"))
    yield found
    await found.close()


async def test_each_text_gets_a_vector_of_length_one_in_order(
    embedder: Embedder,
) -> None:
    """So that products of them are cosines."""
    found = await embedder.embed(TEXTS, Purpose.CLAIM)

    assert [math.isclose(cosine(v, v), 1.0, abs_tol=1e-4) for v in found] == [True] * 3
    assert len({len(vector) for vector in found}) == 1
    alone = [(await embedder.embed([text], Purpose.CLAIM))[0] for text in TEXTS]
    pairs = zip(alone, found, strict=True)
    assert [cosine(one, many) > 0.99 for one, many in pairs] == [True] * 3


async def test_what_means_the_same_is_closer(embedder: Embedder) -> None:
    """Otherwise it would be no model at all."""
    (question,) = await embedder.embed(TEXTS[:1], Purpose.QUESTION)
    boats, crane = await embedder.embed(TEXTS[1:], Purpose.CLAIM)

    assert cosine(question, boats) > cosine(question, crane)


async def test_any_text_gets_one(embedder: Embedder) -> None:
    """Half a pair, a zero byte, nothing at all: people paste everything."""
    odd = ["\ud83d half", "a\x00b", " ", "ß" * 300, "몇 명?"]

    found = await embedder.embed(odd, Purpose.QUESTION)

    assert [math.isclose(cosine(v, v), 1.0, abs_tol=1e-4) for v in found] == [True] * 5


async def test_a_model_has_a_name_and_says_how_it_may_be_asked(
    embedder: Embedder,
) -> None:
    """Vectors are kept under the name."""
    assert embedder.model
    assert embedder.at_once >= 1
    assert embedder.asked_before_ack_s >= 0.0
