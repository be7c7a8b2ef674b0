"""A running bot under mixed load for minutes or an hour: nothing grows or slows down.

    python -m tests.benchmarks.soak [--minutes 10] [--rate 20] [--database sqlite]
        [--log FILE]

Commands, direct messages, mentions, presses and visits of the App Home, twenty a
second, on `briefing-bot run` as an operator starts it, with a digest each minute and an
edit of the briefings every twenty seconds. The simulator is another process, and people
act on time whether or not earlier acts were answered.

A run is cut into six parts, and the last is held against the second: memory at most a
tenth more, the slowest hundredth at most half as slow again, and processor time for
each act at most a quarter more. That tells of the bot alone, whatever else the machine
does. Descriptors and tasks are as many as in the fourth part: pools of connections open
one by one, and in a short run are not all open in the second. What was not measured in
some part held nothing: the run fails.

The log gets the figures of each minute as it passes, then the parts, and at the end
what the bot said. Where the load dies or something beside it, the run is broken off.
"""

import argparse
import asyncio
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any

import aiohttp
from aiohttp.test_utils import unused_port

from bot.digests.delivery_timing import Timing
from tests.benchmarks.databases import KINDS, bench_database
from tests.benchmarks.servers import own_share
from tests.chaos.briefing import CLAIMS
from tests.chaos.processes import ReplicaProcess, SimulatorProcess
from tests.chaos.scene import Course, Scene, channels, open_scene, people
from tests.frozen import FIRST
from tests.patience import PATIENCE_S

PARTS, EARLY, MIDDLE, LAST = 6, 1, 3, 5
A_FEW = 2
"""So many descriptors or tasks more are the moment's."""
ALLOWED = {
    "memory": (EARLY, 1.1, 0),
    "descriptors": (MIDDLE, 1, A_FEW),
    "tasks": (MIDDLE, 1, A_FEW),
    "work": (EARLY, 1.25, 0),
    "p99 at once": (EARLY, 1.5, 0),
    "p99 posted": (EARLY, 1.5, 0),
}
"""The part that the last is held against, how many times as much may be, and more."""
LOOK_EVERY_S, READ_EVERY_S, EDIT_EVERY_S, TELL_EVERY_S = 2.0, 10.0, 20.0, 60.0
MIX = {"command": 40, "message": 15, "mention": 10, "press": 20, "home": 15}
"""Percent of all acts."""
BOT, CURATORS = "U0BRIEF", "korea-curators"
WORDS = (
    *CLAIMS,
    "How many soldiers were killed?",
    "hello",
    "Wonsan",
    "when was the deployment confirmed?",
    "who danced the tango on day {n}?",
    "what became of the injured after storm {n}?",
)
"""Some are never the same twice: what keeps a piece of every question would grow."""
COMMANDS = (*WORDS, "", "help", "subscriptions", "digests", "changes")
_TASKS = re.compile(r"^briefing_bot_tasks ([\d.]+)$", re.MULTILINE)
_ENDED = re.compile(
    r'^briefing_bot_deliveries_total\{kind="(\w+)",status="(\w+)".*\} ([\d.]+)$',
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A look at the bot's process: bytes, counts, and seconds of processor time."""

    at_s: float
    memory: int
    descriptors: int
    tasks: int
    work_s: float


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, and how long it took until it was taken or answered.

    Messages and mentions are answered by a post, commands and presses at once; nobody
    waits for a Home, which takes None.
    """

    at_s: float
    kind: str
    took_s: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a run: the mean memory, and the fewest descriptors and tasks.

    What leaks lifts the fewest; the most tell of a busy moment. None was not measured:
    nobody looked at the process, or nobody did what takes time.
    """

    acts: int
    memory_mib: float | None
    descriptors: int | None
    tasks: int | None
    work_ms: float | None
    """Processor time for each act."""
    at_once_ms: tuple[float, float] | None
    """Median and 99th percentile of what is answered at once."""
    posted_ms: tuple[float, float] | None
    """The same of what is answered by a post."""

    def figures(self) -> dict[str, float | None]:
        """Return what the parts are held against each other by."""
        return {
            "memory": self.memory_mib,
            "descriptors": self.descriptors,
            "tasks": self.tasks,
            "work": self.work_ms,
            "p99 at once": self.at_once_ms and self.at_once_ms[1],
            "p99 posted": self.posted_ms and self.posted_ms[1],
        }

    def __str__(self) -> str:
        told = (
            ("memory", "{:.1f} MiB", self.memory_mib),
            ("descriptors", "{}", self.descriptors),
            ("tasks", "{}", self.tasks),
            ("work", "{:.1f} ms each", self.work_ms),
            ("at once", "{0[0]:.0f}, p99 {0[1]:.0f} ms", self.at_once_ms),
            ("posted", "{0[0]:.0f}, p99 {0[1]:.0f} ms", self.posted_ms),
        )
        figures = "; ".join(
            f"{name} {'not measured' if figure is None else text.format(figure)}"
            for name, text, figure in told
        )
        is_empty = all(figure is None for _, _, figure in told)
        return f"acts {self.acts:,}; {'nothing measured' if is_empty else figures}"


def cut(samples: Sequence[Sample], acts: Sequence[Act], seconds: float) -> list[Part]:
    """Return the parts of a run that takes so long."""
    ends = [seconds * number / PARTS for number in range(PARTS + 1)]
    return [part_of(samples, acts, begin, end) for begin, end in pairwise(ends)]


def part_of(
    samples: Sequence[Sample], acts: Sequence[Act], begin: float, end: float
) -> Part:
    """Return what was seen and done between two moments, in seconds."""
    seen = [each for each in samples if begin <= each.at_s < end]
    done = [each for each in acts if begin <= each.at_s < end]
    work_ms = None
    if len(seen) > 1 and done:
        a_second = (seen[-1].work_s - seen[0].work_s) / (seen[-1].at_s - seen[0].at_s)
        work_ms = a_second * (end - begin) / len(done) * 1000
    return Part(
        acts=len(done),
        memory_mib=fmean(each.memory for each in seen) / 2**20 if seen else None,
        descriptors=min((each.descriptors for each in seen), default=None),
        tasks=min((each.tasks for each in seen), default=None),
        work_ms=work_ms,
        at_once_ms=_median_and_slowest(done, "command", "press"),
        posted_ms=_median_and_slowest(done, "message", "mention"),
    )


def _median_and_slowest(acts: Sequence[Act], *kinds: str) -> tuple[float, float] | None:
    took = [
        act.took_s * 1000
        for act in acts
        if act.kind in kinds and act.took_s is not None
    ]
    # One alone has no slowest hundredth.
    return (median(took), quantiles(took, n=100)[98]) if len(took) > 1 else None


def growth(parts: Sequence[Part]) -> list[str]:
    """Name what is more in the last part than may be, and what was not measured."""
    found = []
    for number, part in enumerate(parts, 1):
        missing = [name for name, figure in part.figures().items() if figure is None]
        if missing:
            found.append(f"part {number}: {', '.join(missing)} not measured")
    for name, (earlier, times, more) in ALLOWED.items():
        before, after = parts[earlier].figures()[name], parts[LAST].figures()[name]
        if before is None or after is None:
            continue
        if after > before * times + more:
            found.append(f"{name}: {before:,.1f}, then {after:,.1f}")
    return found


@dataclass
class Crowd:
    """Everybody who asks, at a rate, and what they saw."""

    scene: Scene
    rate: float
    random: random.Random
    began: float = 0.0
    acts: list[Act] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    unanswered: defaultdict[str, deque[tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    """For each conversation, kind and time stamp of what waits for an answer."""
    pressable: deque[tuple[str, str, Mapping[str, Any]]] = field(
        default_factory=lambda: deque(maxlen=50)
    )
    """Who saw a message with controls in which channel, not pressed yet."""
    _numbers: Iterator[int] = field(default_factory=count)
    _read_up_to: int = 0

    @property
    def simulator(self) -> SimulatorProcess:
        return self.scene.simulator

    def now(self) -> float:
        return time.time() - self.began

    async def act_for(self, seconds: float) -> None:
        """Begin an act at each turn, however many are under way."""
        kinds, weights = list(MIX), list(MIX.values())
        async with asyncio.TaskGroup() as group:
            for number in range(round(seconds * self.rate)):
                await asyncio.sleep(number / self.rate - self.now())
                (kind,) = self.random.choices(kinds, weights)
                group.create_task(self._act(kind))

    async def _act(self, kind: str) -> None:
        me = self.random.choice(people(self.scene.course)).id
        room = self.random.choice(channels(self.scene.course)).id
        match kind:
            case "command":
                words = f"/brief {self._words(COMMANDS)}".strip()
                said = await self._do(kind, "send", me, channel=room, text=words)
                if message := said.get("message"):
                    self.pressable.append((me, room, message))
            case "message":
                place = f"D{me[1:]}"
                await self._ask(kind, me, place, self._words(WORDS))
            case "mention":
                words = f"<@{BOT}> {self._words(WORDS)}"
                await self._ask(kind, me, room, words)
            case "press":
                await self._press()
            case "home":
                await self._do(kind, "home_opened", me)

    def _words(self, among: Sequence[str]) -> str:
        return self.random.choice(among).format(n=next(self._numbers))

    async def _ask(self, kind: str, me: str, place: str, words: str) -> None:
        said = await self.simulator.act(
            "send", {"as": me, "channel": place, "text": words}
        )
        assert said["ok"], said
        self.unanswered[place].append((kind, said["ts"]))

    async def _press(self) -> None:
        """Use any control of a message that somebody got."""
        if not self.pressable:
            return
        me, room, message = self.pressable.popleft()
        controls = [
            control
            for block in message.get("blocks", ())
            for control in (*block.get("elements", ()), block.get("accessory") or {})
            if control.get("action_id") and not control.get("url")
        ]
        if not controls:
            return
        control = self.random.choice(controls)
        press = {"action_id": control["action_id"]}
        if options := control.get("options"):
            press["selected_option"] = self.random.choice(options)["value"]
        place = {"type": "message", "channel": room, "ts": message["ts"]}
        await self._do("press", "action", me, container=place, **press)

    async def _do(self, kind: str, what: str, me: str, **body: Any) -> dict[str, Any]:
        begun = self.now()
        said: dict[str, Any] = await self.simulator.act(what, {"as": me, **body})
        took = None if kind == "home" else self.now() - begun
        self.acts.append(Act(begun, kind, took))
        if not said["ok"]:
            self.refused[f"{kind}: {said['error']}"] += 1
        return said

    async def read(self) -> None:
        """Find the answers among what was posted since the last look."""
        told = await self.simulator.get(f"shown?since={self._read_up_to}")
        self._read_up_to = told["next"]
        for change in told["shown"]:
            mark = (change.get("metadata") or {}).get("event_payload", {})
            if change["kind"] != "message" or mark.get("part") != 0:
                continue
            waiting = self.unanswered[change["channel"]]
            asked = [ts for _, ts in waiting]
            if (thread := change.get("thread_ts", "")) in asked:
                kind, ts = waiting[asked.index(thread)]
                del waiting[asked.index(thread)]
            elif change["channel"].startswith("D") and waiting:
                kind, ts = waiting.popleft()
            else:
                continue
            begun = float(ts)
            took = float(change["ts"]) - begun
            self.acts.append(Act(begun - self.began, kind, took))

    @property
    def left(self) -> int:
        """How many questions have no answer yet."""
        return sum(map(len, self.unanswered.values()))


def look(pid: int, page: str, at_s: float) -> Sample:
    """Ask the kernel, and the page of metrics."""
    process = Path("/proc") / str(pid)
    pages = int((process / "statm").read_text().split()[1])
    times = (process / "stat").read_text().rpartition(")")[2].split()
    tasks = _TASKS.search(page)
    assert tasks, page
    return Sample(
        at_s,
        memory=pages * os.sysconf("SC_PAGE_SIZE"),
        descriptors=len(list((process / "fd").iterdir())),
        tasks=int(float(tasks[1])),
        work_s=(int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK"),
    )


async def soak(
    url: str, folder: Path, *, seconds: float, rate: float, log: Path | None = None
) -> bool:
    """Run the bot under load, tell what was seen, and say whether all held."""
    if task := asyncio.current_task():
        # Whoever ends the run ends its processes, too, and keeps what the bot said.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    course = Course(
        kills=0,
        deliveries=0,
        replicas=1,
        people=60,
        post_timeout_s=Timing().post_timeout.total_seconds(),
    )
    async with open_scene(course, folder, url) as scene:
        await scene.simulator.set("faults", [])
        await scene.simulator.set("limits", {"on": False})
        room = {"id": "C0CURATE", "name": CURATORS, "members": ["person-0", "brief"]}
        await scene.simulator.set("channels", [room])
        shutil.copy(FIRST, scene.briefing.folder)
        port = unused_port()
        environment = scene.environment | {
            "BRIEFING_BOT_PORT": str(port),
            "BRIEFING_BOT_MEANING": "auto",
        }
        replica = await ReplicaProcess.start(environment, log=scene.log)
        scene.running.append(replica)
        await scene.simulator.set("events", {"after_s": (10.0, 60.0, 300.0)})
        await replica.started.wait()
        crowd = Crowd(scene, rate, random.Random(1))
        watch = Watch(crowd, replica, f"http://127.0.0.1:{port}/metrics", log)
        try:
            return await watch.judge(seconds)
        finally:
            await replica.kill()
            if log:
                with log.open("ab") as file:
                    file.write(scene.log.read_bytes())


@dataclass
class Watch:
    """Looks on while everybody asks, and tells of it."""

    crowd: Crowd
    replica: ReplicaProcess
    metrics: str
    log: Path | None
    samples: list[Sample] = field(default_factory=list)

    async def judge(self, seconds: float) -> bool:
        """Let all act for so long, tell what was seen, and say whether all held."""
        died = await self.live(seconds)
        told = f"broken off {died}" if died else await self._finish()
        parts = cut(self.samples, self.crowd.acts, seconds)
        for number, part in enumerate(parts, 1):
            self._say(f"{number}. {part}")
        self._say(told)
        if died:
            return False
        found = growth(parts)
        self._say(f"grown: {'; '.join(found) or 'nothing'}")
        await self.replica.end()
        return not found

    async def live(self, seconds: float) -> str:
        """Let all act, and look on; return what of that died and why, else nothing."""
        self.crowd.began = time.time()
        died = await until_one_ends(
            {
                "the load": self.crowd.act_for(seconds),
                "looking at the process": _each(LOOK_EVERY_S, self._look),
                "reading answers": _each(READ_EVERY_S, self.crowd.read),
                "editing": _each(EDIT_EVERY_S, self._edit),
                "telling": _each(TELL_EVERY_S, self._tell),
            }
        )
        if died and self.replica.has_ended:
            last_line = self.replica.last_line.decode().rstrip()
            died += f"; the bot had ended, and said last: {last_line}"
        return died and f"after {self.crowd.now():.0f} s: {died}"

    async def _look(self) -> None:
        page = await _page(self.crowd.simulator.session, self.metrics)
        self.samples.append(look(self.replica.pid, page, self.crowd.now()))

    async def _edit(self) -> None:
        await asyncio.to_thread(self.crowd.scene.briefing.edit)

    async def _tell(self) -> None:
        """Tell of the last minute, but for what was asked since answers were read."""
        end = self.crowd.now() - READ_EVERY_S
        if end > 0:
            begin = max(0.0, end - TELL_EVERY_S)
            part = part_of(self.samples, self.crowd.acts, begin, end)
            self._say(f"{begin:.0f} to {end:.0f} s: {part}")

    def _say(self, line: str) -> None:
        print(line, flush=True)
        if self.log:
            with self.log.open("a", encoding="utf-8") as file:
                print(line, file=file)

    async def _finish(self) -> str:
        """Wait for the last answers; return what the bot and the simulator did."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while self.crowd.left:
                    await self.crowd.read()
                    await asyncio.sleep(1)
        page = await _page(self.crowd.simulator.session, self.metrics)
        stats = own_share(await self.crowd.simulator.get("stats"))
        ended = [f"{n} {kind} {status}" for kind, status, n in _ENDED.findall(page)]
        refused = dict(self.crowd.refused) or "none"
        return (
            f"deliveries: {', '.join(ended)}; refused: {refused}; "
            f"unanswered: {self.crowd.left}\n{stats}"
        )


async def until_one_ends(works: Mapping[str, Coroutine[Any, Any, object]]) -> str:
    """Run all until one ends, and end the others; return which died, and of what."""
    tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    died = []
    for task in tasks:
        error = None if task.cancelled() else task.exception()
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if error:
            died.append(f"{task.get_name()} died: {type(error).__name__}: {error}")
    return "; ".join(died)


async def _each(every_s: float, work: Callable[[], Any]) -> None:
    while True:
        await work()
        await asyncio.sleep(every_s)


async def _page(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as answer:
        return await answer.text()


def main() -> None:
    """Print the parts; end with 1 where something grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=20, help="acts a second")
    parser.add_argument("--database", choices=KINDS, default=KINDS[0])
    parser.add_argument("--log", type=Path, help="keeps figures and the bot's own log")
    options = parser.parse_args()
    seconds = options.minutes * 60
    if options.log:
        options.log.write_text("", encoding="utf-8")
    with (
        tempfile.TemporaryDirectory() as folder,
        bench_database(options.database) as url,
    ):
        is_flat = asyncio.run(
            soak(
                url,
                Path(folder),
                seconds=seconds,
                rate=options.rate,
                log=options.log,
            )
        )
    print(f"{options.database}, {options.rate:g} a second, load {os.getloadavg()}")
    sys.exit(0 if is_flat else 1)


if __name__ == "__main__":
    main()
