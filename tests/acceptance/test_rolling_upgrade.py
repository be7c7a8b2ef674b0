"""Replicas of two releases on one database, while an upgrade is under way."""

import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.db.migrate import HEAD
from bot.simulator.changes import ChangeKind
from bot.simulator.server import HOST, Simulator
from tests.acceptance.morning import BOT, HARBOUR
from tests.earlier_program import LAST_STEP_BEFORE, earlier_program
from tests.processes import Program, briefing_bot

DIGESTS = """\
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    show: full
    when: {every: day, at: 08:00, timezone: UTC}
    to: ["#korea-desk"]
"""
ASKED = 8


@pytest.fixture
def database_url(postgres: Engine) -> Iterator[str]:
    """A database without any table."""
    admin = postgres.execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS rolling WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE rolling"))
    yield postgres.url.set(database="rolling").render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE rolling WITH (FORCE)"))


class Deploy:
    """A Slack, a database, and the programs of both releases."""

    def __init__(self, sim: Simulator, folder: Path, env: dict[str, str]) -> None:
        self.sim, self.folder, self.env = sim, folder, env
        self.earlier = {"PYTHONPATH": str(earlier_program(folder / "earlier"))}

    @asynccontextmanager
    async def replica(self, *, is_earlier: bool = False) -> AsyncIterator[Program]:
        """Run one with the briefings that its release was deployed with."""
        name = "earlier" if is_earlier else "later"
        briefs = {"BRIEFING_BOT_BRIEFS": str(self.folder / f"briefs-{name}")}
        env = self.env | briefs | (self.earlier if is_earlier else {})
        async with briefing_bot("run", cwd=self.folder, env=env) as program:
            yield program

    async def asks(self) -> None:
        """Let Alice ask, and wait until the bot has answered her once more."""
        dm, since = self.sim.dm("alice"), len(self.sim.record.changes)
        await self.sim.type("alice", dm, "What is the damage?")
        await self.sim.wait_for(
            lambda change: bool(
                change.kind is ChangeKind.MESSAGE
                and change.message
                and change.message.user == BOT
                and change.message.channel == dm
            ),
            since=since,
        )

    async def sends_the_digest(self) -> None:
        """Plan the digest now, to be taken by whichever replica comes first."""
        arguments = ("digest", "send", "daily")
        env = self.env | {"BRIEFING_BOT_BRIEFS": str(self.folder / "briefs-later")}
        async with briefing_bot(*arguments, cwd=self.folder, env=env) as program:
            assert await program.ended() == 0, program.output

    def posts(self) -> list[tuple[str, str, int]]:
        """Return channel, delivery and part of all that the bot has posted."""
        marks = [
            (change.message.channel, change.message.metadata["event_payload"])
            for change in self.sim.record.changes
            if change.kind is ChangeKind.MESSAGE
            and change.message
            and change.message.user == BOT
            and change.message.metadata
        ]
        return [(where, mark["delivery_id"], mark["part"]) for where, mark in marks]

    def edits(self) -> int:
        """Count how often the bot has changed a message that it had posted."""
        return sum(
            c.kind is ChangeKind.MESSAGE_CHANGED for c in self.sim.record.changes
        )


@asynccontextmanager
async def deploy(folder: Path, database_url: str) -> AsyncIterator[Deploy]:
    """Lay out both releases' briefings: the later one's figure is another."""
    for name in ("earlier", "later"):
        briefs = folder / f"briefs-{name}"
        briefs.mkdir()
        briefing = HARBOUR if name == "earlier" else HARBOUR.replace("47", "48")
        (briefs / "harbour.yaml").write_text(briefing, encoding="utf-8")
        (briefs / "digests.yaml").write_text(DIGESTS, encoding="utf-8")
    async with Simulator() as sim:
        env = {
            "SLACK_BOT_TOKEN": sim.bot_token,
            "SLACK_APP_TOKEN": sim.app_token,
            "SLACK_API_URL": sim.api_url,
            "BRIEFING_BOT_DATABASE_URL": database_url,
            "BRIEFING_BOT_PORT": "0",
            "BRIEFING_BOT_HOST": HOST,
        }
        yield Deploy(sim, folder, env)


async def test_two_releases_side_by_side_send_nothing_twice(
    tmp_path: Path, database_url: str
) -> None:
    """The later one upgrades the database under the earlier one, which works on.

    Each question is answered once, a digest arrives once, and what one has posted the
    other does not edit back.
    """
    async with deploy(tmp_path, database_url) as both, AsyncExitStack() as stack:
        earlier = await stack.enter_async_context(both.replica(is_earlier=True))
        await earlier.printed("app.started")
        await both.asks()
        later = await stack.enter_async_context(both.replica())
        await later.printed("app.started")
        for _ in range(ASKED):
            await both.asks()
        await both.sends_the_digest()
        earlier.send(signal.SIGTERM)
        assert await earlier.ended() == 0
        await both.asks()

        posts = Counter(both.posts())
        later.send(signal.SIGTERM)
        await later.ended()

    answered = [post for post in posts if post[0] == both.sim.dm("alice")]
    assert max(posts.values()) == 1
    assert len(answered) == ASKED + 2
    assert "C0KOREA" in {channel for channel, _, _ in posts}
    assert both.edits() == 0
    assert "Traceback" not in earlier.output + later.output


async def test_the_earlier_release_is_refused_once_the_database_is_upgraded(
    tmp_path: Path, database_url: str
) -> None:
    """It goes by the last step alone, and says what to do in a line."""
    async with deploy(tmp_path, database_url) as both, both.replica() as later:
        await later.printed("app.started")
        async with both.replica(is_earlier=True) as earlier:
            code = await earlier.ended()

    assert code == 1
    assert earlier.output == (
        f'The database is at step "{HEAD}", this release knows "{LAST_STEP_BEFORE}". '
        "Run the release that made it, or restore an older copy.\n"
    )
