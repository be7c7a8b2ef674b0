"""Group commit: who asks while a batch is written is in the next one."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.db.database import LARGEST_BATCH, Batches


class Doubling:
    """Answers each number with twice as much, once it is allowed to write."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_write = asyncio.Event()

    async def write(self, numbers: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(numbers))
        await self.may_write.wait()
        return [2 * number for number in numbers]


async def ask_all(
    batches: Batches[int, int], numbers: range
) -> list[asyncio.Task[int]]:
    """Ask for each number, and let the asking begin."""
    tasks = [asyncio.create_task(batches.ask(number)) for number in numbers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_what_is_asked_during_a_write_is_written_together() -> None:
    """One commit serves all who came meanwhile, and each gets its own answer."""
    doubling = Doubling()
    batches = Batches(doubling.write)
    first = await ask_all(batches, range(1))
    others = await ask_all(batches, range(1, 5))

    doubling.may_write.set()

    assert await asyncio.gather(*first, *others) == [0, 2, 4, 6, 8]
    assert doubling.batches == [[0], [1, 2, 3, 4]]


async def test_a_batch_has_a_largest_size() -> None:
    """A statement is never larger than both databases like it."""
    doubling = Doubling()
    batches = Batches(doubling.write)
    tasks = await ask_all(batches, range(LARGEST_BATCH + 1))

    doubling.may_write.set()
    await asyncio.gather(*tasks)

    assert [len(batch) for batch in doubling.batches] == [LARGEST_BATCH, 1]


async def test_a_failed_write_fails_for_those_who_asked_in_it() -> None:
    """The next batch is not concerned."""

    async def write(numbers: Sequence[int]) -> Sequence[int]:
        if 13 in numbers:
            raise RuntimeError("thirteen")
        return numbers

    batches = Batches(write)

    with pytest.raises(RuntimeError, match="thirteen"):
        await batches.ask(13)
    assert await batches.ask(14) == 14


async def test_who_is_cancelled_does_not_stop_the_write() -> None:
    """What was asked may be committed already, so it is."""
    doubling = Doubling()
    batches = Batches(doubling.write)
    (task,) = await ask_all(batches, range(1))

    task.cancel()
    doubling.may_write.set()
    await batches.close()

    assert doubling.batches == [[0]]
