"""`Meanings`: a question's vector, asked for where words alone give no plain answer."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.briefing.library import Library
from bot.briefing.search.index import Index
from bot.briefing.search.meaning import Closeness, Meaning
from bot.meaning.claim_vectors import ClaimVectors
from bot.meaning.embedders import (
    Embedder,
    EmbeddingsSettings,
    NotEmbedded,
    Purpose,
    Vector,
)
from bot.meaning.endpoint import EmbeddingsEndpoint
from bot.meaning.own_model import OwnModel, is_installed
from bot.meaning.vector_maker import VectorMaker
from bot.meaning.vector_store import VectorStore, key_of

log = logging.getLogger(__name__)

LONGEST = 300
"""Characters of a question that are embedded: 40,000 take a model twelve seconds."""
PATIENCE_S = 0.3
MOST_WAITING = 8
"""Questions in line for a vector; whoever comes then is answered by words."""
MOST_KEPT = 256
"""Vectors of questions kept in memory, by the hashes of their texts."""
_MOST_TEXTS = 3
"""Texts of one question: itself, and the one before it."""

ResultT = TypeVar("ResultT")
Count = Callable[[str], None]
"""Counts how asking for a vector ended: used, late, busy or failed."""


class Meanings:
    """What questions mean, where a model is at hand; without one words answer alone.

    One question is embedded at a time, and so few wait for it that a slow model delays
    nobody. A call that takes too long goes on, and its vector serves the next asker.
    """

    def __init__(
        self,
        embedder: Embedder | None = None,
        store: VectorStore | None = None,
        *,
        count: Count = lambda _ending: None,
    ) -> None:
        self._embedder = embedder
        self._count = count
        self._maker = VectorMaker(embedder, store) if embedder else None
        self._known: OrderedDict[str, Vector[float]] = OrderedDict()
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self.patience_s = PATIENCE_S
        """How long an answer waits for its question's vector, once acknowledged."""

    @property
    def trouble(self) -> str:
        """Say why words answer alone although a model is wished for; empty if not."""
        maker = self._maker
        return (maker.question_trouble or maker.trouble) if maker else ""

    async def follow(self, library: Library) -> None:
        """Take a library over that was loaded; its vectors are made in `run`."""
        if self._maker:
            await self._maker.follow(library)

    async def make(self, library: Library) -> None:
        """Make a library's vectors now; raise like `VectorMaker.make`."""
        if self._maker:
            await self._maker.make(library)

    async def note_use(self) -> None:
        """Note that the vectors of the library that is served are of use still."""
        if self._maker:
            await self._maker.note_use()

    async def tried(self) -> None:
        """Wait until the latest library has its vectors, or could not get them."""
        if self._maker:
            await self._maker.tried.wait()

    async def run(self, stop: asyncio.Event) -> None:
        """Make vectors at each load until told to stop."""
        if self._maker:
            await self._maker.run(stop)

    async def close(self) -> None:
        """Let go of the model; what it is asked just now is dropped."""
        for task in tuple(self._asked.values()):
            task.cancel()
        if self._embedder:
            await self._embedder.close()

    async def answer(
        self,
        attempt: Callable[[Meaning | None], ResultT],
        *,
        is_acknowledged: bool = True,
    ) -> tuple[ResultT, bool]:
        """Return what an attempt comes to, and whether a vector not asked for may help.

        It is tried by words alone, and again with each vector that it lacked, as long
        as there is time. Before the acknowledgement an endpoint is never asked.
        """
        if self._embedder is None:
            return attempt(None), False
        asked = self._asked_now()
        found = attempt(asked)
        if not asked.lacking:
            return found, False
        patience_s = self.patience_s
        if not is_acknowledged:
            patience_s = self._embedder.asked_before_ack_s
        if not patience_s:
            return found, True
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        for _ in range(_MOST_TEXTS):
            lacking, asked.lacking = asked.lacking, []
            if not lacking or not await self._vector(lacking[0], until - loop.time()):
                break
            found = attempt(asked)
        return found, False

    def known(self) -> Meaning | None:
        """Return what is known of questions asked just now; nobody is asked."""
        return self._asked_now() if self._embedder else None

    def _asked_now(self) -> "AskedMeaning":
        claims = self._maker.claims if self._maker else None
        return AskedMeaning(claims, self._known)

    async def _vector(self, text: str, within_s: float) -> bool:
        """Have a text embedded, and say whether its vector came in time."""
        key = key_of(text, Purpose.QUESTION, "")
        if key not in self._asked:
            if len(self._asked) >= MOST_WAITING:
                self._count("busy")
                return False
            self._asked[key] = asyncio.create_task(self._embed(key, text))
        done, _ = await asyncio.wait({self._asked[key]}, timeout=max(0.0, within_s))
        is_known = key in self._known
        self._count("used" if is_known else "failed" if done else "late")
        return is_known

    async def _embed(self, key: str, text: str) -> None:
        assert self._embedder is not None
        assert self._maker is not None
        try:
            async with self._turn:
                (vector,) = await self._embedder.embed(
                    [text], Purpose.QUESTION, is_awaited=True
                )
            claims = self._maker.claims
            if claims is not None and len(vector) != claims.size:
                self._maker.begin_again()
                raise NotEmbedded(
                    f"a question has {len(vector)} numbers and a claim {claims.size}: "
                    "the model became another one"
                )
        except NotEmbedded as error:
            if str(error) != self._maker.question_trouble:
                log.warning("meaning.failed", extra={"reason": str(error)})
            self._maker.question_trouble = str(error)
        except Exception as error:
            # Whatever is wrong with vectors, words answer.
            reason = f"a question got no vector: {type(error).__name__}"
            log.exception("meaning.failed", extra={"reason": reason})
            self._maker.question_trouble = reason
        else:
            self._maker.question_trouble = ""
            self._known[key] = vector
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        finally:
            del self._asked[key]


def choose_embedder(settings: EmbeddingsSettings) -> Embedder | None:
    """Return what is to make vectors: an endpoint if one is set, else the extra's.

    None where neither may be used, or it is off. Nothing is loaded or asked yet.
    """
    if settings.is_off or settings.why_idle:
        return None
    if settings.url:
        return EmbeddingsEndpoint(settings)
    return OwnModel() if is_installed() else None


class AskedMeaning:
    """A `Meaning` for one answer: `lacking` collects the texts that had no vector."""

    def __init__(
        self, claims: ClaimVectors | None, known: "Mapping[str, Vector[float]]"
    ) -> None:
        """`known` are vectors of questions by the keys of their texts."""
        self._claims = claims
        self._known = known
        self.lacking: list[str] = []

    def closeness(self, question: str, index: Index) -> Closeness | None:
        text = question[:LONGEST]
        if self._claims is None or not text or not self._claims.covers(index):
            return None
        vector = self._known.get(key_of(text, Purpose.QUESTION, ""))
        if vector is None:
            self.lacking.append(text)
            return None
        return self._claims.closeness(vector, index)
