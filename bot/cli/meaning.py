"""Sentence vectors in the terminal: the bot's model, and the vectors that it keeps."""

import os
import sys
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

import typer

from bot.briefing.library import Library
from bot.briefing.search.meaning import Meaning
from bot.briefing.search.searcher import Outcome
from bot.briefing.tlp import CURATOR
from bot.cli.database import is_missing
from bot.db.database import open_database
from bot.db.migrate import HEAD, version
from bot.db.tables import vectors
from bot.errors import BotError
from bot.meaning.meanings import Meanings, choose_embedder
from bot.meaning.vector_store import VectorStore
from bot.questions.understand import read_message, reply_to
from bot.settings import Settings

PATIENCE_S = 30.0
"""Nobody in Slack waits: a terminal answers alike on a busy machine."""
KEPT_UNUSED = timedelta(days=90)
STRICTER = "the endpoint is not given all claims of this briefing"


class SharedVectors(VectorStore):
    """Vectors that a bot keeps: more are added, and none is dropped behind its back."""

    async def keep_only(self, keys: Collection[str]) -> int:
        return 0


class TerminalMeaning:
    """Says what questions mean, where words alone give no plain answer.

    The claims' vectors are made, or read, when the first of those is asked.
    """

    def __init__(self, library: Library, meanings: Meanings | None) -> None:
        self._library = library
        self._meanings = meanings
        self._is_made = False
        self._failure = ""

    @property
    def is_there(self) -> bool:
        """Say whether a model is at hand at all."""
        return self._meanings is not None

    @property
    def trouble(self) -> str:
        """Say why vectors took no part where words alone did not answer."""
        failed_to_ask = self._meanings.trouble if self._meanings else ""
        return self._failure or failed_to_ask or STRICTER

    async def of(self, library: Library, question: str) -> Meaning | None:
        """Return what is known of a question's meaning; None leaves it to words.

        `library` is the whole one, or a part of it.
        """
        visible = library.for_audience(CURATOR)
        plain = visible.searcher.ask(question).outcome is Outcome.ANSWERED
        if self._meanings is None or plain or self._failure:
            return None
        try:
            if not self._is_made:
                await self._meanings.make(self._library)
                self._is_made = True
        except BotError as error:
            self._failure = str(error)
            typer.echo(f"Words alone answer: {error}.", err=True)
            return None
        said = read_message(question, visible)
        for attempt in (
            lambda meaning: reply_to(said, visible, meaning=meaning),
            lambda meaning: visible.searcher.ask(question, meaning=meaning),
        ):
            await self._meanings.answer(attempt)
        return self._meanings.known()


@asynccontextmanager
async def meaning_at_hand(library: Library) -> AsyncIterator[TerminalMeaning]:
    """Choose a model as the bot would, and use its database where there is one.

    Where there is none, vectors are kept among this user's caches, or else not at all.
    """
    settings = Settings.read()
    embedder = choose_embedder(settings.embeddings)
    if embedder is None:
        yield TerminalMeaning(library, None)
        return
    async with AsyncExitStack() as stack:
        store = None
        with suppress(BotError, OSError):
            store = await _bots_vectors(stack, settings.database_url)
            store = store or await _own_vectors(stack)
        meanings = Meanings(embedder, store)
        meanings.patience_s = PATIENCE_S
        stack.push_async_callback(meanings.close)
        yield TerminalMeaning(library, meanings)


async def _bots_vectors(stack: AsyncExitStack, url: str) -> VectorStore | None:
    """Return the vectors in the bot's database; None where it cannot be used."""
    if is_missing(url):
        return None
    with suppress(BotError):
        database = await stack.enter_async_context(open_database(url))
        if await database.read(version) >= HEAD:
            return SharedVectors(database)
    return None


async def _own_vectors(stack: AsyncExitStack) -> VectorStore:
    """Return the vectors that commands without a database keep among the caches.

    Making those of a briefing takes seconds, and of a question next to nothing.
    """
    file = kept_vectors()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        if sys.stderr.isatty():
            typer.echo(f"Reading what claims mean, once; kept in {file}.", err=True)
    database = await stack.enter_async_context(open_database(f"sqlite:///{file}"))
    await database.write(partial(vectors.create, checkfirst=True))
    kept = SharedVectors(database)
    await kept.drop_unused(database.now() - KEPT_UNUSED)
    return kept


def kept_vectors() -> Path:
    """Return where vectors are kept beside no database: by hash, without a word."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "briefing-bot" / "vectors.sqlite3"
