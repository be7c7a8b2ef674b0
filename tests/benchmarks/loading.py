"""How long loading takes, as a ratio to PyYAML's own bare load of the same text.

Run `python -m tests.benchmarks.loading`. Ratios are of one run on one machine; the aim
is at most 1.3 for loading with places and validation, growing no faster than the bare.
"""

import gc
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml

from bot.files.briefs import YamlBriefingSource

SIZES = (100, 1_000, 10_000)
FILES = 20
TODAY = date(2026, 11, 23)
AIM = 1.3


def main() -> None:
    """Print one line for each size, then the reload of one file among twenty."""
    print("claims   bare load   ours      ratio (aim 1.3)   memory kept: bare  ours")
    for claims in SIZES:
        _compare(claims)
    _reload()


def _compare(claims: int) -> None:
    text = briefing_text("big", claims)
    rounds = 7 if claims < 10_000 else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "big.yaml").write_text(text)
        bare, ours = _best_of(rounds, lambda: _bare(text), lambda: _load(folder))
        kept = [_kept(lambda: _bare(text)), _kept(lambda: _load(folder))]
    print(
        f"{claims:6,} {bare * 1000:9.1f} ms {ours * 1000:8.1f} ms {ours / bare:7.2f}"
        f"{kept[0]:25.1f} MB {kept[1]:5.1f} MB"
    )


def _reload() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(FILES):
            text = briefing_text(f"topic-{number}", 50)
            (folder / f"topic-{number}.yaml").write_text(text)
        source = YamlBriefingSource(folder)
        first = _seconds(lambda: source.read(TODAY))
        edited = briefing_text("topic-7", 50).replace("may still rise", "may fall")
        (folder / "topic-7.yaml").write_text(edited)
        again = _seconds(lambda: source.read(TODAY))
        idle = _seconds(lambda: source.read(TODAY))
    print(
        f"\n{FILES} files of 50 claims: first read {first * 1000:.1f} ms, "
        f"after touching one {again * 1000:.1f} ms ({again / first:.2f}), "
        f"unchanged {idle * 1000:.1f} ms"
    )


def _bare(text: str) -> object:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _load(folder: Path) -> object:
    source = YamlBriefingSource(folder)
    reading = source.read(TODAY)
    assert reading.library is not None, reading.errors[:3]
    return source, reading


def _best_of(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Time the works in turn, so that a busy machine slows them alike."""
    times = [[_seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _kept(work: Callable[[], object]) -> float:
    """Return the megabytes that the result keeps, whatever it took to make it."""
    gc.collect()
    tracemalloc.start()
    result = work()
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return kept / 1e6


def briefing_text(id: str, claims: int) -> str:
    """Return a briefing of so many claims, ten to a section, as curators write them."""
    lines = [f"id: {id}", "title: What it comes to", "as_of: 2026-11", "sources:"]
    sections = max(1, claims // 10)
    for number in range(sections):
        lines.append(f"  source-{number}:")
        lines.append(f"    publisher: The office of statistics of region {number}")
        lines.append("    reliability: B")
    lines.append("sections:")
    for number in range(sections):
        lines += [
            f"  - id: section-{number}",
            "    title: The region has lost more than it says",
            f"    aliases: [region {number}]",
            "    claims:",
        ]
        for place in range(min(10, claims)):
            lines.append(_claim_text(number, number * 10 + place))
    return "\n".join(lines) + "\n"


def _claim_text(section: int, number: int) -> str:
    return f"""\
      - id: claim-{number}
        aliases: [losses of {number}]
        text: >
          About {number + 100:,} soldiers of the region were reported killed or injured
          in the fighting, and the office says that the number may still rise.
        short: About {number + 100:,} killed or injured
        caveat: Killed and injured are counted together.
        kind: estimate
        sources: [source-{section}]
        figures:
          - {{label: losses of {number}, value: {number + 100}, approximate: true}}
        when: 2026-11~"""


if __name__ == "__main__":
    main()
