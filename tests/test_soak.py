"""What grows during a soak run does not escape its judge; the run is a benchmark."""

import asyncio
from dataclasses import replace

import pytest

from tests.benchmarks.soak import (
    PARTS,
    Act,
    Sample,
    cut,
    growth,
    part_of,
    until_one_ends,
)

SECONDS = 600.0
FLAT = [Sample(n * 2.0, 200_000_000, 30, 25, work_s=n * 0.5) for n in range(300)]
ACTS = [Act(n / 2, kind, 0.02) for n in range(1_200) for kind in ("command", "message")]


def test_what_stays_as_it_is_has_not_grown() -> None:
    """The parts are as long as each other, and say what each act cost."""
    parts = cut(FLAT, ACTS, SECONDS)

    assert growth(parts) == []
    assert [part.acts for part in parts] == [400] * PARTS
    work = [part.work_ms for part in parts]
    assert work == pytest.approx([62.5] * PARTS, abs=0.05)


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


def test_a_part_without_acts_says_so_and_fails_the_run() -> None:
    """Nothing was slow there, and nothing was shown to be fast."""
    gap = [act for act in ACTS if not 200 <= act.at_s < 300]

    parts = cut(FLAT, gap, SECONDS)

    assert str(parts[2]) == (
        "acts 0; memory 190.7 MiB; descriptors 30; tasks 25; work not measured; "
        "at once not measured; posted not measured"
    )
    assert growth(parts) == [
        "part 3: work, p99 at once, p99 posted not measured",
    ]


@pytest.mark.parametrize("looks", [0, 1])
def test_a_part_in_which_nobody_looked_on_says_so(looks: int) -> None:
    """A single look tells how much there is, and not of how much work was done."""
    part = part_of(FLAT[:looks], ACTS, 0, SECONDS)

    missing = "work" if looks else "memory, descriptors, tasks, work"
    assert growth([part] * PARTS)[0] == f"part 1: {missing} not measured"


def test_a_part_that_never_came_says_so() -> None:
    """A run that is broken off has such parts."""
    assert str(cut(FLAT[:150], ACTS[:600], SECONDS)[5]) == "acts 0; nothing measured"


async def test_what_dies_beside_the_load_ends_it_and_is_named() -> None:
    """It would go on for an hour, and nobody would know that nothing is edited."""
    ended = asyncio.Event()

    async def edit() -> None:
        raise FileNotFoundError("harbour.yaml")

    async def act() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    died = await until_one_ends({"the load": act(), "editing": edit()})

    assert died == "editing died: FileNotFoundError: harbour.yaml"
    assert ended.is_set()


async def test_a_load_that_is_over_ends_what_runs_beside_it() -> None:
    """That is no death."""
    works = {"the load": asyncio.sleep(0), "editing": asyncio.Event().wait()}

    assert not await until_one_ends(works)


async def test_what_dies_among_the_acts_is_named() -> None:
    """Not the group of tasks around it."""

    async def act() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

    async def fail() -> None:
        raise ValueError("not ok")

    assert await until_one_ends({"the load": act()}) == (
        "the load died: ValueError: not ok"
    )
