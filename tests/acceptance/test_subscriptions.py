"""Scenes of subscribing: what comes, to whom, at which hour, through what happens."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.changes import ChangeKind
from bot.slack.views.subscriptions import CHANGE
from tests.acceptance.morning import HOUR_S, Morning, open_morning


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Morning]:
    async with open_morning(tmp_path) as room:
        yield room


async def test_a_digest_comes_by_dm_at_its_owners_hour(room: Morning) -> None:
    """Alice chose eight o'clock in London; at eight it is there, once."""
    async with room.bot() as app:
        await room.subscribe("alice", "harbour")
        await room.hours_pass(app, 2.01)
        first, *_ = await room.posted(room.sim.dm("alice"))

    assert "About 40 boats were lost" in first.text


async def test_a_restart_in_between_neither_loses_nor_repeats(
    room: Morning,
) -> None:
    """The bot is stopped before eight and started after; and once more after that."""
    async with room.bot():
        await room.subscribe("alice", "harbour")
    async with room.bot() as app:
        await room.hours_pass(app, 2.01)
        await room.posted(room.sim.dm("alice"))
    async with room.bot() as app:
        await room.hours_pass(app, 1)
        await room.hours_pass(app, 23)
        later = await room.posted(room.sim.dm("alice"), 2)

    assert len(later) == 2


async def test_a_channel_hears_who_set_it_up_and_gets_it_once(
    room: Morning,
) -> None:
    """The introduction is posted at once, the digest at its hour."""
    async with room.bot() as app:
        await room.subscribe("alice", "harbour/storm", where="here")
        introduction, *_ = await room.posted("C0KOREA")
        await room.hours_pass(app, 2.01)
        messages = await room.posted("C0KOREA", 2)

    assert introduction.text.startswith(
        "<@U0ALICE> set up Harbour: Storm for this channel, every day at 08:00 London "
        "time."
    )
    assert "set up" not in messages[1].text


async def test_each_reader_gets_what_handling_allows(room: Morning) -> None:
    """A member reads the AMBER claim, a guest in the same minute does not."""
    async with room.bot() as app:
        await room.subscribe("alice", "harbour/storm")
        await room.subscribe("gita", "harbour/storm", channel="visitors", at="13:30")
        await room.hours_pass(app, 2.01)
        members = await room.read_whole(room.sim.dm("alice"))
        guests = await room.read_whole(room.sim.dm("gita"))

    assert "The damage is secret." in members
    assert "secret" not in guests
    assert "About 40 boats were lost." in guests


async def test_a_shared_channel_is_not_told_of_what_it_may_not_see(
    room: Morning,
) -> None:
    """Its people include another organisation's, and the name alone would tell."""
    async with room.bot() as app:
        outcome = await room.subscribe(
            "alice", "harbour/costs", channel="partners", where="here"
        )
        assert await room.subscriptions(app) == []

    assert outcome.errors == {
        "where": "Not everybody in this channel may see that. Choose the direct "
        "message."
    }


async def test_a_flight_does_not_repeat_the_morning(room: Morning) -> None:
    """Eight was read in London; New York's eight comes the day after."""
    dm = room.sim.dm("alice")
    async with room.bot() as app:
        await room.subscribe("alice", "harbour")
        await room.hours_pass(app, 2.01)
        await room.posted(dm)
        room.sim.change_user("alice", tz="America/New_York")
        await room.home("alice")
        await room.hours_pass(app, 5.5)
        await room.hours_pass(app, 24)
        monday, tuesday = await room.posted(dm, 2)

    assert float(tuesday.ts) - float(monday.ts) > 27 * HOUR_S


async def test_somebody_deactivated_gets_nothing_more(room: Morning) -> None:
    """Their subscription is paused, and no delivery fails over it each morning."""
    async with room.bot() as app:
        await room.subscribe("alice", "harbour")
        await room.subscribe("bruno", "harbour", at="03:00")
        room.sim.change_user("alice", deleted=True)
        await room.home("bruno")
        await room.hours_pass(app, 2.01)
        await room.posted(room.sim.dm("bruno"))
        subscriptions = {s.owner_id: s for s in await room.subscriptions(app)}

    assert subscriptions["U0ALICE"].is_paused
    assert room.of_bot("D0ALICE") == []


async def test_pausing_at_the_last_minute_is_in_time(room: Morning) -> None:
    """What is planned ends with its reason, and nothing comes."""
    async with room.bot() as app:
        await room.subscribe("alice", "harbour")
        await room.subscribe("bruno", "harbour", at="03:00")
        (alices, *_) = await room.subscriptions(app)
        since = len(room.sim.record.changes)
        await room.sim.type("alice", "korea-desk", "/brief subscriptions")
        listed = await room.sim.wait_for(
            lambda c: c.kind is ChangeKind.EPHEMERAL, since=since
        )
        assert listed.message is not None
        await room.sim.press(
            "alice", "korea-desk", listed.message.ts, f"{CHANGE}/pause/{alices.id}"
        )
        await room.sim.wait_for(lambda c: c.kind is ChangeKind.EPHEMERAL_CHANGED)
        await room.hours_pass(app, 2.01)
        await room.posted(room.sim.dm("bruno"))

    assert room.of_bot(room.sim.dm("alice")) == []
