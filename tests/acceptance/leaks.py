"""Two processes on one database, and people and rooms that change under their hands.

Slack tells one process of a change; the other must know it within a second. Whatever
shows the stricter claim later to somebody who may not see it is counted, in bytes.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import ChannelEntry
from tests.acceptance.morning import BOT, HARBOUR
from tests.processes import briefing_bot

SECRET = "damage is secret"
WITHIN_S = 1.0
"""How long a change may take to reach every process."""
ASKED = 12
"""How often each is asked: of two processes, hardly ever one alone by chance."""
ROOMS = [
    ChannelEntry(
        id="C0OPENED",
        name="opened",
        members=("alice", "bruno", "brief"),
        is_private=True,
    ),
    ChannelEntry(
        id="C0CLOSED", name="closed", members=("bruno", "brief"), is_private=True
    ),
]
MENTION = f"<@{BOT}> what is the damage?"


@dataclass(frozen=True, slots=True)
class Trial:
    """Bytes shown to who may not see them, and whether who may did see them.

    `reached` are a member's command, a member's direct message and a closed room.
    """

    leaked: int
    reached: tuple[bool, bool, bool]


@dataclass(frozen=True, slots=True)
class Replicas:
    """A Slack with two processes of the bot."""

    sim: Simulator

    async def play(self) -> Trial:
        """Make a guest of a member and share a room, while posts for both wait.

        1. Both processes know that Alice is a member and that the room is closed.
        2. Slack refuses the answers that were made for them for two seconds.
        3. Both change, and a second later the counting begins.
        4. Alice asks again and again, the answers that waited are posted, and Bruno and
           the other room, who may still see it all, ask as well.
        """
        sim = self.sim
        for _ in range(ASKED):
            await self._command("alice")
        dm = sim.dm("alice")
        sim.faults.clear()
        for channel in (dm, "C0OPENED"):
            sim.faults.add(
                FaultRule(
                    kind=FaultKind.PLAIN_429,
                    method="chat.postMessage",
                    channel=channel,
                    seconds=2,
                    count=1,
                )
            )
        waiting = len(sim.record.changes)
        await sim.type("alice", dm, "What is the damage?")
        await sim.type("alice", "opened", MENTION)
        await sim.delivery.idle()
        await asyncio.sleep(WITHIN_S / 2)

        sim.change_user("alice", is_guest=True)
        sim.share("opened")
        await asyncio.sleep(WITHIN_S)
        since = len(sim.record.changes)
        for _ in range(ASKED):
            await self._command("alice")
        reached = (
            await self._told("bruno", "korea-desk", "/brief damage"),
            await self._told("bruno", sim.dm("bruno"), "What is the damage?"),
            await self._told("bruno", "closed", MENTION),
        )
        for channel in (dm, "C0OPENED"):
            await sim.wait_for(partial(is_post, channel), since=waiting)
        leaked = sum(
            len(words)
            for change in sim.record.changes[since:]
            if (words := secret_in(change)) and self._is_closed_to(change)
        )

        sim.change_user("alice", is_guest=False)
        sim.unshare("opened")
        await sim.delivery.idle()
        await asyncio.sleep(WITHIN_S)
        return Trial(leaked, reached)

    async def _command(self, user: str) -> None:
        outcome = await self.sim.type(user, "korea-desk", "/brief damage")
        assert outcome.ok, outcome.error

    async def _told(self, user: str, channel: str, words: str) -> bool:
        """Ask, and say whether the claim came, at the latest when asked again."""
        for _ in range(3):
            since = len(self.sim.record.changes)
            await self.sim.type(user, channel, words)
            answer = await self.sim.wait_for(is_from_bot, since=since)
            if secret_in(answer):
                return True
        return False

    def _is_closed_to(self, change: Change) -> bool:
        message = change.message
        assert message is not None
        closed = (self.sim.dm("alice"), "C0OPENED")
        return message.ephemeral_to == "U0ALICE" or message.channel in closed


def is_from_bot(change: Change) -> bool:
    return change.message is not None and change.message.user == BOT


def is_post(channel: str, change: Change) -> bool:
    message = change.message
    is_here = message is not None and message.channel == channel
    return is_here and is_from_bot(change) and change.kind is ChangeKind.MESSAGE


def secret_in(change: Change) -> bytes:
    """Return what a change shows of the bot's, if the stricter claim is in it."""
    message = change.message
    if message is None or message.user != BOT:
        return b""
    shown = message.text + json.dumps(message.blocks)
    return shown.encode() if SECRET in shown else b""


@asynccontextmanager
async def open_replicas(folder: Path, database_url: str) -> AsyncIterator[Replicas]:
    """Run two processes of `briefing-bot run` by Socket Mode on one database."""
    briefs = folder / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(HARBOUR, encoding="utf-8")
    async with Simulator() as sim, AsyncExitStack() as stack:
        for room in ROOMS:
            sim.create_channel(room)
        env = {
            "SLACK_BOT_TOKEN": sim.bot_token,
            "SLACK_APP_TOKEN": sim.app_token,
            "SLACK_API_URL": sim.api_url,
            "BRIEFING_BOT_BRIEFS": str(briefs),
            "BRIEFING_BOT_DATABASE_URL": database_url,
            "BRIEFING_BOT_PORT": "0",
            "BRIEFING_BOT_HOST": "127.0.0.1",
        }
        for _ in range(2):
            program = await stack.enter_async_context(
                briefing_bot("run", cwd=folder, env=env)
            )
            await program.printed("app.started")
        yield Replicas(sim)
