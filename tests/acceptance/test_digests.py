"""Digests in Slack: at eight, once, in the channel and the DM, whatever happens."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.simulator.faults import FaultKind, FaultRule
from tests.acceptance.newsroom import (
    BRIEFING,
    CLAIM,
    DIGESTS,
    Newsroom,
    open_newsroom,
)

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def newsroom(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(tmp_path / "briefs", sqlite_url) as newsroom:
        yield newsroom


async def test_a_digest_due_arrives_once_in_channel_and_dm(
    database_url: str, tmp_path: Path
) -> None:
    """The lead stands in the channel with its introduction, the rest in its thread."""
    async with open_newsroom(tmp_path / "briefs", database_url) as newsroom:
        await newsroom.at(MONDAY)
        await newsroom.at(MONDAY + HOUR)

        (lead,) = newsroom.shown()
        (direct,) = newsroom.shown(newsroom.simulator.dm("alice"))
        assert lead.text.startswith("Harbour · Monday 23 November\n")
        assert lead.text.endswith("Daily: set up here by the curators")
        assert len(newsroom.thread(lead)) == 1
        assert direct.text == lead.text
        assert await newsroom.endings() == [
            ("2026-11-23T08:00", "#korea-desk", "sent"),
            ("2026-11-23T08:00", "U0ALICE", "sent"),
        ]


async def test_an_edit_is_told_the_next_morning_and_a_quiet_week_in_one_line(
    newsroom: Newsroom,
) -> None:
    """News is a message of its own; the line that there is none is edited each day."""
    await newsroom.at(MONDAY)
    await newsroom.edit("harbour.yaml", BRIEFING + CLAIM)
    for day in range(1, 5):
        await newsroom.at(MONDAY + day * DAY)

    first, news, quiet = newsroom.texts()
    assert first == "Harbour · Monday 23 November"
    assert news == "Harbour: 1 new · Tue 24 November"
    assert quiet == (
        "Harbour: nothing changed since Tue 24 November. Checked Fri 27 November "
        "08:00 London"
    )


async def test_a_restart_between_planning_and_sending_loses_nothing(
    newsroom: Newsroom,
) -> None:
    """The row outlives the process, and is sent once by the next one."""
    await newsroom.clock.advance((MONDAY - newsroom.clock.now()).total_seconds())
    await newsroom.capabilities.planning_loop.run_once()
    await newsroom.stop()

    await newsroom.start()
    await newsroom.deliver()

    assert len(newsroom.shown()) == 1
    assert {reason for *_, reason in await newsroom.endings()} == {"sent"}


async def test_a_connection_that_drops_after_the_post_makes_no_second_one(
    newsroom: Newsroom,
) -> None:
    """Nobody knows whether Slack has it; it is looked up, and found."""
    rule = FaultRule(
        kind=FaultKind.DROP_AFTER, method="chat.postMessage", channel="C0KOREA", count=1
    )
    newsroom.simulator.faults.add(rule)

    await newsroom.at(MONDAY)
    await newsroom.at(MONDAY + timedelta(minutes=2))

    (lead,) = newsroom.shown()
    assert len(newsroom.thread(lead)) == 1
    assert {reason for *_, reason in await newsroom.endings()} <= {"sent", "sent late"}


async def test_what_was_missed_is_sent_late_and_says_so(newsroom: Newsroom) -> None:
    """Of two mornings missed the last is sent, and the other has its reason."""
    await newsroom.stop()
    await newsroom.clock.advance((MONDAY + DAY - newsroom.clock.now()).total_seconds())
    await newsroom.clock.advance(5 * 3600)

    await newsroom.start()
    await newsroom.at(MONDAY + DAY + 5 * HOUR + timedelta(minutes=1))

    (lead,) = newsroom.shown()
    assert "Due 08:00, sent 13:01: I was not running" in lead.text
    in_channel = [e for e in await newsroom.endings() if e[1] == "#korea-desk"]
    assert in_channel == [
        ("2026-11-23T08:00", "#korea-desk", "skipped: superseded"),
        ("2026-11-24T08:00", "#korea-desk", "sent late"),
    ]


async def test_what_slack_did_not_take_in_time_says_so(newsroom: Newsroom) -> None:
    """It was composed at eight, and is composed anew: nothing of it was posted."""
    refusal = FaultRule(
        kind=FaultKind.PLAIN_429, method="chat.postMessage", seconds=2, count=2
    )
    newsroom.simulator.faults.add(refusal)
    await newsroom.at(MONDAY)

    await newsroom.at(MONDAY + HOUR)

    (lead,) = newsroom.shown()
    assert "Due 08:00, sent 09:00: Slack did not take it before" in lead.text


async def test_after_its_grace_a_morning_is_over(newsroom: Newsroom) -> None:
    """Six hours late is too late; it is recorded, not sent."""
    await newsroom.at(MONDAY + 7 * HOUR)

    assert newsroom.shown() == []
    assert {reason for *_, reason in await newsroom.endings()} == {"skipped: too late"}


async def test_a_changed_schedule_cancels_what_is_planned_and_says_so(
    newsroom: Newsroom,
) -> None:
    """The morning that was planned ends with its reason; the new hour is kept."""
    newsroom.simulator.faults.add(
        FaultRule(kind=FaultKind.PLAIN_429, method="chat.postMessage", seconds=2)
    )
    await newsroom.at(MONDAY)
    newsroom.simulator.faults.clear()

    await newsroom.edit("digests.yaml", DIGESTS.replace("0 8 * * *", "0 9 * * *"))
    await newsroom.at(MONDAY + HOUR)

    in_channel = [e for e in await newsroom.endings() if e[1] == "#korea-desk"]
    assert in_channel == [
        ("2026-11-23T08:00", "#korea-desk", "skipped: schedule changed"),
        ("2026-11-23T09:00", "#korea-desk", "sent"),
    ]


async def test_curators_hear_before_eight_where_the_bot_is_no_member(
    newsroom: Newsroom,
) -> None:
    """When schedules load, and an hour before, not at eight: it may not join."""
    newsroom.simulator.workspace.credentials.scopes -= {"channels:join"}
    digests = DIGESTS.replace("#korea-desk", "#europe-desk")
    await newsroom.edit("digests.yaml", digests)
    await newsroom.deliver()

    (told,) = newsroom.texts("korea-curators")
    assert told == (
        "Will not arrive: “Daily” for #europe-desk. I am not in #europe-desk: invite "
        "me there with `/invite`."
    )


async def test_a_bad_edit_stops_nothing_and_reaches_its_curators(
    newsroom: Newsroom,
) -> None:
    """What was read last is delivered; file, line and column are told."""
    await newsroom.edit("harbour.yaml", BRIEFING.replace("[port]", "[prot]"))
    await newsroom.at(MONDAY)

    assert newsroom.texts() == ["Harbour · Monday 23 November"]
    (told,) = newsroom.shown("korea-curators")
    assert 'harbour.yaml:15:19: There is no source "prot"' in told.text
