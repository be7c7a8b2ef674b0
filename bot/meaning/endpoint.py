"""`EmbeddingsEndpoint`: any server that speaks OpenAI's `/v1/embeddings`."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.briefing.tlp import Label
from bot.meaning.embedders import (
    EmbeddingsSettings,
    NotEmbedded,
    Purpose,
    Vector,
    unit_vector,
)

AWAITED_TIMEOUT_S, TIMEOUT_S = 2.0, 60.0
"""After so long a call is given up. Whoever asked has stopped waiting before that; what
nobody waits for may take as long as an endpoint needs to load its model.
"""
MOST_BYTES = 16 * 1024 * 1024
PATH = "/embeddings"


class EmbeddingsEndpoint:
    """An `Embedder` at an address: Ollama, llama.cpp, vLLM, TEI, bought ones.

    It is told the texts, the model's name and its key, and nothing else. No redirect
    is followed: it would take them to a place that nobody chose.
    """

    asked_before_ack_s = 0.0
    at_once = 32

    def __init__(
        self,
        settings: EmbeddingsSettings,
        *,
        awaited_timeout_s: float = AWAITED_TIMEOUT_S,
    ) -> None:
        self._settings = settings
        self._awaited_timeout_s = awaited_timeout_s
        self._url = full_address(settings.url)
        self._session: aiohttp.ClientSession | None = None

    @property
    def model(self) -> str:
        return f"{self._settings.host} {self._settings.model}"

    @property
    def most_label(self) -> Label:
        return self._settings.most_label

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, is_awaited: bool = False
    ) -> Sequence["Vector[float]"]:
        limit_s = self._awaited_timeout_s if is_awaited else TIMEOUT_S
        read = [text.encode("utf-8", "replace").decode() for text in texts]
        body: dict[str, Any] = {"input": read, "encoding_format": "float"}
        if self._settings.model:
            body["model"] = self._settings.model
        try:
            async with asyncio.timeout(limit_s):
                answer = await self._ask(body)
        except TimeoutError as exc:
            raise self._failed(f"did not answer within {limit_s:g} s") from exc
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            # Its own words may quote the address, and a key in that.
            raise self._failed(f"could not be asked: {type(exc).__name__}") from exc
        return self._vectors(answer, len(texts))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, body: dict[str, Any]) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        key = self._settings.key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with self._session.post(
            self._url, json=body, headers=headers, allow_redirects=False
        ) as response:
            if 300 <= response.status < 400:
                raise self._failed("answers with a redirect, which is not followed")
            if response.status != 200:
                raise self._failed(f"answers {response.status}")
            read = bytearray()
            async for chunk in response.content.iter_chunked(65_536):
                read += chunk
                if len(read) > MOST_BYTES:
                    raise self._failed("answers with more than 16 MB")
            return bytes(read)

    def _vectors(self, answer: bytes, count: int) -> Sequence["Vector[float]"]:
        try:
            entries = json.loads(answer)["data"]
            found = {int(entry["index"]): entry["embedding"] for entry in entries}
            vectors = [unit_vector(found[n]) for n in range(count)]
        except NotEmbedded as error:
            raise self._failed(f"answers wrongly: {error}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as exc:
            raise self._failed("does not answer as /v1/embeddings does") from exc
        if len(entries) != count or len({len(vector) for vector in vectors}) > 1:
            raise self._failed("answers with other vectors than were asked for")
        return vectors

    def _failed(self, what: str) -> NotEmbedded:
        return NotEmbedded(f"the embeddings endpoint {self._settings.host} {what}")


def full_address(url: str) -> str:
    """Return the address to post to: a server's or its `/v1` may stand for it."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path:
        path = f"/v1{PATH}"
    elif not path.endswith(PATH):
        path += PATH
    return parts._replace(path=path).geturl()
