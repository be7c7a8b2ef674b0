"""The correction scene: who read 40 learns of 47, in two workspaces, and nobody else.

Three digests, a share and five answers contain the claim; others do not.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.installation import Installation
from bot.outbox.model import DeliveryKey, NewDelivery
from bot.questions.pages import Page, PageKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.messages import Message
from bot.simulator.people import People
from bot.wiring import App
from tests.acceptance.morning import CORRECTED, HARBOUR
from tests.acceptance.tenants import ALPHA, BETA, Tenants, open_tenants
from tests.patience import until

pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")

A, B = Installation(ALPHA, "E0ORG"), Installation(BETA, "E0ORG")
DIGESTS = """\
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    when: {cron: "0 8 1 1 *", timezone: Europe/London}
    to: [T0ALPHA/C0ALPHA, T0BETA/C0BETA]
  - id: weekly
    title: Weekly
    briefings: [harbour]
    when: {cron: "0 9 1 1 *", timezone: Europe/London}
    to: [T0ALPHA/C0ALPHA]
"""
CREW = HARBOUR.replace(
    "      - id: damage\n",
    "      - id: crews\n        text: Twelve crews were rescued at night.\n"
    "        sources: [port]\n      - id: damage\n",
)
CREW_CORRECTED = CORRECTED.replace(
    "      - id: damage\n",
    "      - id: crews\n        text: Twelve crews were rescued at night.\n"
    "        sources: [port]\n      - id: damage\n",
)
QUICK: dict[str, Any] = {"corrections_quiet": 0.0}
POSTED = 16
"""Three digests with their threads, a share, answers."""
LINE = "✏️ *CORRECTED 23 November 2026:* was 40, is 47. The port counted again."

Place = tuple[str, str, str]
"""A team, a channel and a ts."""


@dataclass
class Stage:
    """Both workspaces, and what stood in them before the correction."""

    tenants: Tenants
    before: dict[Place, Message]

    def now(self) -> dict[Place, Message]:
        """Return every message of the bot as it stands by now."""
        return all_of_bot(self.tenants)

    @property
    def carriers(self) -> set[Place]:
        return {p for p, message in self.before.items() if "40 boats" in message.text}

    def is_done(self) -> bool:
        """Say whether all are edited, and all are told who have to be."""
        now = self.now()
        edited = all("47 boats" in now[place].text for place in self.carriers)
        return edited and len(now) - len(self.before) >= self.notes

    @property
    def notes(self) -> int:
        """How many notes and tells there are to be: one a thread, one a person."""
        return len({thread_of(self.before[p], p) for p in self.carriers})


def thread_of(message: Message, place: Place) -> Place:
    """Return the thread that a message is of; a direct message is one room."""
    team, channel, ts = place
    if channel.startswith("D"):
        return team, channel, ""
    return team, channel, message.thread_ts or ts


def all_of_bot(tenants: Tenants) -> dict[Place, Message]:
    found = {}
    for team, people in ((ALPHA, tenants.sim), (BETA, tenants.beta)):
        for change in people.shown():
            message = change.message
            if message is None or message.user != people.workspace.bot.id:
                continue
            now = people.workspace.timeline.find(message.channel, message.ts)
            if now is not None and not now.ephemeral_to:
                found[team, message.channel, message.ts] = now
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
async def tenants(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Tenants]:
    is_sqlite = request.param == "sqlite"
    url = "" if is_sqlite else str(request.getfixturevalue("postgres_url"))
    async with open_tenants(tmp_path, url) as tenants:
        (tenants.briefs / "harbour.yaml").write_text(CREW, encoding="utf-8")
        (tenants.briefs / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
        yield tenants


async def play(tenants: Tenants, app: App) -> Stage:
    """Have both workspaces read the error, and other things."""
    await tenants.install(app, ALPHA)
    await tenants.install(app, BETA)
    store = app.capabilities.stores.deliveries
    now = store.now()
    later = now + timedelta(hours=1)
    digests = [
        NewDelivery(
            DeliveryKey.for_digest(
                one, id, "2026-11-23T08:00", recipient=f"{one.team_id}/{channel}"
            ),
            destination=channel,
            due_at=now,
            expires_at=later,
        )
        for one, id, channel in (
            (A, "daily", "C0ALPHA"),
            (A, "weekly", "C0ALPHA"),
            (B, "daily", "C0BETA"),
        )
    ]
    page = Page(PageKind.CLAIM, "harbour", "losses").encode()
    share = NewDelivery(
        DeliveryKey.for_share(A, page, "1.0", channel_id="C0ALPHA"),
        destination="C0ALPHA",
        due_at=now,
        expires_at=later,
        request=json.dumps({"by": "U0ANAALPHA"}),
    )
    await store.plan([*digests, share])
    for people in (tenants.sim, tenants.beta):
        for words in ("how many boats were lost?", "who was rescued?", "thanks"):
            await told(people, "ana", words)
    await told(tenants.sim, "ana", "losses")
    await told(tenants.sim, "ben", "boats lost?")
    await told(tenants.sim, "ben", "@brief losses", "desk")

    stage = Stage(tenants, {})
    await until(lambda: len(all_of_bot(tenants)) == POSTED)
    stage.before = all_of_bot(tenants)
    kinds = Counter(channel[0] for _, channel, _ in stage.carriers)
    assert kinds == {"C": 8, "D": 4}, "leads, their threads, a share, answers"
    return stage


async def told(people: People, who: str, words: str, where: str = "") -> None:
    """Write to the bot and wait for its answer."""
    since = len(people.record.changes)
    await people.type(who, where or people.dm(who), words)
    bot = people.workspace.bot.id
    await people.wait_for(
        lambda c: bool(c.message and c.message.user == bot), since=since
    )


def assert_reached(stage: Stage) -> None:
    """Exactly the carriers differ, in the wrong words alone; each thread has a note."""
    now = stage.now()
    for place, was in stage.before.items():
        if place not in stage.carriers:
            assert now[place] == was
            continue
        assert stripped(now[place]) == stripped(was)
    more = {place: m for place, m in now.items() if place not in stage.before}
    owed = Counter(thread_of(stage.before[place], place) for place in stage.carriers)
    assert Counter(thread_of(m, place) for place, m in more.items()) == dict.fromkeys(
        owed, 1
    )
    shown = Counter(place[:2] for place, m in more.items() if m.is_broadcast)
    assert shown == {(ALPHA, "C0ALPHA"): 1, (BETA, "C0BETA"): 1}


def stripped(message: Message) -> str:
    """Return a message as it was before it was corrected: blocks, text and all else."""
    blocks = json.dumps(
        [
            {k: v for k, v in block.items() if k != "block_id"}
            for block in message.blocks
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    for marked, plain in (
        (f"\\n{LINE}", ""),
        ("~40~ *47*", "40"),
        ("*About 40 boats lost*", "About 40 boats lost"),
        ("*About 40 boats were lost.*", "About 40 boats were lost."),
        ("*About 40* boats lost", "About 40 boats lost"),
    ):
        blocks = blocks.replace(marked, plain)
    text = message.text.replace(f"\n{LINE.replace('*', '')}", "")
    return blocks + text.replace("47 boats", "40 boats")


async def test_the_correction_reaches_all_who_read_the_error(tenants: Tenants) -> None:
    """And changes nothing else, however often it is looked at again."""
    async with tenants.bot(**QUICK) as app:
        stage = await play(tenants, app)
        await write(tenants, CREW_CORRECTED)
        await until(stage.is_done)
        assert_reached(stage)
        reached = stage.now()
    async with tenants.bot(**QUICK) as app:
        app.capabilities.corrections.look_at_all()
        await app.capabilities.corrections.work()
        await app.capabilities.worker.drain()
        assert stage.now() == reached


@pytest.mark.parametrize("tenants", ["sqlite"], indirect=True)
async def test_nothing_that_goes_wrong_on_the_way_changes_the_outcome(
    tenants: Tenants,
) -> None:
    """Slack asks to wait, loses answers, and the bot is started again in the middle."""
    async with tenants.bot(**QUICK) as app:
        stage = await play(tenants, app)
        tenants.sim.faults.add(
            FaultRule(
                kind=FaultKind.PLAIN_429, method="chat.update", count=3, seconds=1
            ),
            FaultRule(kind=FaultKind.PLAIN_429, method="chat.postMessage", nth=1),
        )
        await write(tenants, CREW_CORRECTED)
        await until(lambda: any("47 boats" in m.text for m in stage.now().values()))
    async with tenants.bot(**QUICK):
        await until(stage.is_done)
        assert_reached(stage)


async def test_two_processes_tell_nobody_twice(
    postgres_url: str, tmp_path: Path
) -> None:
    """Both read the file, and both work on what follows."""
    async with AsyncExitStack() as stack:
        tenants = await stack.enter_async_context(open_tenants(tmp_path, postgres_url))
        (tenants.briefs / "harbour.yaml").write_text(CREW, encoding="utf-8")
        (tenants.briefs / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
        app = await stack.enter_async_context(tenants.bot(**QUICK))
        other = await stack.enter_async_context(tenants.bot(**QUICK))
        stage = await play(tenants, app)
        await write(tenants, CREW_CORRECTED)
        await until(stage.is_done)
        for one in (app, other):
            one.capabilities.corrections.look_at_all()
            await one.capabilities.corrections.work()
            await one.capabilities.worker.drain()
        assert_reached(stage)


async def write(tenants: Tenants, text: str) -> None:
    """Save the briefing, as its curator does."""
    await asyncio.to_thread(
        (tenants.briefs / "harbour.yaml").write_text, text, encoding="utf-8"
    )
