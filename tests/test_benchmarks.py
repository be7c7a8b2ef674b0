"""The one table of the benchmarks, read from what they print; the README shows it."""

import re
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.__main__ import BENCHMARKS, Benchmark, Figure, measured, table

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
START = Benchmark(
    "startup",
    (
        Figure("start", r"more: ([\d,.]+) s", 1.5, "s"),
        Figure("share", r"share ([\d,.]+)", 0.9, at_most=False),
        Figure("weight", r"([\d,.]+) MB", 120, "MB"),
    ),
)


def test_figures_are_read_and_held_against_their_aims() -> None:
    """At most or at least; and what was not printed is not met."""
    results = list(measured(START, "more: 1,200.5 s\nshare 0.95\n"))

    assert table(results) == (
        "| figure | aim | measured | |\n"
        "|---|---|---|---|\n"
        "| start | at most 1.5 s | 1200.5 | **missed** |\n"
        "| share | at least 0.9 | 0.95 |  |\n"
        "| weight | at most 120 MB | not measured | **missed** |"
    )


def test_every_benchmark_of_the_table_can_be_run() -> None:
    """Each is a module of the package, and prints what its patterns look for."""
    for benchmark in BENCHMARKS:
        assert find_spec(f"tests.benchmarks.{benchmark.module}")
        assert all(re.compile(each.pattern).groups == 1 for each in benchmark.figures)


def test_the_front_page_has_the_table_that_the_command_prints() -> None:
    """Row by row, with the same figures and aims; the numbers are one run's."""
    promised = [
        line.rsplit("|", 3)[0]
        for benchmark in BENCHMARKS
        for line in table(list(measured(benchmark, ""))).splitlines()[2:]
    ]
    shown = re.findall(r"^(\| .* \| at (?:most|least) .*) \| .* \| .*\|$", README, re.M)

    assert [f"{row} " for row in shown] == promised
