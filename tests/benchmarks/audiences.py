"""A stricter digest for everybody, under all of Slack's limits, beside bare posts.

Run by `python -m tests.benchmarks.audiences [--minutes 20]`; all of it takes more than
an hour by the clock that is scaled, so that the first minutes may be enough.
The whole bot posts a TLP:AMBER digest to 10,000 direct messages, 300 private channels
and a private room of 500, and has to learn of each who reads it; nobody
has ever had a message from it. Promised: at least .9 of what posting alone allows.
Simulator and bot share a clock that runs faster, and one processor.
"""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.outbox.model import Status
from bot.outbox.pacing import PaceLimits
from bot.settings import Settings, Slack
from bot.simulator.changes import ChangeKind
from bot.simulator.server import HOST, Simulator
from bot.simulator.workspace_file import (
    ChannelEntry,
    UserEntry,
    WorkspaceFile,
    install,
    load_workspace,
)
from bot.slack.manifest import manifest
from bot.subscriptions.model import Subscription
from bot.wiring import App, build_app
from tests.benchmarks.scaled_time import LoopClock, run_scaled
from tests.databases import sqlite_file
from tests.subscriptions import make_subscription

DAWN = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
DUE = DAWN + timedelta(hours=2)
ROOM = 500
SECRET = "The damage is secret"
PROMISED = 0.9
LOOK_EVERY_S = 1.0
UNDER_WAY = (Status.PLANNED, Status.ACQUIRED, Status.SENDING)
HARBOUR = f"""\
id: harbour
title: What the storm did to the harbour
as_of: 2026-11
handling: TLP:AMBER
sources:
  port: {{publisher: Port authority}}
sections:
  - id: storm
    title: A storm hit the port
    claims:
      - id: damage
        text: {SECRET}.
        sources: [port]
"""
DIGEST = """\
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    show: headlines
    when: {{every: day, at: "07:00", timezone: Etc/UTC}}
    to: [{to}]
"""


def main() -> None:
    """Print the figures; end with 1 where the promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.audiences")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--channels", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--speed", type=float, default=5.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = _run(Path(folder), options)
        ratio = run_scaled(work, speed=options.speed)
    sys.exit(0 if ratio >= PROMISED else 1)


async def _run(folder: Path, options: argparse.Namespace) -> float:
    people, channels = options.people, options.channels
    briefs = folder / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
    workspace = _workspace(people, channels)
    to = ", ".join(room.id for room in workspace.channels)
    (briefs / "digests.yaml").write_text(DIGEST.format(to=to), encoding="utf-8")

    clock, stop, loaded = LoopClock(DAWN), asyncio.Event(), asyncio.Event()

    async def note(_library: object) -> None:
        loaded.set()

    async with Simulator(workspace=workspace, clock=clock) as sim:
        sim.limits.switch(on=True, posts_per_minute=_PER_MINUTE)
        settings = settings_of(sim, briefs, sqlite_file(folder / "bot.db"))
        async with (
            build_app(settings, clock=clock, after_load=[note]) as app,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(app.run(stop))
            await loaded.wait()
            await _subscribe(app, workspace)
            clock.skip_to(DUE)
            app.capabilities.planning_alarm.set()
            took_s = await _delivered(app, clock, within_s=60 * options.minutes)
            ratio = _report(sim, took_s, wanted=people + channels + 1)
            stop.set()
        return ratio


_PER_MINUTE = int(PaceLimits().workspace_per_minute or 0)


def _workspace(people: int, channels: int) -> WorkspaceFile:
    """Return a workspace in which everybody may see what is TLP:AMBER."""
    users = [
        UserEntry(id=f"U{n:05}", name=f"person-{n}", real_name=f"Person {n}")
        for n in range(people)
    ]
    names = [user.name for user in users]
    rooms = [
        ChannelEntry(
            id=f"C{n:05}",
            name=f"room-{n}",
            members=("brief", *names[n % people :][:5]),
            is_private=True,
        )
        for n in range(channels)
    ]
    big = ChannelEntry(
        id="C0BIG", name="big", members=("brief", *names[:ROOM]), is_private=True
    )
    file = install(load_workspace(), manifest())
    return file.model_copy(update={"users": tuple(users), "channels": (*rooms, big)})


def settings_of(sim: Simulator, briefs: Path, database_url: str) -> Settings:
    """Return the settings of a bot in this simulator, by Socket Mode."""
    slack = Slack.model_construct(
        bot_token=SecretStr(sim.bot_token),
        app_token=SecretStr(sim.app_token),
        signing_secret=SecretStr(""),
        api_url=sim.api_url,
    )
    return Settings.model_construct(
        briefs=briefs, database_url=database_url, host=HOST, port=0, slack=slack
    )


async def _subscribe(app: App, workspace: WorkspaceFile) -> None:
    """Let everybody have asked for it by direct message, at the same hour."""
    store = app.capabilities.stores.subscriptions
    (here,) = app.installed.keys

    def subscription(user: UserEntry) -> Subscription:
        return make_subscription(
            f"subscription-{user.id.lower()}",
            owner_id=user.id,
            at=time(DUE.hour),
            zone="Etc/UTC",
            installation=here,
            now=DAWN,
        )

    for user in workspace.users:
        await store.create(subscription(user))


async def _delivered(app: App, clock: LoopClock, *, within_s: float) -> float:
    """Return the clock's seconds until the last delivery has ended, or so many."""
    began, history = clock.elapsed_s(), app.capabilities.stores.history
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        waiting = await history.records(statuses=UNDER_WAY, limit=1)
        took_s = clock.elapsed_s() - began
        if took_s > within_s or not waiting:
            return took_s


def _report(sim: Simulator, took_s: float, *, wanted: int) -> float:
    posts = [
        change.message
        for change in sim.shown()
        if change.message and change.kind is ChangeKind.MESSAGE
    ]
    reached = {post.channel for post in posts if SECRET in post.text}
    allowed = PaceLimits().workspace_burst + took_s * _PER_MINUTE / 60
    ratio = len(posts) / allowed
    print(
        f"{took_s / 60:.1f} minutes: {len(posts):,} posts, which brought the claim to "
        f"{len(reached):,} of {wanted:,}; posting alone allows {allowed:,.0f}, "
        f"ratio {ratio:.2f} (promised {PROMISED})"
    )
    return ratio


if __name__ == "__main__":
    main()
