"""Scenes of prying: nobody is brought to see what is withheld, by any way there is.

The folder has a secret for each label: a claim that conflicts with an open one, a
topic, a source, a name, a briefing of its own; and a digest with a RED title.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.briefing.tlp import Label
from bot.simulator.changes import Change, ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.workspace_file import ChannelEntry
from bot.slack.views.notices import UNCHECKED
from bot.slack.waits import USUAL_WAITS
from tests.acceptance.morning import HOUR_S, Morning, open_morning
from tests.acceptance.prying import Pryer, all_said
from tests.acceptance.vault import (
    CLOSED,
    MARKS,
    OPENED,
    ROOMS,
    lay_out,
    lay_out_clear,
    strictest_seen,
)
from tests.patience import PATIENCE_S

GUESTED = ChannelEntry(
    id="C0GUESTED", name="guested", members=("alice", "gita", "brief"), is_private=True
)
"""A private channel with a guest in it, who does not show in what Slack says of it."""
PEOPLE = {"alice": Label.AMBER_STRICT, "gita": Label.GREEN, "bruno": Label.RED}


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Morning]:
    async with open_morning(tmp_path) as room:
        lay_out(room.briefs)
        room.sim.create_channel(GUESTED)
        room.sim.join("bruno", "C0VISITORS")
        room.sim.join("chiyo", "C0VISITORS")
        yield room


def marks_in(text: str) -> set[str]:
    """Return the marks of secrets that stand in a text."""
    return {mark for mark in MARKS.values() if mark in text}


@pytest.mark.parametrize("name", PEOPLE)
async def test_a_person_sees_the_labels_that_are_theirs(
    room: Morning, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    """By commands, presses, forged menus, shortcut, messages, Home and forms."""
    caplog.set_level(logging.INFO)
    async with room.bot() as app:
        said = await Pryer(room, app, name).try_everything()

    withheld = strictest_seen(PEOPLE[name])
    assert marks_in(said) == set(MARKS.values()) - withheld
    logged = "".join(str(vars(record)) for record in caplog.records)
    assert not any(f"The {mark}" in logged for mark in MARKS.values())


@pytest.mark.parametrize("name", ["erik", "chiyo"])
async def test_an_outsider_and_a_person_nobody_knows_see_what_is_clear(
    room: Morning, name: str
) -> None:
    """By message and in their Home; people from outside have no commands."""
    unknown = FaultRule(
        kind=FaultKind.ERROR_BEFORE, method="users.info", error="user_not_found"
    )
    async with room.bot() as app:
        if name == "chiyo":
            room.sim.faults.add(unknown)
        pryer = Pryer(room, app, name)
        await pryer.converse()
        await room.home(name)
        said = all_said(room.sim.record.changes)

    assert "About 40 boats were lost." in said
    assert marks_in(said) == set()


@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.HANG_AND_DROP])
async def test_a_look_up_that_fails_asks_to_try_again_and_says_nothing_else(
    room: Morning, kind: FaultKind
) -> None:
    """Whatever is typed or pressed, and whether Slack refuses or hangs."""
    # Long enough for a busy machine to learn who asks while Slack does not hang.
    room.waits = replace(USUAL_WAITS, person_s=5.0, listener_s=PATIENCE_S)
    async with room.bot() as app:
        pryer = Pryer(room, app, "alice")
        answer = await pryer.asked("losses")
        app.capabilities.workspace.directory.forget(app.installed.keys[0], "U0ALICE")
        room.sim.faults.add(FaultRule(kind=kind, method="users.info", seconds=HOUR_S))
        since = len(room.sim.record.changes)
        typed = await pryer.asked("storm")
        await pryer.press(answer, {"action_id": "detail/0"})
        said = all_said(room.sim.record.changes[since:])

    assert typed.text == UNCHECKED
    assert said.count(UNCHECKED) >= 2
    assert "boats" not in said
    assert marks_in(said) == set()


async def test_what_everybody_may_see_is_answered_without_a_look_up(
    room: Morning,
) -> None:
    """A slow Slack keeps nobody from what is TLP:CLEAR: it is not even asked."""
    lay_out_clear(room.briefs)
    refused = FaultRule(kind=FaultKind.ERROR_BEFORE, method="users.info")
    async with room.bot() as app:
        room.sim.faults.add(refused)
        pryer = Pryer(room, app, "gita")
        await pryer.try_commands()
        await pryer.look_up()
        await pryer.converse()
        await pryer.mention()

        assert room.sim.faults.fired() == [(refused, 0)]


class TestPosts:
    """What is posted is for everybody in the room, whoever asked for it."""

    async def test_a_room_is_told_the_labels_that_are_its_own(
        self, room: Morning
    ) -> None:
        """In digests, shared answers and mentions; a person's own in their DM."""
        async with room.bot() as app:
            await room.hours_pass(app, 2.01)
            pryers = [Pryer(room, app, "alice", channel) for channel in ROOMS]
            await asyncio.gather(*(pryer.share_and_mention() for pryer in pryers))
            await asyncio.gather(*(room.posted(channel, 2) for channel in ROOMS))
            own = {name: await room.read_whole(room.sim.dm(name)) for name in PEOPLE}

        for name, label in PEOPLE.items():
            assert marks_in(own[name]) <= set(MARKS.values()) - strictest_seen(label)
        for channel, label in ROOMS.items():
            said = all_said(posts(room, channel))
            assert marks_in(said) == set(MARKS.values()) - strictest_seen(label)

    async def test_what_is_closed_to_a_room_is_not_spoken_of_again(
        self, room: Morning
    ) -> None:
        """Not even as removed; what is opened to it is new there."""
        async with room.bot() as app:
            await room.hours_pass(app, 2.01)
            await room.read_whole("C0PARTNERS")
            first = len(posts(room, "C0PARTNERS"))

            await change(room)
            await room.hours_pass(app, 24)
            await room.posted("C0PARTNERS", 2)
            later = all_said(posts(room, "C0PARTNERS")[first:])

        assert CLOSED not in later
        assert "Removed" not in later
        assert f"The pier is {OPENED}" in later


async def test_a_broken_file_is_not_quoted_to_whoever_asks_how_the_bot_is(
    room: Morning,
) -> None:
    """Health can be asked by anybody who reaches the port."""
    async with room.bot() as app, aiohttp.ClientSession() as http:
        text = f"id: new\ntitle: {MARKS[Label.RED]}\nas_of: {MARKS[Label.RED]}\n"
        await room.edit(text)
        assert app.web is not None
        async with http.get(f"http://127.0.0.1:{app.web.port}/healthz") as response:
            said = await response.text()

    assert "degraded" in said
    assert "harbour.yaml:" in said
    assert marks_in(said) == set()


def posts(room: Morning, channel: str) -> list[Change]:
    """Return what everybody in a channel was shown."""
    shown = (ChangeKind.MESSAGE, ChangeKind.MESSAGE_CHANGED)
    return [
        change
        for change in room.sim.record.changes
        if change.kind in shown and change.message and change.message.channel == channel
    ]


async def change(room: Morning) -> None:
    """Have two claims change places behind the door, and wait until that is loaded."""
    room.loaded.clear()
    await asyncio.to_thread(lay_out, room.briefs, later=True)
    async with asyncio.timeout(PATIENCE_S):
        await room.loaded.wait()
