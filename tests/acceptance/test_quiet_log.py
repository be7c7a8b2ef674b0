"""All that a running bot prints, read for what must never stand there.

A person asks, remarks and presses while Slack breaks, the files are wrong and the
database refuses what the bot writes; each line is then searched for tokens,
secrets, and the words of direct messages.
"""

import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.messages import Message
from bot.simulator.server import HOST, Simulator
from bot.simulator.workspace_file import install, load_workspace
from bot.slack.manifest import manifest
from tests.patience import PATIENCE_S
from tests.processes import Program, briefing_bot
from tests.yaml_texts import SMALLEST

DESK = "korea-desk"
ANSWERED = "How many boats were lost, quetzalcoatl?"
REFUSED = "Which minister danced the xylophonic mazurka?"
CRASHED = "Who heard the zymurgist sing at midnight?"
MENTIONED = "What did the umbrageous gannet eat?"
COMMANDED = "who built the vermilion ziggurat?"
REMARKED = "I read in the yonderly herald that it was 50."
CANARIES = ("quetzal", "mazurka", "zymurgist", "gannet", "ziggurat", "yonderly")


@dataclass
class Recorded:
    """A bot in a process of its own, and the person who tries it."""

    sim: Simulator
    home: Path
    program: Program

    async def answer(self, words: str, *, where: str = "") -> Message:
        """Write something and return what the bot posts there next."""
        since = len(self.sim.record.changes)
        await self.asks(words, where=where)
        found = await self.sim.wait_for(self._is_posted, since=since)
        assert found.message is not None
        return found.message

    async def asks(self, words: str, *, where: str = "") -> None:
        """Write something, whatever becomes of it."""
        outcome = await self.sim.type("alice", where or self.sim.dm("alice"), words)
        assert outcome.message is not None

    async def remarks(self, words: str) -> None:
        """Press "Ask the curators" under a command's answer, and send the form."""
        outcome = await self.sim.type("alice", DESK, f"/brief {COMMANDED}")
        assert outcome.message is not None
        since = len(self.sim.record.changes)
        await self._press_ask(outcome.message)
        opened = await self.sim.wait_for(lambda c: bool(c.view), since=since)
        assert opened.view is not None
        values = {"comment": {"comment": {"value": words}}}
        await self.sim.submit_view("alice", opened.view.id, values)

    async def presses_in_vain(self) -> None:
        """Press it where Slack opens no form."""
        outcome = await self.sim.type("alice", DESK, f"/brief {COMMANDED}")
        assert outcome.message is not None
        await self._press_ask(outcome.message)

    async def _press_ask(self, answer: Message) -> None:
        elements = [e for block in answer.blocks for e in block.get("elements", [])]
        (button,) = (e for e in elements if e.get("action_id", "").startswith("ask/"))
        await self.sim.press("alice", DESK, answer.ts, button["action_id"])

    def breaks(self, kind: FaultKind, method: str, **more: Any) -> None:
        """Let Slack fail once at this."""
        self.sim.faults.add(FaultRule(kind=kind, method=method, count=1, **more))

    def refuses(self, table: str) -> None:
        """Let a table take no rows, so that the bot fails where it does not expect it.

        The parameters of a statement hold what somebody wrote.
        """
        with closing(sqlite3.connect(self.home / "briefing-bot.sqlite3")) as connection:
            connection.execute(
                f"CREATE TRIGGER {table}_full BEFORE INSERT ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )

    def _is_posted(self, change: Change) -> bool:
        bot = self.sim.workspace.bot.id
        message = change.message
        return change.kind is ChangeKind.MESSAGE and bool(
            message and message.user == bot
        )


@asynccontextmanager
async def recorded(
    home: Path, *, threads: bool = False, **settings: str
) -> AsyncIterator[Recorded]:
    """Run the bot beside a small Slack, with the smallest briefing."""
    (home / "briefs").mkdir()
    briefing = SMALLEST.replace("sources:", "handling: TLP:CLEAR\nsources:", 1)
    (home / "briefs" / "harbour.yaml").write_text(briefing, encoding="utf-8")
    workspace = install(load_workspace(), manifest(threads=threads))
    async with Simulator(workspace=workspace, waits_s=PATIENCE_S) as sim:
        environment = {
            "SLACK_BOT_TOKEN": sim.bot_token,
            "SLACK_APP_TOKEN": sim.app_token,
            "SLACK_API_URL": sim.api_url,
            "BRIEFING_BOT_PORT": "0",
            "BRIEFING_BOT_HOST": HOST,
        }
        async with briefing_bot("run", cwd=home, env=environment | settings) as program:
            await program.printed("app.started")
            await sim.sockets.wait_connected()
            yield Recorded(sim, home, program)


async def a_bad_day(bot: Recorded) -> None:
    """Ask, press and remark while everything breaks that can."""
    await bot.answer(ANSWERED)
    await bot.remarks(REMARKED)
    bot.breaks(FaultKind.PLAIN_429, "chat.postMessage", seconds=1)
    await bot.answer(REFUSED)
    bot.breaks(FaultKind.STATUS_BEFORE, "chat.postMessage")
    await bot.asks(ANSWERED)
    await bot.program.printed("delivery.unclear")
    bot.breaks(FaultKind.ERROR_BEFORE, "views.open")
    await bot.presses_in_vain()
    bot.sim.sockets.cut()
    await bot.sim.sockets.wait_connected()
    briefing = bot.home / "briefs" / "harbour.yaml"
    briefing.write_text("id: [", encoding="utf-8")
    await bot.program.printed("briefings.refused")
    bot.refuses("gap_questions")
    mention = f"<@{bot.sim.workspace.bot.id}> {MENTIONED}"
    await bot.asks(mention, where=DESK)
    await bot.program.printed("delivery.crashed")
    bot.refuses("deliveries")
    await bot.asks(CRASHED)
    await bot.program.printed("listener.failed")
    bot.program.send(signal.SIGTERM)
    await bot.program.ended()


@pytest.mark.parametrize("log_format", ["text", "json"])
async def test_nothing_that_is_printed_gives_anything_away(
    tmp_path: Path, log_format: str
) -> None:
    """Neither a token nor a word that somebody wrote to the bot, in any traceback."""
    async with recorded(tmp_path, BRIEFING_BOT_LOG_FORMAT=log_format) as bot:
        await a_bad_day(bot)
        printed, credentials = bot.program.output, bot.sim.workspace.credentials

    assert "Traceback" in printed
    for secret in (
        credentials.bot_token,
        credentials.app_token,
        credentials.signing_secret,
        credentials.client_secret,
        # A ticket for the socket, and the secret end of a reply's address.
        "ticket=",
        "/response/",
        *CANARIES,
    ):
        assert secret not in printed


async def test_a_question_can_be_followed_from_its_payload_to_its_post(
    tmp_path: Path,
) -> None:
    """Each line of it has the request's id, whichever task or replica wrote it."""
    async with recorded(tmp_path, BRIEFING_BOT_LOG_FORMAT="json") as bot:
        await bot.answer(ANSWERED)
        await bot.program.printed("delivery.sent")
        bot.program.send(signal.SIGTERM)
        await bot.program.ended()
        lines = [json.loads(line) for line in bot.program.output.splitlines()]

    (received,) = (line for line in lines if line["event"] == "question.received")
    mine = [line for line in lines if line.get("request_id") == received["request_id"]]
    assert [line["event"] for line in mine] == ["question.received", "delivery.sent"]
    assert {line["delivery_id"] for line in mine} == {received["delivery_id"]}
