"""Rooms and people that change while a post is on its way: what they may see goes out.

The stricter claim stands in a digest, a shared answer or a direct answer, Slack asks to
slow down, and before it is tried again a guest or another company reads along.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.model import Status
from bot.outbox.pacing import PaceLimits, Pacing
from bot.simulator.changes import ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.workspace_file import ChannelEntry
from bot.wiring import App
from tests.acceptance.morning import BOT, HARBOUR, Morning, open_morning
from tests.patience import PATIENCE_S

JITTER_S = 3.0
SECRET = "secret"
CLOSED = ChannelEntry(
    id="C0CLOSED", name="closed", members=("alice", "brief"), is_private=True
)
DIGESTS = """\
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    show: full
    when: {cron: "0 8 * * *", timezone: Europe/London}
    to: [C0CLOSED]
"""


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Morning]:
    async with open_morning(tmp_path) as room:
        room.sim.create_channel(CLOSED)
        (room.briefs / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
        yield room


def paced(room: Morning) -> Pacing:
    """Return a pace that obeys Slack by the room's clock, and knows no other limit."""
    limits = PaceLimits(channel_per_second=None, workspace_per_minute=None)
    return Pacing(limits, time=lambda: room.clock.now().timestamp())


def refuse_posts(room: Morning, channel: str, **how: Any) -> FaultRule:
    """Have Slack answer the next post there, or the nth one, with 429."""
    rule = FaultRule(
        kind=FaultKind.PLAIN_429,
        method="chat.postMessage",
        channel=channel,
        **{"seconds": 8, "nth": 1} | how,
    )
    room.sim.faults.add(rule)
    return rule


async def refused(room: Morning, app: App) -> None:
    """Wait until Slack has refused a post and its row is given back."""
    history = app.capabilities.stores.history
    async with asyncio.timeout(PATIENCE_S):
        while True:
            waiting = await history.records(statuses=[Status.PLANNED])
            if waiting and room.sim.faults.fired()[0][1]:
                return


async def heard(room: Morning) -> None:
    """Wait until the bot has taken every event."""
    await room.sim.delivery.idle()


def said_in(room: Morning, channel: str) -> str:
    """Return all that the bot has posted there, threads too."""
    kinds = (ChangeKind.MESSAGE, ChangeKind.MESSAGE_CHANGED)
    posted = [c.message for c in room.sim.record.changes if c.kind in kinds]
    shown = (m for m in posted if m and m.user == BOT)
    return "\n".join(str(m.text) + str(m.blocks) for m in shown if m.channel == channel)


async def ended(room: Morning, app: App, seconds: float = 8) -> list[str]:
    """Let so many seconds pass, and return how each delivery has ended then."""
    history = app.capabilities.stores.history
    await room.clock.advance(seconds + JITTER_S)
    async with asyncio.timeout(PATIENCE_S):
        while True:
            rows = await history.records()
            if all(row.status.is_ending for row in rows):
                return [row.reason for row in rows]


@pytest.mark.parametrize(
    ("is_pending", "seconds"),
    [
        pytest.param(False, 8, id="shared"),
        pytest.param(True, 40, id="invitation-of-which-no-event-tells"),
    ],
)
async def test_a_room_that_is_shared_while_a_digest_waits_is_told_what_is_clear(
    room: Morning, *, is_pending: bool, seconds: float
) -> None:
    """The payload was composed for members alone, and is composed anew."""
    (room.briefs / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
    refuse_posts(room, "C0CLOSED", seconds=seconds)
    async with room.bot(pacing=paced(room)) as app:
        await room.hours_pass(app, 2.01)
        await refused(room, app)

        room.sim.share("closed", is_pending=is_pending)
        await heard(room)
        await ended(room, app, seconds)

    said = said_in(room, "C0CLOSED")
    assert "About 40 boats were lost." in said
    assert SECRET not in said


async def test_what_is_still_to_come_is_cut_without_a_word_in_the_room(
    room: Morning,
) -> None:
    """The lead stays until it is withdrawn; curators hear of that, and of the rest."""
    digests = DIGESTS.replace("[C0CLOSED]", "[C0CLOSED]\n    nothing_new: skip")
    (room.briefs / "digests.yaml").write_text(digests, encoding="utf-8")
    refuse_posts(room, "C0CLOSED", nth=2)
    async with room.bot(pacing=paced(room)) as app:
        await room.hours_pass(app, 2.01)
        await room.posted("C0CLOSED")
        await refused(room, app)
        lead = said_in(room, "C0CLOSED")

        room.sim.join("gita", "closed")
        await heard(room)
        await ended(room, app)
        since = len(room.sim.record.changes)
        await room.sim.type("alice", "closed", "/brief why daily")
        why = await room.sim.wait_for(
            lambda change: change.kind is ChangeKind.EPHEMERAL, since=since
        )
        gone = await room.sim.wait_for(
            lambda change: (
                change.kind is ChangeKind.MESSAGE_CHANGED
                and change.message is not None
                and change.message.channel == "C0CLOSED"
            )
        )
        notices = await room.posted("C0CURATORS", 2)

    assert gone.message is not None
    withdrawn = str(gone.message.text) + str(gone.message.blocks)
    assert withdrawn.startswith("Withdrawn on ")
    assert SECRET not in withdrawn
    assert said_in(room, "C0CLOSED") == f"{lead}\n{withdrawn}"
    assert why.message is not None
    reason = "parts were posted: not everybody there may see the rest any more"
    assert reason in why.message.text
    told = sorted(notice.text.partition(":")[0] for notice in notices)
    assert told == ["Not delivered", "Withdrawn"]
    assert any(reason in notice.text for notice in notices)


async def test_what_is_shared_is_not_shown_to_whoever_joined_since(
    room: Morning,
) -> None:
    """Nobody who pressed meant it for another company."""
    refuse_posts(room, "C0CLOSED")
    async with room.bot(pacing=paced(room)) as app:
        answer = await room.sim.type("alice", "closed", "/brief damage")
        assert answer.message is not None
        assert SECRET in answer.message.text
        await room.sim.press("alice", "C0CLOSED", answer.message.ts, "share/0")
        await refused(room, app)

        room.sim.share("closed")
        await heard(room)
        reasons = await ended(room, app)

    # Whoever shared it is told of that, sooner or later.
    assert said_in(room, "C0CLOSED") == ""
    assert "skipped: not everybody there may see it" in reasons


async def test_whoever_became_a_guest_is_not_sent_what_members_see(
    room: Morning,
) -> None:
    """A direct message is its reader's, as they are when it is posted."""
    dm = room.sim.dm("alice")
    refuse_posts(room, dm)
    async with room.bot(pacing=paced(room)) as app:
        await room.sim.type("alice", dm, "What is the damage?")
        await refused(room, app)

        room.sim.change_user("alice", is_guest=True)
        await heard(room)
        await ended(room, app)

    assert room.of_bot(dm)
    assert SECRET not in said_in(room, dm)
