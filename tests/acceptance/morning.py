"""A morning in a newsroom: a small Slack, the whole bot, and a clock to be pushed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.demo import demo_settings
from bot.outbox.pacing import Pacing
from bot.simulator.changes import ChangeKind
from bot.simulator.clock import SteppedClock
from bot.simulator.interactions import Outcome
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.simulator.views import View
from bot.slack.waits import Waits
from bot.subscriptions.model import Subscription
from bot.wiring import App, build_app
from tests.patience import PATIENCE_S, PATIENT

MONDAY_SIX = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
HOUR_S = 3600.0
YEAR_S = 366 * 24 * HOUR_S
BOT = "U0BRIEF"
HARBOUR = """\
id: harbour
title: What the storm did to the harbour
short: Harbour
bottom_line: A storm sank boats.
as_of: 2026-11
verified: 2026-10-01
review_every: 30 days
handling: TLP:CLEAR
curators: "#korea-curators"
sources:
  port: {publisher: Port authority}
sections:
  - id: storm
    short: Storm
    title: A storm hit the port
    claims:
      - id: losses
        text: About 40 boats were lost.
        short: About 40 boats lost
        sources: [port]
      - id: damage
        text: The damage is secret.
        handling: TLP:AMBER
        sources: [port]
  - id: costs
    short: Costs
    title: Repairs cost money
    claims:
      - id: repairs
        text: Repairs are secret.
        handling: TLP:AMBER
        sources: [port]
"""
CORRECTED = HARBOUR.replace(
    "About 40 boats were lost.\n        short: About 40 boats lost",
    "About 47 boats were lost.\n        short: About 47 boats lost\n"
    "        revisions: [{date: 2026-11-23, kind: correction,\n"
    "          was: About 40 boats were lost., because: The port counted again.}]",
)


@dataclass
class Morning:
    """The stage of a scene; the bot comes and goes by `bot`."""

    sim: Simulator
    clock: SteppedClock
    briefs: Path
    waits: Waits = PATIENT
    loaded: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def bot(
        self, *, pacing: Pacing | None = None, **settings: Any
    ) -> AsyncIterator[App]:
        """Run the bot until the block ends, over the same files and database."""
        stop = asyncio.Event()
        edit_url = "https://git.example/edit/main/{path}#L{line}"
        fixed = demo_settings(self.sim, self.briefs)
        usual = {"edit_url": edit_url, "meaning": "off"}
        changed = fixed.model_copy(update={**usual, **settings})
        async with (
            build_app(
                changed,
                clock=self.clock,
                after_load=[self._note],
                pacing=pacing,
                waits=self.waits,
            ) as app,
            asyncio.TaskGroup() as group,
        ):
            self.loaded.clear()
            group.create_task(app.run(stop))
            try:
                await self.loaded.wait()
                # An event that finds no connection comes again, but a minute later.
                await self.sim.sockets.wait_connected()
                yield app
            finally:
                stop.set()

    async def _note(self, _library: object) -> None:
        self.loaded.set()

    async def hours_pass(self, app: App, hours: float) -> None:
        """Push the clock, and wake the planner as its minute would."""
        await self.clock.advance(hours * HOUR_S)
        app.capabilities.planning_alarm.set()

    async def edit(self, text: str) -> None:
        """Save a new text of the briefing, and wait until the bot has read it."""
        self.loaded.clear()
        await asyncio.to_thread((self.briefs / "harbour.yaml").write_text, text)
        async with asyncio.timeout(PATIENCE_S):
            await self.loaded.wait()

    async def subscribe(
        self, user: str, *topics: str, channel: str = "korea-desk", **how: str
    ) -> Outcome:
        """Type the command, fill in the form and send it."""
        since = len(self.sim.record.changes)
        await self.sim.type(user, channel, "/brief subscribe")
        view = await self.view(ChangeKind.VIEW_OPENED, since=since)
        return await self.sim.submit_view(user, view.id, filled(*topics, **how))

    async def home(self, user: str) -> str:
        """Open somebody's Home and return everything that stands in it."""
        since = len(self.sim.record.changes)
        await self.sim.open_home(user)
        view = await self.view(ChangeKind.HOME, since=since)
        return str(view.content["blocks"])

    async def view(self, kind: ChangeKind, *, since: int) -> View:
        change = await self.sim.wait_for(
            lambda change: change.kind is kind, since=since
        )
        assert change.view is not None
        return change.view

    async def posted(self, channel: str, count: int = 1) -> list[Message]:
        """Wait until so many messages of the bot stand in a channel; return them.

        What hangs in threads under them does not count.
        """
        await self.sim.wait_for(lambda _: len(self.of_bot(channel)) >= count)
        return self.of_bot(channel)

    async def read_whole(self, channel: str) -> str:
        """Wait for the thread under the bot's message, and return all its words."""
        await self.sim.wait_for(lambda _: bool(self._replies(channel)))
        messages = (*self.of_bot(channel), *self._replies(channel))
        return "\n".join(message.text for message in messages)

    def of_bot(self, channel: str) -> list[Message]:
        """Return what the bot has posted in a channel so far, threads left out."""
        return [m for m in self._all_of_bot(channel) if not m.thread_ts]

    def _replies(self, channel: str) -> list[Message]:
        return [m for m in self._all_of_bot(channel) if m.thread_ts]

    def _all_of_bot(self, channel: str) -> list[Message]:
        changes = self.sim.shown()
        messages = (c.message for c in changes if c.kind is ChangeKind.MESSAGE)
        return [m for m in messages if m and m.channel == channel and m.user == BOT]

    async def subscriptions(self, app: App) -> list[Subscription]:
        """Return everything that anybody has set up."""
        store = app.capabilities.stores.subscriptions
        return list(await store.of_installation(app.installed.keys[0]))


def filled(*topics: str, at: str = "08:00", where: str = "") -> dict[str, Any]:
    """Return what a person fills into the form, every day by direct message."""
    options = [{"value": topic} for topic in topics]
    values: dict[str, Any] = {
        "topics": {"topics": {"selected_options": options}},
        "every": {"every": {"selected_option": {"value": "day"}}},
        "at": {"at": {"selected_time": at}},
        "show": {"show": {"selected_option": {"value": "full"}}},
    }
    if where:
        values["where"] = {"where": {"selected_option": {"value": where}}}
    return values


@asynccontextmanager
async def open_morning(folder: Path) -> AsyncIterator[Morning]:
    """Open a Slack at six on a Monday morning, with one briefing in a folder."""
    briefs = folder / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
    clock = SteppedClock(start=MONDAY_SIX)
    async with Simulator(clock=clock, waits_s=PATIENCE_S, socket_life_s=YEAR_S) as sim:
        yield Morning(sim, clock, briefs)
