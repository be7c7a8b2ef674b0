"""Index and search invented briefings, beside SQLite's FTS5 in the same run.

Run by `python -m tests.benchmarks.search`. Aims: 1,000 and 10,000 claims indexed in
0.15 s and 1 s; 20 MB for 1,000; half of all questions within 8 and 4 times FTS5 with
its porter stemmer, 99 of 100 within 10 ms at 10,000.
"""

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from resource import getpagesize
from statistics import median, quantiles
from time import perf_counter

from bot.briefing.models import Briefing
from bot.briefing.search.calibration import calibrate
from bot.briefing.search.english import FUNCTION_WORDS
from bot.briefing.search.index import Index
from bot.briefing.search.searcher import Searcher
from tests.benchmarks.invented import invented_briefing, invented_questions

SIZES = (100, 1_000, 10_000)
QUESTIONS = 400


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size cost: seconds, megabytes, and milliseconds a question."""

    indexing_s: float
    calibrating_s: float
    memory_mb: float
    ours_ms: list[float]
    fts5_ms: list[float]


def main() -> None:
    """Measure each size in a process of its own, so that memory is that size's."""
    context = multiprocessing.get_context("spawn")
    for size in SIZES:
        with context.Pool(1) as pool:
            print(_line(size, pool.apply(measure, (size,))))


def _line(size: int, figures: Figures) -> str:
    ours, theirs = median(figures.ours_ms), median(figures.fts5_ms)
    slow = quantiles(figures.ours_ms, n=100)[98]
    slow_theirs = quantiles(figures.fts5_ms, n=100)[98]
    return (
        f"{size:>6,} claims: indexed in {figures.indexing_s:.3f} s, calibrated in "
        f"{figures.calibrating_s:.2f} s, {figures.memory_mb:.1f} MB; "
        f"p50 {ours:.2f} ms = {ours / theirs:.1f} x FTS5, "
        f"p99 {slow:.2f} ms = {slow / slow_theirs:.1f} x FTS5"
    )


def measure(size: int) -> Figures:
    """Index, calibrate and question one invented briefing."""
    briefing = invented_briefing(size)
    questions = invented_questions(briefing, QUESTIONS)
    before = _resident_mb()
    start = perf_counter()
    index = Index(briefing)
    _ = index.vocabulary
    indexing_s = perf_counter() - start
    memory_mb = _resident_mb() - before

    start = perf_counter()
    calibrate(index)
    calibrating_s = perf_counter() - start
    del index
    return Figures(
        indexing_s,
        calibrating_s,
        memory_mb,
        ours_ms=_time_each(_ours(briefing), questions),
        fts5_ms=_time_each(_fts5(briefing), questions),
    )


def _time_each(ask: Callable[[str], object], questions: list[str]) -> list[float]:
    def timed() -> Iterator[float]:
        for question in questions:
            start = perf_counter()
            ask(question)
            yield (perf_counter() - start) * 1000

    return list(timed())


def _ours(briefing: Briefing) -> Callable[[str], object]:
    searcher = Searcher([briefing])
    searcher.warm()
    return searcher.ask


def _fts5(briefing: Briefing) -> Callable[[str], object]:
    """Return a search that asks for any of the words, function words left out."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE claims USING fts5(text, tokenize='porter')")
    rows = [(claim.text,) for claim in briefing.claims]
    database.executemany("INSERT INTO claims VALUES (?)", rows)
    found = "SELECT rowid, bm25(claims) FROM claims WHERE claims MATCH ? "

    def ask(question: str) -> list[tuple[int, float]]:
        words = question.lower().strip("?").split()
        any_of = " OR ".join(
            f'"{word}"' for word in words if word not in FUNCTION_WORDS
        )
        rows = database.execute(f"{found} ORDER BY bm25(claims) LIMIT 5", (any_of,))
        return rows.fetchall()

    return ask


def _resident_mb() -> float:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * getpagesize() / 1_000_000


if __name__ == "__main__":
    main()
