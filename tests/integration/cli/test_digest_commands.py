"""`digest preview`, `digest send` and `deliveries`: what they print, and do."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.__main__ import run
from bot.cli.digest_send import ELSEWHERE, NOT_YOU, opened, send_now
from bot.errors import SettingsError
from bot.outbox.model import SENT, Ending, Status
from bot.settings import Settings, Slack
from bot.simulator.server import Simulator
from tests.outbox import make_delivery, open_store
from tests.yaml_texts import SMALLEST

DIGESTS = """
digests:
  - id: daily
    title: Daily
    briefings: [harbour]
    when: {cron: "30 1 * * *", timezone: Europe/London}
    to: ["#korea-desk", U0ALICE]
  - id: waiting
    title: Waiting
    briefings: [harbour]
    when: {every: day, at: 08:00, timezone: Europe/London}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one briefing and two digests, and no settings."""
    monkeypatch.chdir(tmp_path)
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(f"{SMALLEST}handling: TLP:CLEAR\n")
    (briefs / "digests.yaml").write_text(DIGESTS)
    return briefs


@pytest.fixture
def database(folder: Path, migrated_sqlite: Path) -> str:
    """The database that the bot makes in its working folder."""
    copy = shutil.copy(migrated_sqlite, folder.parent / "briefing-bot.sqlite3")
    return f"sqlite:///{copy}"


class TestPreview:
    def test_the_next_five_are_told_with_their_offsets(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """And what would go out now, to whom."""
        assert run(["digest", "preview", "daily"]) == 0

        lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
        assert lines[:2] == ["Daily", "Due next, Europe/London:"]
        assert sum(line.endswith(("+00:00", "+01:00")) for line in lines) >= 5
        assert "#korea-desk, U0ALICE" in lines

    def test_json_has_the_very_blocks(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """For programs, and for looking at them in Slack's Block Kit Builder."""
        assert run(["digest", "preview", "daily", "--json"]) == 0

        told = json.loads(capsys.readouterr().out)
        assert len(told["occurrences"]) == 5
        (outgoing,) = told["outgoing"]
        assert outgoing["to"] == ["#korea-desk", "U0ALICE"]
        assert outgoing["messages"][0]["blocks"][0]["type"] == "section"

    def test_a_digest_without_recipients_says_that_it_waits(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """What it would say is shown all the same."""
        assert run(["digest", "preview", "waiting"]) == 0

        assert "It waits for a channel" in capsys.readouterr().out

    def test_an_unknown_digest_is_refused_with_the_nearest(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Exit code 1, as for every mistake of the caller's."""
        assert run(["digest", "preview", "dayly"]) == 1

        assert capsys.readouterr().err == (
            'There is no digest "dayly". Did you mean "daily"?\n'
        )


class TestDeliveries:
    def test_each_is_listed_with_its_ending(
        self, database: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Latest due first; what is under way says when it goes on."""
        skipped = Ending(Status.SKIPPED, "skipped: holiday")

        async def plan() -> None:
            async with open_store(database, None) as store:
                await store.plan([make_delivery(ending=skipped)])
                await store.plan([make_delivery("C2", subject="other")])

        asyncio.run(plan())

        assert run(["deliveries"]) == 0
        lines = [" ".join(x.split()) for x in capsys.readouterr().out.splitlines()]
        assert lines == [
            "Due (UTC) What To Ending",
            "2026-11-23 08:00 weekday-brief C1 skipped: holiday",
            "2026-11-23 08:00 other C2 planned, goes on at 08:00:00 UTC",
        ]

    def test_filters_narrow_the_list(
        self, database: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """By digest, status and time."""

        async def plan() -> None:
            async with open_store(database, None) as store:
                await store.plan([make_delivery(ending=SENT), make_delivery("C2")])

        asyncio.run(plan())
        since = ["--since", "2026-11-01"]

        assert run(["deliveries", "--status", "sent", *since, "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["recipient"], told["reason"]) == ("C1", "sent")
        assert run(["deliveries", "--digest", "unknown"]) == 0
        assert capsys.readouterr().out == "Nothing was delivered that fits this.\n"

    @pytest.mark.parametrize(
        ("arguments", "text"),
        [
            (
                ["--status", "send"],
                '"send" is not a status. Did you mean "sent"? Allowed: planned, '
                "acquired, sending, sent, failed, skipped.\n",
            ),
            (
                ["--since", "noon"],
                '"noon" is not a time. Write 7 days, 12 hours, or a date such as '
                "2026-11-23.\n",
            ),
        ],
    )
    def test_a_filter_that_is_none_is_refused(
        self,
        database: str,
        capsys: pytest.CaptureFixture[str],
        arguments: list[str],
        text: str,
    ) -> None:
        """With what is allowed instead."""
        assert run(["deliveries", *arguments]) == 1
        assert capsys.readouterr().err == text

    def test_without_an_outbox_it_says_where_it_looked(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Nothing is made by looking."""
        assert run(["deliveries"]) == 1

        assert capsys.readouterr().err == (
            "There is no outbox yet at sqlite:///briefing-bot.sqlite3. Start the bot "
            "with `briefing-bot run`, or set BRIEFING_BOT_DATABASE_URL to where it is."
            "\n"
        )
        assert not (folder.parent / "briefing-bot.sqlite3").exists()


class TestSend:
    @pytest.fixture
    async def sim(self) -> AsyncIterator[Simulator]:
        async with Simulator() as simulator:
            yield simulator

    @pytest.fixture
    def settings(self, sim: Simulator, folder: Path, database: str) -> Settings:
        slack = Slack.model_construct(
            bot_token=SecretStr(sim.bot_token), api_url=sim.api_url
        )
        return Settings.model_construct(
            briefs=folder,
            database_url=database,
            me="U0BRUNO",
            meaning="off",
            slack=slack,
        )

    async def test_it_delivers_by_itself_where_no_bot_is_alive(
        self, sim: Simulator, settings: Settings
    ) -> None:
        """To all recipients, each told how it ended."""
        records = await send_now(settings, "daily", None, patience_s=0.5)

        assert {r.key.recipient: r.reason for r in records} == {
            "#korea-desk": "sent",
            "U0ALICE": "sent",
        }
        (in_channel,) = sim.workspace.timeline.newest_first("C0KOREA")
        (in_dm,) = sim.workspace.timeline.newest_first(sim.dm("alice"))
        assert in_channel.text == in_dm.text
        assert in_channel.text.startswith("What the storm did")

    async def test_who_is_named_with_and_without_workspace_gets_it_once(
        self, sim: Simulator, settings: Settings, folder: Path
    ) -> None:
        """Both name one person of the only workspace."""
        digests = folder / "digests.yaml"
        named = DIGESTS.replace('"#korea-desk", U0ALICE', "T0MERIDIAN/U0ALICE, U0ALICE")
        digests.write_text(named)

        (record,) = await send_now(settings, "daily", None, patience_s=0.5)

        assert record.key.recipient == "T0MERIDIAN/U0ALICE"
        assert len(list(sim.workspace.timeline.newest_first(sim.dm("alice")))) == 1

    async def test_it_leaves_the_row_to_a_bot_that_is_alive(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Two processes would be no harm, but one is enough."""
        stop = asyncio.Event()
        async with opened(settings) as bot:
            running = asyncio.create_task(bot.run(stop))
            records = await send_now(settings, "daily", "U0ALICE")
            stop.set()
            await running

        assert [record.reason for record in records] == ["sent"]
        assert capsys.readouterr().out == ""

    async def test_a_rehearsal_reaches_nobody_else(
        self, sim: Simulator, settings: Settings
    ) -> None:
        """`@me` is who the settings say."""
        (record,) = await send_now(settings, "waiting", "@me", patience_s=0.5)

        assert record.key.recipient == "U0BRUNO"
        assert record.key.occurrence.startswith(f"{datetime.now(UTC):%Y-%m-%d}")
        assert list(sim.workspace.timeline.newest_first("C0KOREA")) == []
        assert len(list(sim.workspace.timeline.newest_first(sim.dm("bruno")))) == 1

    async def test_nobody_is_me_until_it_is_set(self, settings: Settings) -> None:
        """A bot token cannot tell who is typing."""
        unset = settings.model_copy(update={"me": ""})

        with pytest.raises(SettingsError) as refused:
            await send_now(unset, "daily", "@me")

        assert str(refused.value) == NOT_YOU

    async def test_a_recipient_elsewhere_is_refused(self, settings: Settings) -> None:
        """The bot is installed in one workspace."""
        with pytest.raises(SettingsError) as refused:
            await send_now(settings, "daily", "T0OTHER/C0KOREA")

        assert str(refused.value) == ELSEWHERE.format(recipient="T0OTHER/C0KOREA")
