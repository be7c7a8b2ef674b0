"""Scenes of the App Home: a reader's, a curator's, a guest's, an outsider's."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.changes import ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.slack.views.home import SEARCH
from bot.slack.waits import USUAL_WAITS
from tests.acceptance.morning import (
    CORRECTED,
    HARBOUR,
    HOUR_S,
    Morning,
    filled,
    open_morning,
)
from tests.acceptance.office import DRILL


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Morning]:
    async with open_morning(tmp_path) as room:
        yield room


async def test_what_is_new_is_new_since_the_last_visit(room: Morning) -> None:
    """A correction between two visits is told, and told again minutes later."""
    async with room.bot() as app:
        first = await room.home("bruno")
        await room.edit(CORRECTED)
        await room.hours_pass(app, 1)
        second = await room.home("bruno")
        again = await room.home("bruno")

    assert "This is your briefing desk" in first
    assert "New since" in second
    assert "*Corrected:*" in second
    assert "The port counted again." in second
    assert "*Corrected:*" in again


async def test_a_member_who_curates_nothing_sees_no_curators_part(
    room: Morning,
) -> None:
    """Briefings, search, subscriptions and help are for everybody."""
    async with room.bot():
        home = await room.home("bruno")

    assert "For curators" not in home
    assert "home_search" in home
    assert "What the storm did to the harbour" in home
    assert "You have no subscriptions." in home


async def test_a_home_that_could_not_be_checked_is_drawn_once_it_is(
    room: Morning,
) -> None:
    """Nobody has to come again for what Slack said a moment later."""
    slow = FaultRule(
        kind=FaultKind.HANG_AND_STORE, method="users.info", count=1, seconds=HOUR_S
    )
    room.waits = USUAL_WAITS
    async with room.bot():
        room.sim.faults.add(slow)
        first = await room.home("bruno")
        since = len(room.sim.record.changes)
        await room.clock.advance(HOUR_S)
        drawn = await room.view(ChangeKind.HOME, since=since)

    assert "I couldn't check just now" in first
    assert "What the storm did to the harbour" in str(drawn.content)


async def test_a_curator_sees_what_waits_with_edit_links(room: Morning) -> None:
    """Alice is in the curators' channel: stale claims and a broken file are hers."""
    async with room.bot():
        await room.edit(HARBOUR.replace("sources: [port]", "sources: [prot]", 1))
        home = await room.home("alice")

    assert "For curators" in home
    assert "keeps newer files from being served" in home
    assert "https://git.example/edit/main/briefs/harbour.yaml#L" in home
    assert "3 claims overdue for review" in home


async def test_an_error_in_a_file_is_shown_to_its_own_curators_alone(
    room: Morning,
) -> None:
    """It quotes the file, which its curators may not want others to read."""
    (room.briefs / "drill.yaml").write_text(DRILL, encoding="utf-8")
    async with room.bot():
        await room.edit(HARBOUR.replace("sources: [port]", "sources: [prot]", 1))
        own, others = await room.home("alice"), await room.home("bruno")

    assert "1 error keeps newer files from being served" in own
    assert "For curators" in others
    assert "All files are served" in others
    assert "harbour.yaml" not in others


async def test_a_claim_that_was_closed_is_no_news_to_whom_it_was_closed(
    room: Morning,
) -> None:
    """Not even as removed: its words are withheld, and so is that they were."""
    opened = HARBOUR.replace("handling: TLP:AMBER", "handling: TLP:CLEAR", 1)
    (room.briefs / "harbour.yaml").write_text(opened, encoding="utf-8")
    async with room.bot() as app:
        await room.home("gita")
        await room.edit(HARBOUR)
        await room.hours_pass(app, 1)
        home = await room.home("gita")

    assert "*Nothing new* since" in home
    assert "The damage is secret" not in home


@pytest.mark.parametrize("user", ["gita", "erik"])
async def test_guests_and_outsiders_see_what_handling_allows(
    room: Morning, user: str
) -> None:
    """The name of a withheld topic is nowhere in their Home."""
    async with room.bot():
        home = await room.home(user)

    assert "What the storm did to the harbour" in home
    assert "Costs" not in home


async def test_the_search_answers_in_a_modal(room: Morning) -> None:
    """What is typed into the Home's field is answered like a question."""
    async with room.bot():
        await room.home("bruno")
        view = room.sim.workspace.views.home("U0BRUNO")
        assert view is not None
        since = len(room.sim.record.changes)
        await room.sim.press_in_view(
            "bruno", view.id, "home_search", value="how many boats were lost?"
        )
        answer = await room.view(ChangeKind.VIEW_OPENED, since=since)

    assert "About 40 boats were lost." in str(answer.content)


async def test_subscribing_from_the_home_draws_it_anew(room: Morning) -> None:
    """The list in the Home has the new one before the form is closed."""
    async with room.bot():
        await room.home("bruno")
        view = room.sim.workspace.views.home("U0BRUNO")
        assert view is not None
        since = len(room.sim.record.changes)
        await room.sim.press_in_view("bruno", view.id, "subscribe/new")
        form = await room.view(ChangeKind.VIEW_OPENED, since=since)
        since = len(room.sim.record.changes)
        await room.sim.submit_view("bruno", form.id, filled("harbour"))
        drawn = await room.view(ChangeKind.HOME, since=since)

    assert "Every day at 08:00 New York time" in str(drawn.content)


@pytest.mark.parametrize(
    ("act", "shown"),
    [("detail/0", "What the storm did"), (SEARCH, "The damage is secret.")],
    ids=["opened", "searched"],
)
async def test_what_slack_does_not_open_stands_on_top_of_the_home(
    room: Morning, act: str, shown: str
) -> None:
    """A press there carries no channel and no response_url; the Home can be drawn."""
    trouble = FaultRule(kind=FaultKind.STATUS_BEFORE, method="views.open")
    async with room.bot():
        since = len(room.sim.record.changes)
        await room.home("bruno")
        home = await room.view(ChangeKind.HOME, since=since)
        room.sim.faults.add(trouble)
        for _ in range(2):
            since = len(room.sim.record.changes)
            await room.sim.press_in_view("bruno", home.id, act, value="damage")
            noted = await room.view(ChangeKind.HOME, since=since)

    words = [block.get("text", {}).get("text", "") for block in noted.content["blocks"]]
    assert shown in words[0]
    assert sum("This is your briefing desk" in each for each in words) == 1
    assert len([each for each in words if each == words[0]]) == 1


async def test_being_forgotten_is_asked_for_again_where_the_list_does_not_open(
    room: Morning,
) -> None:
    """The list is sent back by its own button, which no message has."""
    trouble = FaultRule(
        kind=FaultKind.ERROR_BEFORE, method="views.open", error="expired_trigger_id"
    )
    async with room.bot():
        room.sim.faults.add(trouble)
        since = len(room.sim.record.changes)
        await room.sim.type("alice", "korea-desk", "/brief forget me")
        said = await room.sim.wait_for(lambda _: True, since=since)

    assert said.text == (
        "Slack didn't open the list of what I keep about you just now. Please type "
        "/brief forget me again."
    )
