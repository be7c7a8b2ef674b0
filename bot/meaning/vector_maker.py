"""`VectorMaker`: claims' vectors, made in the background at a load, each once."""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Sequence

from bot.briefing.library import Library
from bot.briefing.search.english import off_topic_questions
from bot.briefing.search.meaning import passage
from bot.briefing.tlp import PUBLIC, Label
from bot.errors import DatabaseUnavailable
from bot.meaning.claim_vectors import ClaimVectors
from bot.meaning.embedders import Embedder, NotEmbedded, Purpose, Vector, cosine
from bot.meaning.vector_store import VectorStore, key_of

log = logging.getLogger(__name__)

RETRY_S = 60.0
STORED_AT_ONCE = 64
SAME = 0.98
"""The cosine below which two vectors of one text are of different models."""


class VectorMaker:
    """Makes what is lacking for the library that is current, and drops what it is not.

    `store` keeps vectors for the next start; without one they are kept in memory.
    """

    def __init__(self, embedder: Embedder, store: VectorStore | None) -> None:
        self._embedder = embedder
        self._store = store
        self._library: Library | None = None
        self._used: frozenset[str] = frozenset()
        self._wake = asyncio.Event()
        self.tried = asyncio.Event()
        """Set once the latest library has its vectors, or could not get them."""
        self.claims: ClaimVectors | None = None
        """None until chance is known: then words answer alone."""
        self.trouble = ""
        """Why claims have no vectors, in a few words; empty while they get them."""
        self.question_trouble = ""
        """Why a question got none; empty once the model answers again."""

    async def follow(self, library: Library) -> None:
        """Make the vectors of this library soon; nobody waits for them."""
        self._library = library
        self.tried.clear()
        self._wake.set()

    def begin_again(self) -> None:
        """Look again at what there is: the model may have become another one."""
        self.tried.clear()
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Make vectors at each load until told to stop; try again where that fails."""
        stopped = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                wake = asyncio.create_task(self._wake.wait())
                await asyncio.wait(
                    {wake, stopped},
                    timeout=RETRY_S,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                wake.cancel()
                is_wanted = self._wake.is_set() or self.trouble or self.question_trouble
                self._wake.clear()
                if self._library is None or stop.is_set() or not is_wanted:
                    continue
                making = asyncio.create_task(self._try(self._library))
                try:
                    await asyncio.wait(
                        {making, stopped}, return_when=asyncio.FIRST_COMPLETED
                    )
                finally:
                    making.cancel()
                await asyncio.gather(making, return_exceptions=True)
        finally:
            stopped.cancel()

    async def _try(self, library: Library) -> None:
        try:
            await self.make(library)
        except (NotEmbedded, DatabaseUnavailable) as error:
            self.trouble = str(error)
            log.warning("meaning.not_made", extra={"reason": self.trouble})
        except Exception as error:
            # Whatever is wrong with vectors, the bot goes on without them.
            self.trouble = f"vectors could not be made: {type(error).__name__}"
            log.exception("meaning.not_made", extra={"reason": self.trouble})
        else:
            self.trouble = self.question_trouble = ""
        self.tried.set()

    async def make(self, library: Library) -> None:
        """Make what is lacking, and drop what is used no more.

        1. One text is always made anew, which tells whether the model is another one.
        2. What chance comes to, from the shipped off-topic questions.
        3. The claims that may be given to the model, each as one passage.

        Raise `NotEmbedded` or `DatabaseUnavailable`; what was made by then is kept.
        """
        model = self._embedder.model
        chance = off_topic_questions()
        texts = tuple(dict.fromkeys(passages(library, self._embedder.most_label)))
        keys = {
            (text, purpose): key_of(text, purpose, model)
            for purpose, all_texts in (
                (Purpose.QUESTION, chance),
                (Purpose.CLAIM, texts),
            )
            for text in all_texts
        }
        kept = await self._store.load(keys.values()) if self._store else {}
        probe = chance[0]
        (fresh,) = await self._embedder.embed([probe], Purpose.QUESTION)
        known = kept.get(keys[probe, Purpose.QUESTION])
        if known is not None and cosine(known, fresh) < SAME:
            log.warning("meaning.other_model", extra={"model": model})
            kept, self.claims = {}, None
            if self._store:
                await self._store.keep_only(())
        kept = {key: v for key, v in kept.items() if len(v) == len(fresh)}

        by_text = {text: kept.get(keys[text, Purpose.QUESTION]) for text in chance}
        lacking = [text for text, vector in by_text.items() if vector is None]
        made = await self._embed(lacking, Purpose.QUESTION, keys)
        if self.claims is None or self.claims.size != len(fresh):
            vectors = [by_text[text] or made[text] for text in chance]
            self.claims = await asyncio.to_thread(ClaimVectors, vectors)

        claims = self.claims
        by_key = {keys[text, Purpose.CLAIM]: text for text in texts}
        stored = {by_key[key]: v for key, v in kept.items() if key in by_key}
        fitting = {t: v for t, v in stored.items() if t not in claims}
        await asyncio.to_thread(claims.add, fitting)
        lacking = [text for text in texts if text not in claims]
        for at in range(0, len(lacking), STORED_AT_ONCE):
            some = lacking[at : at + STORED_AT_ONCE]
            made = await self._embed(some, Purpose.CLAIM, keys)
            await asyncio.to_thread(claims.add, made)
        claims.keep(set(texts))
        self._used = frozenset(keys.values())
        dropped = await self._store.keep_only(self._used) if self._store else 0
        await self.note_use()
        # Who asks first is not to wait until what everybody may see is compared.
        for index in library.for_audience(PUBLIC).searcher.indexes:
            await asyncio.to_thread(claims.covers, index)
        facts = {"made": len(lacking), "claims": len(texts), "dropped": dropped}
        log.info("meaning.made", extra=facts)

    async def note_use(self) -> None:
        """Note in the store that the vectors of the latest library are of use."""
        if self._store:
            await self._store.note_use(self._used)

    async def _embed(
        self,
        texts: Sequence[str],
        purpose: Purpose,
        keys: Mapping[tuple[str, Purpose], str],
    ) -> dict[str, "Vector[float]"]:
        """Make and store vectors, so few at once that a question can come between."""
        made: dict[str, Vector[float]] = {}
        for at in range(0, len(texts), self._embedder.at_once):
            some = texts[at : at + self._embedder.at_once]
            vectors = await self._embedder.embed(some, purpose)
            made |= zip(some, vectors, strict=True)
        if self._store and made:
            await self._store.add({keys[t, purpose]: v for t, v in made.items()})
        return made


def passages(library: Library, most_label: Label) -> Iterator[str]:
    """Yield the passage of each claim that is no stricter than this, in order.

    What a claim stands in is told with it: its briefing's label counts, too.
    """
    for briefing in library.briefings:
        for section in briefing.sections:
            for claim in section.claims:
                labels = (briefing.handling, briefing.label_of(claim))
                is_open = all(
                    label is not None and label.rank <= most_label.rank
                    for label in labels
                )
                if is_open and not claim.is_withdrawn:
                    yield passage(section, claim)
