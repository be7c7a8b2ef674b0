"""`tests.walks` counts what its docstring says it counts."""

import asyncio
import threading
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.walks import Recorder, Trace, Walk, listed, table

SHOP = """\
import asyncio

class Shop:
    def __init__(self, baker):
        self.baker = baker

    async def sell(self, pieces):
        await asyncio.sleep(0)
        return sum(self.baker.bake(n) for n in range(pieces))

    def sort(self, loaves):
        return sorted(loaves, key=self.baker.weigh)
"""
BAKER = """\
def bake(number):
    return _knead(number)

def _knead(number):
    return number

def weigh(loaf):
    return loaf
"""
STREET = """\
async def walk(shop):
    return await shop.sell(3)
"""


class Village:
    """Three files of ours, and one that is left out."""

    def __init__(self, folder: Path) -> None:
        (folder / "village" / "away").mkdir(parents=True)
        root = folder / "village"
        self.recorder = Recorder(root, without=[root / "away"])
        self.shop = load(root / "shop.py", SHOP)
        self.baker = load(root / "baker.py", BAKER)
        self.street = load(root / "street.py", STREET)
        self.away = load(root / "away" / "baker.py", BAKER)


def load(path: Path, text: str) -> ModuleType:
    path.write_text(text, encoding="utf-8")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def village(tmp_path: Path) -> Village:
    return Village(tmp_path)


def test_files_and_functions_count_once_and_calls_each_time(village: Village) -> None:
    """A coroutine that goes on is called again; a generator is part of its function."""
    shop = village.shop.Shop(village.baker)
    with village.recorder.installed():
        village.recorder.start()
        asyncio.run(village.street.walk(shop))
    trace = village.recorder.trace()

    assert trace.files == ["village/street.py", "village/shop.py", "village/baker.py"]
    assert [name for _, name in trace.functions] == [
        "walk:1",
        "Shop.sell:7",
        "bake:1",
        "_knead:4",
    ]
    assert trace.calls == 2 + 3


def test_the_nearest_caller_of_ours_counts(village: Village) -> None:
    """Python's own `sorted` between two files hides none of the calls."""
    shop = village.shop.Shop(village.baker)
    with village.recorder.installed():
        village.recorder.start()
        shop.sort([2, 1])

    assert village.recorder.trace().calls == 2


def test_a_thread_is_heard_and_begins_without_a_caller(village: Village) -> None:
    """SQLite's transactions run in threads."""
    with village.recorder.installed():
        village.recorder.start()
        thread = threading.Thread(target=village.baker.weigh, args=(1,))
        thread.start()
        thread.join()
    trace = village.recorder.trace()

    assert (trace.files, trace.calls) == (["village/baker.py"], 0)


def test_what_is_left_out_or_before_the_start_does_not_count(village: Village) -> None:
    """The simulator's files are not the bot's, and a start-up is no way."""
    with village.recorder.installed():
        village.baker.weigh(1)
        village.recorder.start()
        village.away.weigh(1)

    assert village.recorder.trace() == Trace(())


def test_files_are_listed_in_the_order_of_reading(village: Village) -> None:
    """What is entered once the result can be seen is told apart."""
    with village.recorder.installed():
        village.recorder.start()
        village.baker.bake(1)
        seen = village.recorder.trace()
        village.shop.Shop(village.baker)
    walk = Walk(seen, village.recorder.trace())

    assert listed(walk).splitlines() == [
        "village/baker.py: bake, _knead",
        "",
        "Once the result can be seen:",
        "village/shop.py: Shop.__init__",
    ]
    assert table({"dm": walk}).splitlines()[1].split()[-8:] == [
        *("1", "2", "0"),
        *("2", "/", "3", "/", "0"),
    ]
