"""An embeddings endpoint that is slow, wrong, dead or curious gives no vector."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.meaning.embedders import EmbeddingsSettings, NotEmbedded, Purpose
from bot.meaning.endpoint import EmbeddingsEndpoint
from tests.meaning import EmbeddingsServer, embeddings_server, vector_of

QUESTION, KEY = "Who paid the zzsaboteurs?", "zzsecret-key"


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingsServer]:
    async with embeddings_server() as server:
        yield server


async def ask(url: str, *texts: str, within_s: float = 60.0) -> list[list[float]]:
    settings = EmbeddingsSettings(url=url, model="small", key=KEY)
    embedder = EmbeddingsEndpoint(settings, awaited_timeout_s=within_s)
    try:
        found = await embedder.embed(
            texts or (QUESTION,), Purpose.QUESTION, is_awaited=True
        )
        return [list(vector) for vector in found]
    finally:
        await embedder.close()


async def refusal(
    url: str, caplog: pytest.LogCaptureFixture, *, within_s: float = 60.0
) -> str:
    """Return why it gave no vector; neither it nor the log quotes the text or key."""
    with caplog.at_level(logging.DEBUG), pytest.raises(NotEmbedded) as raised:
        await ask(url, within_s=within_s)
    said = f"{raised.value} {caplog.text} {[vars(r) for r in caplog.records]}"
    assert "zzsaboteurs" not in said
    assert KEY not in said
    host = url.removeprefix("http://").removesuffix("/v1")
    return str(raised.value).removeprefix(f"the embeddings endpoint {host} ")


async def test_it_is_told_the_texts_the_model_and_the_key(
    server: EmbeddingsServer,
) -> None:
    """Nothing else: not who asks, nor where."""
    found = await ask(server.url, "one", "two")

    assert found == [list(vector_of("one")), list(vector_of("two"))]
    ((path, headers, body),) = server.requests
    assert path == "/v1/embeddings"
    assert body == {
        "input": ["one", "two"],
        "model": "small",
        "encoding_format": "float",
    }
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert "Cookie" not in headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirect_is_followed(
    server: EmbeddingsServer, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    """It would take the question, and the key, to a place that nobody chose."""

    async def redirect(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    server.handler = redirect

    said = await refusal(server.url, caplog)

    assert said == "answers with a redirect, which is not followed"
    assert [path for path, _, _ in server.requests] == ["/v1/embeddings"]


WRONG = {
    "no-json": (b"<html>zzsaboteurs</html>", "does not answer as /v1/embeddings does"),
    "another-shape": (
        b'{"embeddings": [[1]]}',
        "does not answer as /v1/embeddings does",
    ),
    "a-list": (b"[]", "does not answer as /v1/embeddings does"),
    "too-few": (b'{"data": []}', "does not answer as /v1/embeddings does"),
    "too-many": (
        b'{"data": [{"index": 0, "embedding": [1, 2]}, {"index": 1, "embedding": 0}]}',
        "answers with other vectors than were asked for",
    ),
    "words": (
        b'{"data": [{"index": 0, "embedding": ["zzsaboteurs", 1]}]}',
        "answers wrongly: a vector holds something else than numbers",
    ),
    "not-numbers": (
        b'{"data": [{"index": 0, "embedding": [NaN, 1]}]}',
        "answers wrongly: a vector is empty, too long, or no vector at all",
    ),
    "nowhere": (
        b'{"data": [{"index": 0, "embedding": [0, 0, 0]}]}',
        "answers wrongly: a vector is empty, too long, or no vector at all",
    ),
    "deep": (b"[" * 100_000, "does not answer as /v1/embeddings does"),
    "bytes": (b"\xff\xfe\x00", "does not answer as /v1/embeddings does"),
}


@pytest.mark.parametrize(("body", "reason"), WRONG.values(), ids=WRONG)
async def test_a_wrong_answer_is_no_vector(
    server: EmbeddingsServer, caplog: pytest.LogCaptureFixture, body: bytes, reason: str
) -> None:
    """Whatever stands in it, words answer."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type="application/json")

    server.handler = answer

    assert await refusal(server.url, caplog) == reason


async def test_an_error_is_told_by_its_number(
    server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    """What it says may quote the question."""

    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=401, text=f"{QUESTION}: {KEY} is not known")

    server.handler = refuse

    assert await refusal(server.url, caplog) == "answers 401"


async def test_an_answer_without_an_end_is_cut(
    server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Memory is for claims."""

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(300):
            await response.write(b" " * 65_536)
        return response

    server.handler = flood

    assert await refusal(server.url, caplog) == "answers with more than 16 MB"


async def test_a_slow_one_is_given_up(
    server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asked has long been answered by words."""
    released = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    server.handler = hang

    said = await refusal(server.url, caplog, within_s=0.05)
    assert said == "did not answer within 0.05 s"
    released.set()


async def test_what_nobody_waits_for_may_take_its_time(
    server: EmbeddingsServer,
) -> None:
    """At a start an endpoint loads its model; a question is of no use so late."""
    settings = EmbeddingsSettings(url=server.url, model="small")
    embedder = EmbeddingsEndpoint(settings, awaited_timeout_s=0.0)
    try:
        (vector,) = await embedder.embed([QUESTION], Purpose.QUESTION)
        with pytest.raises(NotEmbedded, match="within 0 s"):
            await embedder.embed([QUESTION], Purpose.QUESTION, is_awaited=True)
    finally:
        await embedder.close()

    assert vector == vector_of(QUESTION)


async def test_a_dead_one_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing listens there."""
    said = await refusal("http://127.0.0.1:9/v1", caplog)

    assert said == "could not be asked: ClientConnectorError"


async def test_its_answer_is_read_as_json_says(server: EmbeddingsServer) -> None:
    """Numbers may be whole ones, and entries in any order."""

    async def whole(_: web.Request) -> web.StreamResponse:
        body = {"data": [{"index": 0, "embedding": [3, 4]}]}
        return web.Response(text=json.dumps(body))

    server.handler = whole

    (found,) = await ask(server.url)

    assert found == pytest.approx([0.6, 0.8])
