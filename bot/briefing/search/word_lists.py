"""The word lists that travel with the package: the one place that reads them.

Package data is part of the program, not a file of the world; nothing is opened when
this module is imported, and each list is read once, when it is first asked for.
"""

from functools import lru_cache
from importlib.resources import files

MOST_COMMON = 30_000


@lru_cache(maxsize=1)
def english_ranks() -> dict[str, int]:
    """Return the 30,000 commonest English words, each with its rank from 1."""
    return {word: rank for rank, word in enumerate(_lines("english-by-frequency"), 1)}


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, ...], ...]:
    """Return for each country its name, its people's and its government's seat."""
    return tuple(tuple(line.split(", ")) for line in _lines("countries"))


@lru_cache(maxsize=1)
def related_words() -> tuple[tuple[str, ...], ...]:
    """Return groups of words that people use for much the same in news English."""
    return tuple(tuple(line.split()) for line in _lines("related-words"))


@lru_cache(maxsize=1)
def off_topic_questions() -> tuple[str, ...]:
    """Return questions such as people ask a bot about anything at all."""
    return tuple(_lines("off-topic-questions"))


def _lines(name: str) -> list[str]:
    path = files("bot.briefing.search") / "data" / f"{name}.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
