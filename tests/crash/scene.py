"""The crash test's course: plan, kill, reload, and in the end count what is there."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from bot.briefing.fingerprints import fingerprints
from bot.digests.delivery_timing import Timing
from bot.errors import DatabaseUnavailable
from bot.files.briefs import YamlBriefingSource
from bot.installation import Installation
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import Status
from bot.outbox.plan import DeliveryStore
from tests.crash.processes import ReplicaProcess, SimulatorProcess
from tests.crash.replica import Start
from tests.crash.verdict import Verdict, judge
from tests.outbox import make_delivery, open_store

ResultT = TypeVar("ResultT")

TEAM = Installation("T0MERIDIAN")
_TODAY = date(2026, 11, 23)
LOOK_EVERY_S = 0.2
TRIES = 50
CLAIMS = ("losses", "injured", "outlook")


@dataclass(frozen=True, slots=True)
class Course:
    """How long a crash test is, and how fast its time runs.

    `stops` of the lives end by SIGSTOP past the lease instead of SIGKILL.
    """

    lives: int
    deliveries: int
    replicas: int
    seed: int = 1
    channels: int = 24
    stops: int = 1
    time_factor: float = 0.05

    @property
    def timing(self) -> Timing:
        return Timing().scaled(self.time_factor)


@dataclass
class Scene:
    """A simulator, a database, a briefing that is edited, and replicas that die."""

    course: Course
    simulator: SimulatorProcess
    store: DeliveryStore
    start: Start
    random: random.Random
    running: list[ReplicaProcess] = field(default_factory=list)
    planned: int = 0
    edits: int = 0
    words: dict[str, str] = field(default_factory=dict)
    """What claims said under each fingerprint they ever had."""

    async def prepare(self) -> None:
        """Make the channels, and everything that goes wrong."""
        rooms = [
            {"id": f"C{n:03}", "name": f"room-{n}", "members": ["brief"]}
            for n in range(self.course.channels)
        ]
        await self.simulator.set("channels", rooms)
        await self.simulator.set("faults", self._faults())
        self.edit_briefing()

    def _faults(self) -> list[dict[str, object]]:
        """Late is late within what the timing allows for: that is the promise."""
        timing = self.course.timing
        timeout_s, settle_s = (
            timing.post_timeout.total_seconds(),
            timing.settle.total_seconds(),
        )
        post = {"method": "chat.postMessage", "seed": self.course.seed}
        return [
            {**post, "kind": "drop_after", "probability": 0.03},
            {**post, "kind": "drop_before", "probability": 0.02},
            {**post, "kind": "status_after", "probability": 0.03},
            {**post, "kind": "status_before", "probability": 0.02},
            {**post, "kind": "plain_429", "probability": 0.02, "seconds": 1},
            {**post, "kind": "hang_and_drop", "probability": 0.01, "seconds": 9},
            {
                **post,
                "kind": "hang_and_store",
                "probability": 0.01,
                "seconds": timeout_s + settle_s / 2,
            },
            {
                **post,
                "kind": "late_history",
                "probability": 0.05,
                "seconds": settle_s / 2,
            },
        ]

    def edit_briefing(self) -> None:
        """Write other numbers into the file, as a curator's editor would."""
        self.edits += 1
        path = Path(self.start.briefs) / "harbour.yaml"
        draft = path.with_suffix(".draft")
        draft.write_text(_briefing(self.edits), encoding="utf-8")
        draft.replace(path)
        library = YamlBriefingSource(path.parent).read(_TODAY).library
        assert library is not None, "the briefing is valid"
        (briefing,) = library.briefings
        prints = fingerprints(briefing)
        self.words |= {prints[claim.id]: claim.text for claim in briefing.claims}

    async def live(self, life: int) -> None:
        """One life: plan some, kill one replica in the midst of it, start another."""
        await self._fill_up()
        if life % 5 == 0:
            self.edit_briefing()
        await self._plan(self._share(life))
        await asyncio.sleep(self.random.uniform(0, 0.6))

        victim = self.running.pop(self.random.randrange(len(self.running)))
        if (life + 1) % (self.course.lives // self.course.stops) == 0:
            await self._stop_past_lease(victim)
        else:
            await victim.kill()

    async def _fill_up(self) -> None:
        missing = self.course.replicas - len(self.running)
        started = (ReplicaProcess.start(self.start) for _ in range(missing))
        self.running += await asyncio.gather(*started)

    async def _stop_past_lease(self, victim: ReplicaProcess) -> None:
        """Let others take over what it holds; then it wakes up and goes on."""
        victim.pause()
        if not self.running:
            await self._fill_up()
        timing = self.course.timing
        await asyncio.sleep((timing.lease + 3 * timing.settle).total_seconds())
        victim.resume()
        await asyncio.sleep((4 * timing.post_timeout).total_seconds())
        await victim.kill()

    def _share(self, life: int) -> int:
        lives = self.course.lives
        due = self.course.deliveries * (life + 1) // lives
        return due - self.planned

    async def _plan(self, count: int) -> None:
        now = self.store.now()
        numbers = range(self.planned, self.planned + count)
        self.planned += count
        rows = [
            make_delivery(
                f"C{self.random.randrange(self.course.channels):03}",
                subject="crash-test",
                occurrence=f"{number:06}",
                due_at=now + timedelta(microseconds=number),
                installation=TEAM,
            )
            for number in numbers
        ]
        await insist(lambda: self.store.plan(rows))

    async def finish(self, *, within_s: float = 180) -> Verdict:
        """End the faults, let the survivors finish, and count."""
        await self.simulator.set("faults", [])
        await self._fill_up()
        await self._wait_for_endings(within_s)
        while self.running:
            await self.running.pop().end()
        return await insist(
            lambda: judge(self.simulator, self.store.database, self.words)
        )

    async def _wait_for_endings(self, within_s: float) -> None:
        history = DeliveryHistory(self.store.database)
        under_way = (Status.PLANNED, Status.ACQUIRED, Status.SENDING)
        for _ in range(int(within_s / LOOK_EVERY_S)):
            if not await insist(lambda: history.records(statuses=under_way, limit=1)):
                return
            await asyncio.sleep(LOOK_EVERY_S)
        raise TimeoutError(f"deliveries are under way after {within_s:g} s")


async def insist(call: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """Ask again while the database restarts, as the bot does."""
    for _ in range(TRIES):
        try:
            return await call()
        except DatabaseUnavailable:
            await asyncio.sleep(LOOK_EVERY_S)
    return await call()


Between = Callable[[int], Awaitable[None]]


async def play(
    course: Course,
    simulator: SimulatorProcess,
    *,
    database_url: str,
    briefs: Path,
    between: Between | None = None,
) -> Verdict:
    """Play a crash test and return what was found; `between` is called after a life."""
    start = Start(
        database_url=database_url,
        api_url=simulator.api_url,
        token=simulator.bot_token,
        briefs=str(briefs),
        time_factor=str(course.time_factor),
    )
    async with _scene(course, simulator, start) as scene:
        await scene.prepare()
        for life in range(course.lives):
            await scene.live(life)
            if between is not None:
                await between(life)
        return await scene.finish()


@asynccontextmanager
async def _scene(
    course: Course, simulator: SimulatorProcess, start: Start
) -> AsyncIterator[Scene]:
    async with open_store(start.database_url, None) as store:
        chance = random.Random(course.seed)
        scene = Scene(course, simulator, store, start, chance)
        try:
            yield scene
        finally:
            for replica in scene.running:
                await replica.kill()


def _briefing(edit: int) -> str:
    claims = "".join(
        f"      - id: {id}\n"
        f"        text: After storm {edit} the port counted {edit * 10 + n} {id}.\n"
        "        sources: [port]\n"
        for n, id in enumerate(CLAIMS)
    )
    return (
        "id: harbour\ntitle: What the storm did to the harbour\nas_of: 2026-11\n"
        "sources:\n  port: {publisher: Port authority}\n"
        "sections:\n  - id: storm\n    title: A storm hit the port\n    claims:\n"
        f"{claims}"
    )
