"""Sentence vectors in tests: a fake embedder, and the extra's model where it is."""

import asyncio
import os
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import web

from bot.briefing.library import Library
from bot.briefing.search.english import FUNCTION_WORDS, off_topic_questions
from bot.briefing.search.index import Index
from bot.briefing.search.meaning import Closeness
from bot.briefing.tlp import Label
from bot.meaning.claim_vectors import ClaimVectors
from bot.meaning.embedders import Purpose, Vector, unit_vector
from bot.meaning.own_model import is_installed
from bot.meaning.vector_maker import passages

WITH_MODEL = "TESTS_WITH_MODEL"
needs_model = pytest.mark.skipif(
    not is_installed() and os.environ.get(WITH_MODEL) != "required",
    reason="the extra briefing-bot[meaning] is not installed here",
)
SIZE = 128
SAME_MEANING = (
    *({"indicted", "charged", "prosecutors"}, {"drowned", "lost", "sank"}),
    *({"boats", "ships", "vessels", "bateaux"}, {"combien", "many", "few"}),
)
"""Words that the fake embedder takes for one."""


class WordEmbedder:
    """An `Embedder` whose vectors add up those of the words, alike words as one.

    `gate` lets a call wait, `error` makes it fail; `calls` are the texts of each.
    """

    model = "words"
    asked_before_ack_s = 30.0
    at_once = 16

    def __init__(self, *, most_label: Label = Label.RED) -> None:
        self.most_label = most_label
        self.calls: list[tuple[str, ...]] = []
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.called = asyncio.Event()
        self.size = SIZE
        self.is_closed = False

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, is_awaited: bool = False
    ) -> Sequence["Vector[float]"]:
        self.calls.append(tuple(texts))
        self.called.set()
        await self.gate.wait()
        if self.error:
            raise self.error
        return [vector_of(text, self.size) for text in texts]

    async def close(self) -> None:
        self.is_closed = True


def vector_of(text: str, size: int = SIZE) -> "Vector[float]":
    """Return the sum of the words' own directions; none has one of its own, too."""
    total = [0.01] * size
    read = "".join(c if c.isalnum() else " " for c in text.casefold()).split()
    content = [word for word in read if word not in FUNCTION_WORDS]
    for word in content or read or [""]:
        alike = next((min(same) for same in SAME_MEANING if word in same), word)
        digest = sha256(alike.encode("utf-8", "replace")).digest() * 4
        for at in range(size):
            total[at] += digest[at] - 127.5
    return unit_vector(total)


class KnownMeaning:
    """A `Meaning` that knows each text, by the claims of one library."""

    def __init__(self, library: Library) -> None:
        chance = [vector_of(text) for text in off_topic_questions()]
        self._claims = ClaimVectors(chance)
        texts = set(passages(library, Label.RED))
        self._claims.add({text: vector_of(text) for text in texts})

    def closeness(self, question: str, index: Index) -> Closeness | None:
        return self._claims.closeness(vector_of(question), index)


def turned(vector: "Vector[float]") -> "Vector[float]":
    """Return another model's vector of the same text."""
    return array("f", reversed(vector))


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class EmbeddingsServer:
    """A small endpoint; `handler` answers in its place, `requests` is what it got."""

    url: str = ""
    handler: Handler | None = None
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append((request.path, dict(request.headers), body))
        if self.handler:
            return await self.handler(request)
        return web.json_response(answer_to(body["input"]))

    @property
    def texts(self) -> list[str]:
        """All that it was told."""
        return [text for _, _, body in self.requests for text in body["input"]]


def answer_to(texts: Sequence[str]) -> dict[str, object]:
    """Return what a sound endpoint answers, the last vector first."""
    entries = [
        {"index": n, "embedding": vector_of(text).tolist()}
        for n, text in enumerate(texts)
    ]
    return {"object": "list", "data": entries[::-1]}


@asynccontextmanager
async def embeddings_server() -> AsyncIterator[EmbeddingsServer]:
    """Listen on this machine, with vectors of words."""
    here = EmbeddingsServer()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", here.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        here.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield here
    finally:
        await runner.cleanup()
