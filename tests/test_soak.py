"""What grows during a soak run does not escape its judge; the run is a benchmark."""

from dataclasses import replace

import pytest

from tests.benchmarks.soak import PARTS, Act, Sample, cut, growth

SECONDS = 600.0
FLAT = [Sample(n * 2.0, 200_000_000, 30, 25, work_s=n * 0.5) for n in range(300)]
ACTS = [Act(n / 2, kind, 0.02) for n in range(1_200) for kind in ("command", "message")]


def test_what_stays_as_it_is_has_not_grown() -> None:
    """The parts are as long as each other, and say what each act cost."""
    parts = cut(FLAT, ACTS, SECONDS)

    assert growth(parts) == []
    assert [part.acts for part in parts] == [400] * PARTS
    assert [round(part.work_ms, 1) for part in parts] == [62.5] * PARTS


@pytest.mark.parametrize(
    ("per_second", "name"),
    [
        ({"memory": 60_000}, "memory"),
        ({"descriptors": 0.03}, "descriptors"),
        ({"tasks": 0.03}, "tasks"),
    ],
)
def test_what_grows_all_the_time_is_named(
    per_second: dict[str, float], name: str
) -> None:
    """By what comes to it each second: in ten minutes that is enough to see it."""
    (field, more), *_ = per_second.items()
    grown = [
        replace(each, **{field: int(getattr(each, field) + more * each.at_s)})
        for each in FLAT
    ]

    (found,) = growth(cut(grown, ACTS, SECONDS))

    assert found.startswith(name)


def test_what_becomes_slower_is_named() -> None:
    """A moment's height in the tasks is no growth, and a slow half minute is."""
    busy = [replace(each, tasks=90) if each.at_s > 590 else each for each in FLAT]
    slow = [replace(act, took_s=0.2) if act.at_s > 570 else act for act in ACTS]

    found = growth(cut(busy, slow, SECONDS))

    assert [each.split(":")[0] for each in found] == ["p99 at once", "p99 posted"]
