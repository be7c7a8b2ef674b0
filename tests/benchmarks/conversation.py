"""How long a question waits for its answer, and how many get one when all ask at once.

    python -m tests.benchmarks.conversation

1. From the event to the `ok` of the answer, beside a bare `chat.postMessage` in the
   same run: one after the other, in turns, and the simulator in a process of its own.
2. 1,000 questions of 200 people at once against a Slack that limits rates: every one is
   answered once, in the order of its conversation. Both sides run at ten times the
   published rates, so that it takes twenty seconds.
"""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.outbox.interfaces import Messenger
from bot.outbox.model import PostedMessage
from bot.outbox.pacing import PaceLimits, Pacing
from bot.settings import Settings, Slack
from bot.simulator.changes import Change, ChangeKind
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import (
    UserEntry,
    WorkspaceFile,
    install,
    load_workspace,
)
from bot.slack.manifest import manifest
from bot.wiring import App, build_app
from tests.benchmarks.servers import simulator
from tests.frozen import FROZEN

PEOPLE, QUESTIONS_EACH = 200, 5
ROUNDS, WARM = 100, 20
SPEED = 10.0
PER_MINUTE = 300
BETWEEN_S = 0.02
"""A pause in which what follows an answer is stored: a person's is longer."""
AFTER_S = 1.0
"""How long is waited for an answer too many."""
QUESTIONS = (
    "How many soldiers were killed?",
    "hello",
    "who won the Champions League?",
    "Wonsan",
    "when was the deployment confirmed?",
)


@dataclass
class Watched:
    """A simulator, and when each channel saw the bot's messages."""

    simulator: Simulator
    posted: defaultdict[str, list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    texts: defaultdict[str, list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def note(self, change: Change) -> None:
        """Take the time of each message of the bot."""
        message = change.message
        bot = self.simulator.workspace.bot.id
        if change.kind is ChangeKind.MESSAGE and message and message.user == bot:
            self.posted[message.channel].append(time.perf_counter())
            self.texts[message.channel].append(message.text)

    @property
    def total(self) -> int:
        return sum(map(len, self.posted.values()))

    async def wait_for(self, total: int) -> float:
        """Wait for so many posts in all, two minutes at most; return the time."""
        record = self.simulator.record
        await self.simulator.wait_for(
            lambda _: self.total >= total, 120, since=len(record.changes)
        )
        return time.perf_counter()


def crowd() -> WorkspaceFile:
    """Return the default workspace with 200 more people."""
    file = install(load_workspace(), manifest())
    people = tuple(
        UserEntry(id=f"U1P{n:04}", name=f"p{n}", real_name=f"Person {n}")
        for n in range(PEOPLE)
    )
    return file.model_copy(update={"users": (*file.users, *people)})


@asynccontextmanager
async def running(pacing: Pacing) -> AsyncIterator[tuple[Watched, App]]:
    """Run the bot against a simulator of this very process."""
    with TemporaryDirectory() as folder:
        async with Simulator(workspace=crowd()) as local:
            watched = Watched(local)
            local.workspace.observers.append(watched.note)
            async with build_app(_settings(_api(local), folder), pacing=pacing) as app:
                stop = asyncio.Event()
                work = asyncio.create_task(app.run(stop))
                yield watched, app
                stop.set()
                await work


def _api(simulator: Simulator) -> dict[str, str]:
    return {
        "bot_token": simulator.bot_token,
        "app_token": simulator.app_token,
        "api_url": simulator.api_url,
    }


def _settings(api: dict[str, str], folder: str) -> Settings:
    slack = Slack(
        bot_token=SecretStr(api["bot_token"]),
        app_token=SecretStr(api["app_token"]),
        api_url=api["api_url"],
    )
    return Settings(
        briefs=FROZEN,
        database_url=f"sqlite:///{folder}/bench.sqlite3",
        host="127.0.0.1",
        port=0,
        # Claims' vectors would be made in the background meanwhile.
        meaning="off",
        slack=slack,
    )


async def latency() -> None:
    """Time questions and bare posts in turns, so that both see the same machine."""
    unlimited = Pacing(PaceLimits(channel_per_second=None, workspace_per_minute=None))
    asked, bare = list[float](), list[float]()
    with TemporaryDirectory() as folder:
        async with (
            simulator() as api,
            build_app(_settings(api, folder), pacing=unlimited) as app,
        ):
            watched = WatchedMessenger(app.capabilities.workspace.messenger)
            stop = asyncio.Event()
            work = asyncio.create_task(app.run(stop))
            clients = app.clients_of(app.installed.keys[0])
            opened = await clients.reading.conversations_open(users="U0ALICE")
            place = opened["channel"]["id"]
            for round in range(WARM + ROUNDS):
                asked.append(await _ask(app, watched, place, round))
                bare.append(await _post(app, place))
            stop.set()
            await work

    p50_asked = _report("event to posted answer", asked[WARM:])
    p50_bare = _report("bare chat.postMessage", bare[WARM:])
    print(f"  ratio of medians {p50_asked / p50_bare:.2f} (aim: at most 5)")


class WatchedMessenger:
    """Says when Slack took a message from the bot's own messenger."""

    def __init__(self, messenger: Messenger) -> None:
        self._post = messenger.post
        self.posted = asyncio.Event()
        # The messenger is the real one: only this moment of it is looked at.
        object.__setattr__(messenger, "post", self.post)

    async def post(self, *args: Any, **kwargs: Any) -> PostedMessage:
        """Post, and say so."""
        ok = await self._post(*args, **kwargs)
        self.posted.set()
        return ok


async def _ask(app: App, watched: WatchedMessenger, place: str, round: int) -> float:
    """Return the milliseconds from the event until Slack has the answer."""
    watched.posted.clear()
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": place,
        "user": "U0ALICE",
        "text": QUESTIONS[round % len(QUESTIONS)],
        "ts": f"{time.time():.6f}",
    }
    body = {"type": "event_callback", "team_id": "T0MERIDIAN", "event": event}
    begun = time.perf_counter()
    request = AsyncBoltRequest(mode="socket_mode", body=body)
    response = await app.slack_app.async_dispatch(request)
    assert response.status == 200
    await watched.posted.wait()
    taken = (time.perf_counter() - begun) * 1000
    await asyncio.sleep(BETWEEN_S)
    return taken


async def _post(app: App, place: str) -> float:
    begun = time.perf_counter()
    await app.clients_of(app.installed.keys[0]).posting.chat_postMessage(
        channel=place, text="Hello."
    )
    taken = (time.perf_counter() - begun) * 1000
    await asyncio.sleep(BETWEEN_S)
    return taken


def _report(name: str, taken: list[float]) -> float:
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[18]
    print(f"  {name:28} p50 {p50:7.2f} ms   p95 {p95:7.2f} ms")
    return p50


async def rush() -> None:
    """Let everybody ask at once, and look at who was answered with what."""
    per_minute = PER_MINUTE * SPEED
    limits = PaceLimits(channel_per_second=SPEED, workspace_per_minute=per_minute)
    total = PEOPLE * QUESTIONS_EACH
    async with running(Pacing(limits)) as (watched, _app):
        local = watched.simulator
        local.limits.switch(on=True, speed=SPEED, posts_per_minute=PER_MINUTE)
        await local.sockets.wait_connected()
        begun = time.perf_counter()
        for question in QUESTIONS:
            await asyncio.gather(
                *(
                    local.type(f"p{n}", local.dm(f"p{n}"), question)
                    for n in range(PEOPLE)
                )
            )
        await local.delivery.idle()
        heard = time.perf_counter() - begun
        taken = await watched.wait_for(total) - begun
        await asyncio.sleep(AFTER_S)

    _judge(watched, total, taken=taken, heard=heard)


def _judge(watched: Watched, total: int, *, taken: float, heard: float) -> None:
    ideal = (total - PaceLimits().workspace_burst) / (PER_MINUTE * SPEED / 60)
    expected = [text[:8] for text in next(iter(watched.texts.values()))]
    in_order = sum(
        [text[:8] for text in texts] == expected for texts in watched.texts.values()
    )
    print(f"  {total:,} questions heard in {heard:.1f} s, {watched.total:,} answers")
    print(f"  conversations in order: {in_order} of {PEOPLE}; first words {expected}")
    print(f"  {taken:.1f} s; the limits allow it in {ideal:.1f} s")


async def main() -> None:
    """Run both."""
    print("One question after the other:")
    await latency()
    print(f"{PEOPLE * QUESTIONS_EACH:,} questions of {PEOPLE} people at once:")
    await rush()


if __name__ == "__main__":
    asyncio.run(main())
