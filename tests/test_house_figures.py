"""`tests.house` counts what its docstring says it counts."""

from pathlib import Path

import pytest

from tests.house import Source, measure, read, table, used_once

SHOP = '''\
from typing import Protocol

class Till(Protocol):
    def open(self) -> None: ...

class Safe(Till): ...

class _Drawer: ...

class Shop:
    def sell(self) -> int:
        """Sell one thing."""
        return self._price() + _tax() + _tax()

    def _price(self) -> int:
        return 1

    def __len__(self) -> int:
        return len(self.__len__())

def _tax() -> int:
    return 1

async def _never_called() -> None: ...
'''
LONG = (
    "class Shop: ...\nclass _Drawer: ...\ndef long() -> None:\n" + "    print()\n" * 60
)


@pytest.fixture
def street(tmp_path: Path) -> list[Source]:
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    (tmp_path / "long.py").write_text(LONG, encoding="utf-8")
    return [read(tmp_path / name, root=tmp_path) for name in ("shop.py", "long.py")]


def test_a_private_function_referred_to_once_counts(street: list[Source]) -> None:
    """Used twice, never, or with two underscores in front is another matter."""
    found = [(f.path, f.line, f.name, f.length) for f in used_once(street)]

    assert found == [("shop.py", 15, "_price", 2)]


def test_lengths_classes_and_files_are_counted(street: list[Source]) -> None:
    """A docstring belongs to the length; a private class may stand twice."""
    figures = measure(street)

    assert (figures.files, figures.lines, figures.functions) == (2, 87, 7)
    assert (figures.median, figures.private_once_percent) == (2, 14.3)
    assert (figures.long_functions, figures.short_files) == (1, 1)
    assert figures.protocols == 1
    assert figures.names_twice == {"Shop": ("shop.py", "long.py")}


def test_the_table_has_a_column_for_each_name(street: list[Source]) -> None:
    """Names that stand twice are told with their files below it."""
    one, both = measure(street[:1]), measure(street)
    lines = table({"both": both, "shop": one}).splitlines()

    assert lines[0].split() == ["both", "shop"]
    assert " ".join(lines[4].split()[-6:]) == "14.3 % (1) 16.7 % (1)"
    assert lines[-1] == "  Shop: shop.py, long.py"


def test_a_folder_without_functions_measures_as_nothing() -> None:
    """There is no median of nothing."""
    assert measure([]).median == 0
