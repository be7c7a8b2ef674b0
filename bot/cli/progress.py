"""How far a long command has come, on a terminal alone: a pipe gets none of it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

AGAIN_S = 0.1
"""Drawing more often would only cost time."""
_CLEAR = "\r\x1b[2K"


class Progress:
    """A line that is drawn over and over on standard error, and is gone at the end."""

    def __init__(self, what: str, total: int = 0) -> None:
        """Count up to `total`; 0 where nobody knows how much there is."""
        self._what = what
        self._total = total
        self._done = 0
        self._is_shown = sys.stderr.isatty()
        self._drawn_at = float("-inf")

    def step(self, what: str = "") -> None:
        """Count one more thing, or say what is done now."""
        self._done += 1
        self._what = what or self._what
        if self._done == 1 or time.monotonic() - self._drawn_at >= AGAIN_S:
            self._draw()

    def show(self, what: str) -> None:
        """Say what is done now, at once."""
        self._what = what
        self._draw()

    def clear(self) -> None:
        """Take the line away, so that something else can be printed there."""
        if self._is_shown:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
            self._drawn_at = float("-inf")

    def _draw(self) -> None:
        if not self._is_shown:
            return
        how_far = f": {self._done:,} of {self._total:,}" if self._total else "…"
        sys.stderr.write(f"{_CLEAR}{self._what}{how_far}")
        sys.stderr.flush()
        self._drawn_at = time.monotonic()


@contextmanager
def progress(what: str, total: int = 0) -> Iterator[Progress]:
    """Show how far it has come until the block ends, however it ends."""
    shown = Progress(what, total)
    shown.show(what)
    try:
        yield shown
    finally:
        shown.clear()
