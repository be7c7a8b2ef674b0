"""The table of who may import whom, held by walking the syntax trees."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

GROUND = (
    "bot.errors",
    "bot.installation",
    "bot.briefing",
    "bot.digests",
    "bot.block_kit",
)
GROUND_LIBRARIES = {"pydantic", "pydantic_core", "cronsim", "Stemmer", "rapidfuzz"}
IO_MODULES = {"socket", "subprocess", "sqlite3", "asyncio", "logging", "http", "urllib"}
BELOW = (*GROUND, "bot.interfaces", "bot.log_context")
LADDER = (
    ("bot.db", "bot.files"),
    ("bot.audiences", "bot.meaning"),
    ("bot.outbox",),
    ("bot.revisions",),
    ("bot.corrections",),
    ("bot.subscriptions",),
    ("bot.scheduling",),
    ("bot.installations",),
    ("bot.questions",),
    ("bot.curators",),
    ("bot.readers",),
    (
        "bot.moves",
        "bot.doctor_findings",
        "bot.housekeeping",
        "bot.metrics",
        "bot.reloader",
        "bot.web",
    ),
    ("bot.slack",),
)
"""A room imports the ground and the steps below its own; never a neighbour."""

BOT = Path(__file__).parent.parent / "bot"
MODULES = sorted(BOT.rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(BOT.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def _allowed_rooms(module: str) -> tuple[str, ...] | None:
    """Return what a module of ours may import of ours; None means everything."""
    if module == "bot" or _within(module, GROUND):
        return GROUND
    if _within(module, ("bot.interfaces", "bot.log_context")):
        return BELOW
    if _within(module, ("bot.simulator",)):
        return ("bot.simulator", "bot.block_kit")
    below = BELOW
    for step in LADDER:
        for room in step:
            if _within(module, (room,)):
                return (*below, room)
        below = (*below, *step)
    return None


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_imports_only_what_its_floor_allows(path: Path) -> None:
    """Ground imports ground; each step of the ladder what is below it."""
    allowed = _allowed_rooms(_name(path))

    ours = [name for name in _imports(path) if _within(name, ("bot",))]

    assert allowed is None or [n for n in ours if not _within(n, allowed)] == []


@pytest.mark.parametrize(
    "path", [p for p in MODULES if _within(_name(p), GROUND)], ids=_name
)
def test_the_ground_floor_does_no_input_or_output(path: Path) -> None:
    """Pure rooms import the standard library and the ranking and cron libraries."""
    roots = {name.split(".")[0] for name in _imports(path)}

    assert roots & IO_MODULES == set()
    assert {r for r in roots if _is_third_party(r)} <= GROUND_LIBRARIES


def _is_third_party(root: str) -> bool:
    return root != "bot" and root not in sys.stdlib_module_names


def _function_imports(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        f"{_name(path)}.{function.name}"
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_no_function_imports_to_dodge_the_table(path: Path) -> None:
    """Only the command line imports lazily, so that `--help` is quick."""
    if _within(_name(path), ("bot.cli", "bot.__main__")):
        return

    assert _function_imports(path) == []
