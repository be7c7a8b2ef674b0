"""The chaos run's course: ask, share, plan, kill, edit, and in the end count."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import yaml

from bot.digests.delivery_timing import Timing
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import DeliveryKey, NewDelivery, Status
from bot.outbox.plan import DeliveryStore
from bot.simulator.workspace_file import (
    ChannelEntry,
    UserEntry,
    WorkspaceFile,
    load_workspace,
)
from tests.chaos.briefing import (
    CLAIMS,
    CORRECTED,
    EACH_MINUTE,
    SENT_BY_HAND,
    EditedBriefing,
)
from tests.chaos.processes import (
    ReplicaProcess,
    SimulatorProcess,
    simulator_process,
)
from tests.chaos.verdict import Evidence, Place, Verdict, judge, read_rows
from tests.outbox import open_store
from tests.patience import PATIENCE_S

ResultT = TypeVar("ResultT")

TEAM = Installation("T0MERIDIAN")
LOOK_EVERY_S = 0.2
LOOKS_WITHIN_S = 5
FINISH_S = 240
TRIES = 50
GRACE = timedelta(hours=6)
UNDER_WAY = (Status.PLANNED, Status.ACQUIRED, Status.SENDING)
SENT_EACH_LIFE, SHARED_EACH_LIFE = 3, 1
SHARE_TRIES = 5


@dataclass(frozen=True, slots=True)
class Course:
    """How long a chaos run is, and how fast its time runs.

    `stops` of the kills come after SIGSTOP past the lease. A replica lives for up to
    `life_s` after it has started; one in `early` is killed while it starts. An edit of
    the briefing comes every `edit_every` lives, and so many `corrections` of what
    somebody asks in `asks_for_corrected` of all cases.
    """

    kills: int
    deliveries: int
    replicas: int
    seed: int = 1
    stops: int = 0
    channels: int = 40
    people: int = 12
    life_s: float = 2.0
    early: float = 0.1
    edit_every: int = 5
    corrections: int = 0
    asks_for_corrected: float = 0.1
    post_timeout_s: float = 0.5
    posts_per_minute: int = 3000
    retries_s: tuple[float, ...] = (0.5, 3.0, 15.0)
    """Slack's own are twenty times as long, as all times of the outbox are."""

    @property
    def timing(self) -> Timing:
        usual = Timing()
        post_timeout = timedelta(seconds=self.post_timeout_s)
        return usual.scaled(post_timeout / usual.post_timeout)

    def __str__(self) -> str:
        return (
            f"{self.replicas} replica(s), {self.kills} kills ({self.stops} after "
            f"SIGSTOP past the lease), seed {self.seed}, posts given up after "
            f"{self.post_timeout_s:g} s, at most {self.posts_per_minute:,} a minute"
        )


@dataclass
class Scene:
    """A simulator, a database, a briefing that is edited, and replicas that die."""

    course: Course
    simulator: SimulatorProcess
    store: DeliveryStore
    briefing: EditedBriefing
    environment: dict[str, str]
    log: Path
    random: random.Random
    running: list[ReplicaProcess] = field(default_factory=list)
    acts: set[asyncio.Task[None]] = field(default_factory=set)
    asked: set[Place] = field(default_factory=set)
    planned: int = 0

    async def prepare(self) -> None:
        """Let everybody come in, and arm everything that goes wrong."""
        for person in people(self.course):
            await self.simulator.arrive(person.id)
        await self.simulator.set("events", {"after_s": self.course.retries_s})
        await self.simulator.set("faults", list(_faults(self.course)))

    async def live(self, life: int) -> None:
        """One life: let people ask, share and plan, and kill one in the midst of it."""
        await self._fill_up()
        if life % self.course.edit_every == 0:
            await asyncio.to_thread(self.briefing.edit)
        share = (self.course.corrections + 1) * (life + 1) // self.course.kills
        if self.briefing.corrections < min(share, self.course.corrections):
            self.briefing.correct()
        is_early = self.random.random() < self.course.early
        if not is_early:
            await self._one_started()
        given_up = len((await self.simulator.get("events"))["given_up"])
        for work in self._wishes(life, given_up=given_up):
            act = asyncio.create_task(work)
            self.acts.add(act)
            act.add_done_callback(self.acts.discard)
        # On a busy machine, where starting takes long, it lives longer, too.
        longest = max(self.course.life_s, *(each.start_s for each in self.running))
        await asyncio.sleep(self.random.uniform(0, longest))
        await self._fill_up()
        await self._one_started()
        started = [each for each in self.running if each.started.is_set()]
        victim = self.random.choice(self.running if is_early else started)
        self.running.remove(victim)
        stops, kills = self.course.stops, self.course.kills
        if stops and (life + 1) % (kills // stops) == 0:
            await self._stop_past_lease(victim)
        await victim.kill()

    async def _fill_up(self) -> None:
        self._let_go_ended()
        while len(self.running) < self.course.replicas:
            replica = await ReplicaProcess.start(self.environment, log=self.log)
            self.running.append(replica)

    def _let_go_ended(self) -> None:
        """Forget those that began while the database was away, and said so."""
        for replica in [each for each in self.running if each.has_ended]:
            said = replica.last_line
            assert b"database is away" in said, f"ended by itself: {said.decode()}"
            self.running.remove(replica)

    async def _one_started(self) -> None:
        starts = [asyncio.create_task(each.started.wait()) for each in self.running]
        first = asyncio.FIRST_COMPLETED
        done, others = await asyncio.wait(starts, timeout=PATIENCE_S, return_when=first)
        assert done, "no replica starts"
        for other in others:
            other.cancel()

    async def _stop_past_lease(self, victim: ReplicaProcess) -> None:
        """Let others take over what it holds; then it wakes up and goes on."""
        timing = self.course.timing
        victim.pause()
        await asyncio.sleep((timing.lease + 3 * timing.settle).total_seconds())
        victim.resume()
        await asyncio.sleep((4 * timing.post_timeout).total_seconds())

    def _wishes(
        self, life: int, *, given_up: int
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """Yield this life's share of all deliveries: some planned, the others asked.

        What Slack gave up is asked again, in other words.
        """
        share = self.course.deliveries * (life + 1) // self.course.kills
        due = share + given_up - self.planned
        sent = min(SENT_EACH_LIFE, due)
        shared = min(SHARED_EACH_LIFE, due - sent)
        self.planned += due
        if sent:
            yield self.send_digests(life, sent)
        for _ in range(shared):
            yield self.share()
        for _ in range(due - sent - shared):
            yield self.ask()

    async def send_digests(self, life: int, count: int) -> None:
        """Plan what `briefing-bot digest send` plans."""
        names = [room.id for room in channels(self.course)]
        now = self.store.now()
        rows = [
            NewDelivery(
                DeliveryKey.for_digest(
                    TEAM,
                    SENT_BY_HAND,
                    f"{now:%Y-%m-%dT%H:%M:%S}.{life}",
                    recipient=name,
                ),
                destination=name,
                due_at=now,
                expires_at=now + GRACE,
            )
            for name in self.random.sample(names, count)
        ]
        await insist(lambda: self.store.plan(rows))

    def _topic(self) -> str:
        if self.random.random() < self.course.asks_for_corrected:
            return CORRECTED
        return self.random.choice(CLAIMS)

    async def ask(self) -> None:
        """Ask in a direct message, after a while."""
        await asyncio.sleep(self.random.uniform(0, self.course.life_s / 2))
        who = self.random.choice(people(self.course))
        place, words = f"D{who.id[1:]}", f"How many {self._topic()}?"
        said = await self.simulator.act(
            "send", {"as": who.id, "channel": place, "text": words}
        )
        assert said["ok"], said
        self.asked.add((place, said["ts"]))

    async def share(self) -> None:
        """Ask by command and share the answer; where nobody is there, ask instead."""
        who = self.random.choice(people(self.course))
        room = self.random.choice(channels(self.course))
        me = {"as": who.id}
        words = f"/brief {self._topic()}"
        for _ in range(SHARE_TRIES):
            said = await self.simulator.act(
                "send", me | {"channel": room.id, "text": words}
            )
            if press := _share_control(said.get("message", {})):
                container = {"type": "message", "channel": room.id, "ts": said["ts"]}
                await self.simulator.act(
                    "action", me | press | {"container": container}
                )
                return
            await asyncio.sleep(self.random.uniform(0, self.course.life_s))
        await self.ask()

    async def finish(self) -> Evidence:
        """End the faults, let the survivors finish, and gather what is left."""
        await self.simulator.set("faults", [])
        await self._fill_up()
        await self._one_started()
        await asyncio.gather(*self.acts)
        await _until(self._all_told)
        await _until(self._all_ended)
        if self.course.corrections:
            await self._let_an_hour_pass()
        await self._end_all()
        return await self.evidence()

    async def _let_an_hour_pass(self) -> None:
        """Start others: they look at all that was shown, as all do each hour."""
        await self._end_all()
        await self._fill_up()
        await self._one_started()
        await asyncio.sleep(LOOKS_WITHIN_S)
        await _until(self._all_ended)

    async def _end_all(self) -> None:
        self._let_go_ended()
        while self.running:
            await self.running.pop().end()

    async def _all_told(self) -> bool:
        return not (await self.simulator.get("events"))["under_way"]

    async def _all_ended(self) -> bool:
        history = DeliveryHistory(self.store.database)
        return not await insist(lambda: history.records(statuses=UNDER_WAY, limit=1))

    async def evidence(self) -> Evidence:
        """Gather what stands in Slack and in the database now."""
        events = (await self.simulator.get("events"))["given_up"]
        return Evidence(
            rows=await insist(lambda: read_rows(self.store.database)),
            shown=(await self.simulator.get("shown"))["shown"],
            asked=self.asked,
            given_up={(e["channel"], e["ts"]) for e in events if e.get("ts")},
            each_minute=EACH_MINUTE,
            recipients=[room.id for room in news_channels(self.course)],
            edit_of=self.briefing.edit_of,
            lease=self.course.timing.lease,
            cranes=self.briefing.cranes,
        )


def _share_control(message: dict[str, Any]) -> dict[str, Any] | None:
    """Return how "Share here" is pressed under an answer, or None."""
    for block in message.get("blocks", ()):
        for element in block.get("elements", ()):
            action_id = str(element.get("action_id", ""))
            if action_id.startswith("share/"):
                return {"action_id": action_id}
            for option in element.get("options", ()):
                if option["value"].startswith("share|"):
                    value = option["value"]
                    return {"action_id": action_id, "selected_option": value}
    return None


def _faults(course: Course) -> Iterator[dict[str, object]]:
    """Late is late within what the timing allows for: that is the promise."""
    timeout_s = course.timing.post_timeout.total_seconds()
    settle_s = course.timing.settle.total_seconds()
    posting = (
        ("drop_after", 0.03, 0.0),
        ("drop_before", 0.02, 0.0),
        ("status_after", 0.03, 0.0),
        ("status_before", 0.02, 0.0),
        ("error_after", 0.01, 0.0),
        ("plain_429", 0.01, 1.0),
        ("hang_and_drop", 0.01, 9.0),
        ("hang_and_store", 0.01, timeout_s + settle_s / 2),
    )
    reading = (
        ("status_before", 0.05, 0.0),
        ("plain_429", 0.02, 1.0),
        ("hang_and_store", 0.05, 0.3),
    )
    late = (("late_history", 0.05, settle_s / 2),)
    for method, faults in (
        ("chat.postMessage", (*posting, *late)),
        ("chat.update", posting),
        ("conversations.history", reading),
        ("conversations.replies", reading),
        ("conversations.info", reading),
        ("users.info", reading),
    ):
        for number, (kind, probability, seconds) in enumerate(faults):
            yield {
                "method": method,
                "kind": kind,
                "probability": probability,
                "seconds": seconds,
                "seed": course.seed * 100 + number,
            }


def channels(course: Course) -> list[ChannelEntry]:
    """Return the public channels: everybody is in each, and the bot."""
    members = (*(person.name for person in people(course)), "brief")
    return [
        ChannelEntry(id=f"C{n:03}", name=f"room-{n}", members=members)
        for n in range(course.channels)
    ]


def news_channels(course: Course) -> list[ChannelEntry]:
    """Return those that get the news of each minute."""
    return channels(course)[: course.channels // 4]


def people(course: Course) -> list[UserEntry]:
    """Return who asks: all are members."""
    return [
        UserEntry(id=f"U{n:03}", name=f"person-{n}", real_name=f"Person {n}")
        for n in range(course.people)
    ]


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(round(FINISH_S / LOOK_EVERY_S)):
        if await is_so():
            return
        await asyncio.sleep(LOOK_EVERY_S)
    raise TimeoutError(f"deliveries are under way after {FINISH_S} s")


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
    course: Course, folder: Path, *, database_url: str, between: Between | None = None
) -> Verdict:
    """Play a chaos run and return what was found; `between` is called after a life."""
    async with open_scene(course, folder, database_url) as scene:
        for life in range(course.kills):
            await scene.live(life)
            if between is not None:
                await between(life)
        return judge(await scene.finish())


@asynccontextmanager
async def open_scene(
    course: Course, folder: Path, database_url: str
) -> AsyncIterator[Scene]:
    """Start the simulator with the course's people and channels, and no replica yet.

    What replicas say is in `replicas.log` in the folder.
    """
    workspace = load_workspace().model_copy(
        update={
            "users": tuple(people(course)),
            "channels": tuple(channels(course)),
        }
    )
    path = folder / "workspace.yaml"
    path.write_text(_as_yaml(workspace), encoding="utf-8")
    briefing = EditedBriefing(folder / "briefs")
    briefing.begin(
        news_to=[room.id for room in news_channels(course)],
        whole_to=[room.id for room in channels(course)],
    )
    async with (
        simulator_process("--workspace", str(path)) as simulator,
        open_store(database_url, None) as store,
    ):
        environment = {
            "SLACK_BOT_TOKEN": simulator.bot_token,
            "SLACK_APP_TOKEN": simulator.app_token,
            "SLACK_API_URL": simulator.api_url,
            "BRIEFING_BOT_BRIEFS": str(briefing.folder),
            "BRIEFING_BOT_DATABASE_URL": database_url,
            "BRIEFING_BOT_HOST": "127.0.0.1",
            "BRIEFING_BOT_PORT": "0",
            "BRIEFING_BOT_POST_TIMEOUT": str(course.post_timeout_s),
            "BRIEFING_BOT_POSTS_PER_MINUTE": str(course.posts_per_minute),
            "BRIEFING_BOT_CORRECTIONS_QUIET": "1",
            "BRIEFING_BOT_CORRECTIONS_ROOMS": "1000",
        }
        scene = Scene(
            course,
            simulator,
            store,
            briefing,
            environment,
            log=folder / "replicas.log",
            random=random.Random(course.seed),
        )
        await scene.prepare()
        try:
            yield scene
        finally:
            for act in scene.acts:
                act.cancel()
            for replica in scene.running:
                await replica.kill()


def _as_yaml(workspace: WorkspaceFile) -> str:
    return yaml.safe_dump(workspace.model_dump(mode="json"))
