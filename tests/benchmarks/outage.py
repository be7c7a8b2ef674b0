"""Late digests after an outage, where Slack lets history be read once a minute.

Run by `python -m tests.benchmarks.outage`; it takes some minutes. A bot ends while the
fate of twenty posts is unclear, and is away while a digest is due in 300 channels.
Promised: within a quarter of an hour all 300 are out, whatever the twenty wait for; and
in the end each of those stands there once. Bot and simulator share a clock that runs
faster, and one processor.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.outbox.model import Status
from bot.settings import Settings
from bot.simulator.changes import ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import (
    ChannelEntry,
    WorkspaceFile,
    install,
    load_workspace,
)
from bot.slack.manifest import manifest
from bot.wiring import App, build_app
from tests.benchmarks.audiences import DAWN, HARBOUR, settings_of
from tests.benchmarks.scaled_time import LoopClock, run_scaled
from tests.databases import sqlite_file

LATE, UNCLEAR = 300, 20
PROMISED = timedelta(minutes=15)
PATIENCE = timedelta(hours=2)
LOOK_EVERY_S = 1.0
FIRST_DUE, LATER_DUE = DAWN + timedelta(hours=1), DAWN + timedelta(hours=2)
UNDER_WAY = (Status.PLANNED, Status.ACQUIRED, Status.SENDING)
DIGESTS = """\
digests:
  - id: early
    title: Early
    briefings: [harbour]
    show: headlines
    when: {{every: day, at: "06:00", timezone: Etc/UTC}}
    to: [{early}]
  - id: later
    title: Later
    briefings: [harbour]
    show: headlines
    when: {{every: day, at: "07:00", timezone: Etc/UTC}}
    to: [{later}]
"""


def main() -> None:
    """Print the figures; end with 1 where the promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.outage")
    parser.add_argument("--speed", type=float, default=10.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        is_kept = run_scaled(_run(Path(folder)), speed=options.speed)
    sys.exit(0 if is_kept else 1)


@dataclass(frozen=True)
class Stage:
    """A Slack in which history is slow, and a bot that comes and goes."""

    sim: Simulator
    clock: LoopClock
    settings: Settings

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[App]:
        stop, loaded = asyncio.Event(), asyncio.Event()

        async def note(_library: object) -> None:
            loaded.set()

        async with (
            build_app(self.settings, clock=self.clock, after_load=[note]) as app,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(app.run(stop))
            await loaded.wait()
            try:
                yield app
            finally:
                stop.set()

    async def wait_for(self, app: App, digest_id: str, *statuses: Status) -> None:
        """Wait until no row of a digest has such a status, for two hours at most."""
        began, history = self.clock.elapsed_s(), app.capabilities.stores.history
        while self.clock.elapsed_s() - began < PATIENCE.total_seconds():
            await asyncio.sleep(LOOK_EVERY_S)
            everything = await history.records(digest_id=digest_id, limit=1)
            left = await history.records(
                digest_id=digest_id, statuses=statuses, limit=1
            )
            if everything and not left:
                return


async def _run(folder: Path) -> bool:
    briefs = folder / "briefs"
    briefs.mkdir()
    clear = HARBOUR.replace("TLP:AMBER", "TLP:CLEAR")
    (briefs / "harbour.yaml").write_text(clear, encoding="utf-8")
    workspace = _workspace()
    ids = [room.id for room in workspace.channels]
    digests = DIGESTS.format(
        early=", ".join(ids[:UNCLEAR]), later=", ".join(ids[UNCLEAR:])
    )
    (briefs / "digests.yaml").write_text(digests, encoding="utf-8")

    clock = LoopClock(DAWN)
    async with Simulator(workspace=workspace, clock=clock) as sim:
        sim.limits.switch(on=True, posts_per_minute=300)
        sim.limit_history()
        settings = settings_of(sim, briefs, sqlite_file(folder / "bot.db"))
        stage = Stage(sim, clock, settings)
        async with stage.bot() as app:
            post = "chat.postMessage"
            kinds = (FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE)
            sim.faults.add(
                *(FaultRule(kind=k, method=post, count=UNCLEAR // 2) for k in kinds)
            )
            clock.skip_to(FIRST_DUE)
            app.capabilities.planning_alarm.set()
            await stage.wait_for(app, "early", Status.PLANNED, Status.ACQUIRED)

        clock.skip_to(LATER_DUE + timedelta(hours=1))
        back_at = clock.now()
        async with stage.bot() as app:
            await stage.wait_for(app, "later", *UNDER_WAY)
            await stage.wait_for(app, "early", *UNDER_WAY)
            unclear = clock.now() - back_at
        return _report(sim, back_at, unclear, late_ids=frozenset(ids[UNCLEAR:]))


def _workspace() -> WorkspaceFile:
    rooms = [
        ChannelEntry(id=f"C{n:05}", name=f"room-{n}", members=("brief",))
        for n in range(UNCLEAR + LATE)
    ]
    file = install(load_workspace(), manifest())
    return file.model_copy(update={"channels": tuple(rooms)})


def _report(
    sim: Simulator, back_at: datetime, unclear: timedelta, *, late_ids: frozenset[str]
) -> bool:
    posts = [
        (change.at, change.message)
        for change in sim.shown()
        if change.message and change.kind is ChangeKind.MESSAGE
    ]
    leads = Counter(message.channel for _, message in posts if not message.thread_ts)
    last = max(at for at, message in posts if message.channel in late_ids)
    late = timedelta(seconds=last - back_at.timestamp())
    once = sum(number == 1 for number in leads.values())
    wanted = UNCLEAR + LATE
    print(
        f"{LATE} late digests were out after {_minutes(late)} (promised "
        f"{_minutes(PROMISED)}), {UNCLEAR} unclear posts settled after "
        f"{_minutes(unclear)} with history once a minute; {once} of {wanted} channels "
        "have theirs once"
    )
    return late <= PROMISED and once == wanted


def _minutes(time: timedelta) -> str:
    return f"{time.total_seconds() / 60:.1f} minutes"


if __name__ == "__main__":
    main()
