"""The ways through the bot, followed with a profiler: files, functions, calls between.

    python -m tests.walks              every way, in about a minute
    python -m tests.walks dm form      some of them
    python -m tests.walks --files dm   the files of one, in the order of reading
    python -m tests.walks --json       for a machine

Each way is played in a small Slack, in a process of its own, by a bot that has just
started, stands on SQLite and has fallen quiet. Only files below `bot/` count, those of
the simulator excepted.

- A *file* counts once something in it was entered, in whatever thread or task.
- A *function* counts once, however often it was entered. What stands inside one without
  a name (comprehension, generator expression, lambda) belongs to it.
- A *call* from one file into another counts each time: something was entered, and the
  nearest caller of ours on the stack stands in another file, whoever's frames are
  between. A coroutine that goes on after waiting was entered again. What begins in a
  thread or a task of its own has no caller.

A way is over when its result can be seen in Slack. What it leaves to be done then, such
as storing what was shown, is told beside it: "with what follows" is the same way until
the bot has fallen quiet again. The figures repeat, give or take what a thread enters
while the result is on its way.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Annotated, Any

import typer

from bot.simulator.changes import ChangeKind
from bot.wiring import App
from tests.acceptance.morning import CORRECTED, Morning, filled, open_morning

BOT = Path(__file__).parent.parent / "bot"
SETTLED_S = 2.5
"""Two seconds after its start the bot reads its folder once more."""
QUIET_S = 0.3
"""Nothing of ours entered for so long: what was begun is done, and the loops wait."""
POST_TIMEOUT_S = 300
"""The outbox's times are in proportion to it: else the worker, which is woken by what
happens, would look about each second besides."""
DESK = "korea-desk"
QUESTION = "how many boats were lost?"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry into a function; `caller` is a file, empty where none is ours."""

    file: str
    function: str
    caller: str


@dataclass(frozen=True, slots=True)
class Trace:
    """What was entered, in order."""

    entries: tuple[Entry, ...]

    @property
    def files(self) -> list[str]:
        """The files in the order in which they were first entered."""
        return list(dict.fromkeys(entry.file for entry in self.entries))

    @property
    def functions(self) -> list[tuple[str, str]]:
        """File and name of each function, in the order of first entry."""
        named = (e for e in self.entries if not e.function.endswith(">"))
        return list(dict.fromkeys((entry.file, entry.function) for entry in named))

    @property
    def calls(self) -> int:
        """How often one file called into another."""
        return sum(bool(e.caller) and e.caller != e.file for e in self.entries)

    def figures(self) -> dict[str, int]:
        return {
            "files": len(self.files),
            "functions": len(self.functions),
            "calls": self.calls,
        }


class Recorder:
    """Notes what is entered in the files below a folder, while it is told to.

    It hears of the thread that installs it and of those that begin afterwards.
    """

    def __init__(self, root: Path, *, without: Sequence[Path] = ()) -> None:
        self._root = root
        self._without = without
        self._names: dict[str, str] = {}
        self._entries: list[Entry] | None = None
        self._last = time.monotonic()

    @contextmanager
    def installed(self) -> Iterator[None]:
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def start(self) -> None:
        """Note from here on, and forget what was noted."""
        self._entries = []

    def trace(self) -> Trace:
        """Return what was noted since the start."""
        return Trace(tuple(self._entries or ()))

    async def quiet(self) -> None:
        """Return once nothing of ours has been entered for a moment."""
        # Threads enter functions too, and could set no event of the loop's.
        while (left := self._last + QUIET_S - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left)

    def _note(self, frame: FrameType, event: str, _argument: Any) -> None:
        file = self._name(frame) if event == "call" else ""
        if not file:
            return
        self._last = time.monotonic()
        if self._entries is None:
            return

        caller = frame.f_back
        while caller is not None and not self._name(caller):
            caller = caller.f_back
        called_from = self._name(caller) if caller else ""
        code = frame.f_code
        name = f"{code.co_qualname}:{code.co_firstlineno}"
        if code.co_name.startswith("<"):
            name = code.co_name
        self._entries.append(Entry(file, name, called_from))

    def _name(self, frame: FrameType) -> str:
        """Return the file's name from the root's parent on, empty if it is not ours."""
        path = frame.f_code.co_filename
        known = self._names.get(path)
        if known is None:
            file = Path(path)
            is_ours = file.is_relative_to(self._root) and not any(
                file.is_relative_to(folder) for folder in self._without
            )
            known = str(file.relative_to(self._root.parent)) if is_ours else ""
            self._names[path] = known
        return known


# The ways. Each prepares, yields, and then goes on until its result can be seen.

Way = Callable[[Morning, App], AsyncIterator[None]]


async def brief_cold(room: Morning, _app: App) -> AsyncIterator[None]:
    """/brief losses, the first command, until the acknowledgement"""
    yield
    outcome = await room.sim.type("alice", DESK, "/brief losses")
    assert outcome.message, outcome.error


async def brief_warm(room: Morning, _app: App) -> AsyncIterator[None]:
    """/brief losses once more, until the acknowledgement"""
    await room.sim.type("alice", DESK, "/brief losses")
    yield
    outcome = await room.sim.type("alice", DESK, "/brief losses")
    assert outcome.message, outcome.error


async def dm(room: Morning, _app: App) -> AsyncIterator[None]:
    """a question by direct message, until the answer is posted"""
    # Somebody has asked before: the index of what is served is made once, not by a way.
    await room.sim.type("bruno", DESK, f"/brief {QUESTION}")
    channel = room.sim.dm("alice")
    yield
    await room.sim.type("alice", channel, QUESTION)
    await room.posted(channel)


async def digest(room: Morning, app: App) -> AsyncIterator[None]:
    """a digest, from its minute until its thread is posted"""
    await room.subscribe("alice", "harbour")
    yield
    await room.hours_pass(app, 2.01)
    await room.read_whole(room.sim.dm("alice"))


async def form(room: Morning, _app: App) -> AsyncIterator[None]:
    """a subscription form that is submitted, until subscribed"""
    since = len(room.sim.record.changes)
    await room.sim.type("alice", DESK, "/brief subscribe")
    view = await room.view(ChangeKind.VIEW_OPENED, since=since)
    yield
    outcome = await room.sim.submit_view("alice", view.id, filled("harbour"))
    assert outcome.ok, outcome.errors


async def home(room: Morning, _app: App) -> AsyncIterator[None]:
    """the App Home that a curator opens, until it is published"""
    yield
    await room.home("alice")


async def edit(room: Morning, _app: App) -> AsyncIterator[None]:
    """an edit of a briefing's file, until its new state is served"""
    yield
    await room.edit(CORRECTED)


WAYS: dict[str, Way] = {
    "brief-cold": brief_cold,
    "brief-warm": brief_warm,
    "dm": dm,
    "digest": digest,
    "form": form,
    "home": home,
    "edit": edit,
}


@dataclass(frozen=True, slots=True)
class Walk:
    """A way as it was followed."""

    until_seen: Trace
    with_what_follows: Trace


def walked(name: str) -> Walk:
    """Play a way, with nothing that an earlier one left in this process."""
    return asyncio.run(follow(WAYS[name]))


async def follow(way: Way) -> Walk:
    """Play a way with a bot of its own."""
    recorder = Recorder(BOT, without=[BOT / "simulator"])
    with TemporaryDirectory() as folder, recorder.installed():
        async with (
            open_morning(Path(folder)) as room,
            room.bot(post_timeout=POST_TIMEOUT_S) as app,
        ):
            steps = way(room, app)
            await anext(steps)
            await asyncio.sleep(SETTLED_S)
            await recorder.quiet()
            recorder.start()
            await anext(steps, None)
            until_seen = recorder.trace()
            await recorder.quiet()
            return Walk(until_seen, recorder.trace())


def table(walks: dict[str, Walk]) -> str:
    """Return one line for each way."""
    lines = [f"{'':72}{'files':>6}{'functions':>10}{'calls':>7}   with what follows"]
    for name, walk in walks.items():
        label = f"{name:11} {WAYS[name].__doc__}"
        seen, whole = (t.figures() for t in (walk.until_seen, walk.with_what_follows))
        figures = f"{seen['files']:6}{seen['functions']:10}{seen['calls']:7}"
        lines.append(f"{label:72}{figures}   {' / '.join(map(str, whole.values()))}")
    return "\n".join(lines)


def listed(walk: Walk) -> str:
    """Return the files in the order of first entry, and what is entered in each."""
    inside: dict[str, list[str]] = {}
    for file, function in walk.with_what_follows.functions:
        inside.setdefault(file, []).append(function.partition(":")[0])
    seen = set(walk.until_seen.files)
    lines = []
    for file in walk.with_what_follows.files:
        if file not in seen and "" not in lines:
            lines += ["", "Once the result can be seen:"]
        lines.append(f"{file}: {', '.join(inside.get(file, []))}")
    return "\n".join(lines)


def main(
    ways: Annotated[list[str] | None, typer.Argument(help="; ".join(WAYS))] = None,
    files: Annotated[
        str, typer.Option(metavar="WAY", help="List one way's files in order.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Follow the ways through the bot with a profiler."""
    names = [files] if files else (ways or list(WAYS))
    if unknown := [name for name in names if name not in WAYS]:
        raise typer.BadParameter(f'no way is called "{unknown[0]}": {", ".join(WAYS)}.')
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), max_tasks_per_child=1
    ) as processes:
        walks = dict(zip(names, processes.map(walked, names), strict=True))

    if as_json:
        found = {
            name: {
                "until_seen": walk.until_seen.figures(),
                "with_what_follows": walk.with_what_follows.figures(),
                "files": walk.with_what_follows.files,
            }
            for name, walk in walks.items()
        }
        typer.echo(json.dumps(found, indent=2))
    else:
        typer.echo(listed(walks[files]) if files else table(walks))


if __name__ == "__main__":
    typer.run(main)
