"""How the code reads, in figures: sizes, fragments, interfaces, names that stand twice.

    python -m tests.house                     the bot, without its simulator and with it
    python -m tests.house --room bot/outbox   one folder alone
    python -m tests.house --list              the private functions used once
    python -m tests.house --json              for a machine

A function's length runs from its `def` to its last line, docstring included. A private
function (`_name`, not `__name`) counts as used once where its name is referred to once
in its own file, whatever refers to it. A Protocol is a class with `Protocol` among its
bases.
"""

import ast
import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

BOT = Path(__file__).parent.parent / "bot"
SIMULATOR = "bot/simulator/"
LONG_FUNCTION, LONG_FILE, SHORT_FILE = 60, 600, 50
"""In lines: what is above the first two, or below the third, wants a reason."""

Def = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Function:
    """One `def`; `once` says that it is private and used once."""

    name: str
    path: str
    line: int
    length: int
    once: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What was read of one file."""

    path: str
    lines: int
    functions: tuple[Function, ...]
    public_classes: tuple[str, ...]
    protocols: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of several files."""

    lines: int
    files: int
    functions: int
    median: float
    p90: float
    private_once: int
    private_once_percent: float
    protocols: int
    names_twice: Mapping[str, tuple[str, ...]]
    long_functions: int
    long_files: int
    short_files: int


def read(path: Path, *, root: Path = BOT.parent) -> Source:
    """Read a file, whose name is told from the root on."""
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))
    named = [node.id for node in nodes if isinstance(node, ast.Name)]
    named += [node.attr for node in nodes if isinstance(node, ast.Attribute)]
    used = Counter(named)

    def is_once(name: str) -> bool:
        is_private = name.startswith("_") and not name.startswith("__")
        return is_private and used[name] == 1

    def is_protocol(node: ast.ClassDef) -> bool:
        bases = (b.value if isinstance(b, ast.Subscript) else b for b in node.bases)
        return any(isinstance(b, ast.Name) and b.id == "Protocol" for b in bases)

    place = path.relative_to(root).as_posix()
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    return Source(
        path=place,
        lines=len(text.splitlines()),
        functions=tuple(
            Function(
                name=node.name,
                path=place,
                line=node.lineno,
                length=(node.end_lineno or node.lineno) - node.lineno + 1,
                once=is_once(node.name),
            )
            for node in nodes
            if isinstance(node, Def)
        ),
        public_classes=tuple(c.name for c in classes if not c.name.startswith("_")),
        protocols=sum(is_protocol(node) for node in classes),
    )


def measure(sources: Sequence[Source]) -> Figures:
    """Put the figures of several files together."""
    functions = [function for source in sources for function in source.functions]
    lengths = [function.length for function in functions]
    tenths = statistics.quantiles(lengths, n=10) if len(lengths) > 1 else [0] * 9
    once = sum(function.once for function in functions)
    places = defaultdict(list)
    for source in sources:
        for name in source.public_classes:
            places[name].append(source.path)
    return Figures(
        lines=sum(source.lines for source in sources),
        files=len(sources),
        functions=len(functions),
        median=statistics.median(lengths or [0]),
        p90=tenths[8],
        private_once=once,
        private_once_percent=round(100 * once / max(len(functions), 1), 1),
        protocols=sum(source.protocols for source in sources),
        names_twice={n: tuple(at) for n, at in sorted(places.items()) if len(at) > 1},
        long_functions=sum(length > LONG_FUNCTION for length in lengths),
        long_files=sum(source.lines > LONG_FILE for source in sources),
        short_files=sum(source.lines < SHORT_FILE for source in sources),
    )


def table(columns: Mapping[str, Figures]) -> str:
    """Return the figures side by side, one column for each name."""
    rows = [("", *columns)]
    for label, words in {
        "lines in files": "{f.lines:,} in {f.files}",
        "functions": "{f.functions:,}",
        "  median / p90": "{f.median:g} / {f.p90:g}",
        "  private and used once": "{f.private_once_percent:g} % ({f.private_once})",
        f"  over {LONG_FUNCTION} lines": "{f.long_functions}",
        f"files over {LONG_FILE} lines": "{f.long_files}",
        f"files under {SHORT_FILE} lines": "{f.short_files}",
        "Protocols": "{f.protocols}",
        "public class names twice": "{twice}",
    }.items():
        cells = [
            words.format(f=figures, twice=len(figures.names_twice))
            for figures in columns.values()
        ]
        rows.append((label, *cells))
    first, *_ = columns.values()
    twice = [f"  {name}: {', '.join(at)}" for name, at in first.names_twice.items()]
    lines = [
        f"{row[0]:26}" + "".join(f"{cell:>26}" for cell in row[1:]) for row in rows
    ]
    return "\n".join([*lines, *twice])


def used_once(sources: Iterable[Source]) -> list[Function]:
    """Return the private functions used once, in the order of their files."""
    found = [function for s in sources for function in s.functions if function.once]
    return sorted(found, key=lambda function: (function.path, function.line))


def main(
    room: Annotated[
        Path | None, typer.Option(help="One folder alone, such as bot/outbox.")
    ] = None,
    lists: Annotated[
        bool, typer.Option("--list", help="List the private functions used once.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure how the code reads."""
    folder = BOT if room is None else BOT.parent / room
    sources = [read(path) for path in sorted(folder.rglob("*.py"))]
    if not sources or not folder.is_relative_to(BOT):
        raise typer.BadParameter(f'"{room}" is no folder of ours under bot/.')
    columns = {str(room): measure(sources)}
    if room is None:
        outside = [s for s in sources if not s.path.startswith(SIMULATOR)]
        columns = {"without the simulator": measure(outside), "with": measure(sources)}

    if as_json:
        found: dict[str, object] = {n: asdict(f) for n, f in columns.items()}
        if lists:
            found["once"] = [asdict(function) for function in used_once(sources)]
        typer.echo(json.dumps(found, indent=2))
    elif lists:
        for f in used_once(sources):
            typer.echo(f"{f.path}:{f.line} {f.name} ({f.length} lines)")
    else:
        typer.echo(table(columns))


if __name__ == "__main__":
    typer.run(main)
