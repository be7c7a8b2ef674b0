"""The benchmarks in their quick form, one after the other, and one table of them all.

    python -m tests.benchmarks [--only NAME] [--json]

Each runs in a process of its own, as it does alone, and its figures are read from what
it prints. A minute or two each; what takes longer (startup, chaos, audiences,
outage, leaks, corrections, growth) is run by its own name.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured; `pattern` finds the number in what the benchmark prints.

    `at_most` says on which side of the aim it should be.
    """

    name: str
    pattern: str
    aim: float
    unit: str = ""
    at_most: bool = True


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A module of this package with the arguments of its quick form."""

    module: str
    figures: tuple[Figure, ...]
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as it came out; `value` is None where it was not printed."""

    benchmark: str
    figure: str
    aim: str
    value: float | None
    is_met: bool


N = r"(-?[\d,]+(?:\.\d+)?)"
BENCHMARKS = (
    Benchmark(
        "answer_quality",
        (
            Figure("answerable questions refused", rf"flatly refused .*? {N}", 0.025),
            Figure(
                "the right claim shown",
                rf"right claim among those shown +{N}",
                0.925,
                at_most=False,
            ),
            Figure(
                "near-misses answered plainly", rf"near-misses .*plainly +{N}", 0.166
            ),
            Figure(
                "off-topic answered plainly",
                rf"(?s)held out: .*off-topic answered plainly +{N}",
                0.005,
            ),
        ),
        ("--only", "first briefing", "--held-out", "--only", "held out", "--words"),
    ),
    Benchmark(
        "drafts",
        (
            Figure(
                "changed numbers found in a draft",
                rf"changed numbers found +{N}",
                0.95,
                at_most=False,
            ),
            Figure("unchanged claims told to differ", rf"unchanged told +{N}", 0.02),
        ),
    ),
    Benchmark(
        "payloads",
        (
            Figure("mutated payloads left unanswered", rf"{N} unanswered", 0),
            Figure("mistakes of ours in the log", rf"{N} mistakes", 0),
        ),
        ("300",),
    ),
    Benchmark(
        "loading",
        (
            Figure(
                "loading 1,000 claims, beside bare YAML",
                rf"(?m)^ *1,000 .* ms +{N} ",
                1.3,
                "x",
            ),
        ),
    ),
    Benchmark(
        "differ",
        (
            Figure(
                "comparing 10,000 claims, beside hashing both",
                rf" 0 changed: .*ratio {N} ",
                1.5,
                "x",
            ),
        ),
    ),
    Benchmark(
        "search",
        (
            Figure(
                "indexing 10,000 claims", rf"10,000 claims: indexed in {N} s", 1, "s"
            ),
            Figure(
                "a question at 10,000 claims, beside FTS5",
                rf"10,000 claims: .*?= {N} x FTS5",
                4,
                "x",
            ),
        ),
    ),
    Benchmark(
        "commands",
        (
            Figure(
                "a command beside one line of Bolt",
                rf"beside one line: {N} x \(aim 3\)",
                3,
                "x",
            ),
            Figure(
                "its slowest hundredth beside the median",
                rf"p50: {N} x \(aim 5\)",
                5,
                "x",
            ),
            Figure(
                "commands a second over HTTP, beside one line of Bolt",
                rf"troops [\d,]+/s: {N} x \(aim 0\.7\)",
                0.7,
                "x",
                at_most=False,
            ),
        ),
    ),
    Benchmark(
        "conversation",
        (
            Figure(
                "a question to its posted answer, beside a bare post",
                rf"ratio of medians {N} ",
                5,
                "x",
            ),
        ),
    ),
    Benchmark(
        "delivering",
        (
            Figure(
                "durable deliveries a second, beside bare posts at once",
                rf"ratio {N} \(promised 0\.35\)",
                0.35,
                "x",
                at_most=False,
            ),
        ),
        ("--database", "sqlite"),
    ),
)


def measured(benchmark: Benchmark, printed: str) -> Iterator[Measured]:
    """Read a benchmark's figures from what it printed."""
    for figure in benchmark.figures:
        found = re.search(figure.pattern, printed)
        value = float(found[1].replace(",", "")) if found else None
        is_met = value is not None and (
            value <= figure.aim if figure.at_most else value >= figure.aim
        )
        side = "at most" if figure.at_most else "at least"
        aim = f"{side} {figure.aim:g} {figure.unit}".rstrip()
        yield Measured(benchmark.module, figure.name, aim, value, is_met)


def table(results: list[Measured]) -> str:
    """Return the table as the front page has it."""
    lines = ["| figure | aim | measured | |", "|---|---|---|---|"]
    for each in results:
        value = "not measured" if each.value is None else f"{each.value:g}"
        met = "" if each.is_met else "**missed**"
        lines.append(f"| {each.figure} | {each.aim} | {value} | {met} |")
    return "\n".join(lines)


def main() -> int:
    """Run them, with progress on standard error; 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    names = [each.module for each in BENCHMARKS]
    parser.add_argument("--only", action="append", choices=names, default=[])
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    options = parser.parse_args()
    chosen = [b for b in BENCHMARKS if not options.only or b.module in options.only]

    results: list[Measured] = []
    for number, benchmark in enumerate(chosen, 1):
        say(f"[{number}/{len(chosen)}] {benchmark.module} …", end="")
        began = time.monotonic()
        command = [sys.executable, "-m", f"tests.benchmarks.{benchmark.module}"]
        ran = subprocess.run(
            [*command, *benchmark.arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        say(f" {time.monotonic() - began:.0f} s")
        # An aim that was missed ends some of them with an error of its own.
        if ran.returncode and "Traceback" in ran.stderr:
            say(ran.stderr)
        results += measured(benchmark, ran.stdout)

    print(
        json.dumps([asdict(r) for r in results], indent=2)
        if options.json
        else table(results)
    )
    return int(not all(each.is_met for each in results))


def say(text: str, end: str = "\n") -> None:
    """Tell whoever waits; the table alone goes to standard output."""
    print(text, end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
