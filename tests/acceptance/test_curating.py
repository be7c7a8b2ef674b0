"""What curators press: a reply to who asked, Done, and the board in their Home."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.changes import ChangeKind
from bot.simulator.messages import Message
from bot.simulator.views import View
from tests.acceptance.office import CURATORS, Office, open_office
from tests.acceptance.test_readers_and_curators import (
    press,
    send,
    text_input,
    ticked,
    view_after,
)

QUESTION = "When do the divers resume their work?"


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


async def passed_on(office: Office) -> Message:
    """Let bruno ask in vain and pass it on; return what the curators get."""
    answer = await office.ask("bruno", QUESTION)
    form = await press(office, "bruno", answer, action_id="ask/harbour")
    fields = {"comment": text_input(QUESTION), "tell_me": ticked("yes")}
    await send(office, "bruno", form, **fields)
    (notice,) = await office.wait_for_posts(CURATORS, 1)
    return notice


async def changed(office: Office, message: Message) -> Message:
    """Return a message as it is once it was edited."""
    found = await office.simulator.wait_for(
        lambda change: (
            change.kind is ChangeKind.MESSAGE_CHANGED
            and bool(change.message and change.message.ts == message.ts)
        )
    )
    assert found.message is not None
    return found.message


async def test_a_curators_reply_reaches_who_asked_and_the_notice_says_so(
    office: Office,
) -> None:
    """In their name, by direct message; what they typed can mention nobody."""
    async with office.bot():
        notice = await passed_on(office)
        form = await press(office, "alice", notice, action_id="notice_reply")
        words = text_input("On 3 May, <!channel>.")
        title = await send(office, "alice", form, comment=words)
        _, told = await office.wait_for_posts(office.simulator.dm("bruno"), 2)
        marked = await changed(office, notice)

    assert title == "Reply"
    assert told.text == (
        "<@U0ALICE> replies to your question “When do the divers resume their work?”: "
        "“On 3 May, &lt;\N{WORD JOINER}!channel&gt;.”"
    )
    assert marked.text.endswith("Replied: <@U0ALICE>")
    assert not any(block["type"] == "actions" for block in marked.blocks)


async def test_done_is_said_in_the_notice_by_whom(office: Office) -> None:
    """A second press finds no button; what the notice said stays."""
    async with office.bot():
        notice = await passed_on(office)
        await office.simulator.press("alice", notice.channel, notice.ts, "notice_done")
        marked = await changed(office, notice)

    assert QUESTION in marked.text
    assert marked.text.endswith("Done: <@U0ALICE>")
    assert not any(block["type"] == "actions" for block in marked.blocks)


async def board(office: Office, who: str) -> View:
    """Open the Home, and return what stands on it."""
    since = len(office.simulator.record.changes)
    await office.simulator.open_home(who)
    return await view_after(office, since, ChangeKind.HOME)


def menus(home: View) -> list[str]:
    return [
        option["value"]
        for block in home.content["blocks"]
        if block.get("accessory", {}).get("action_id") == "board"
        for option in block["accessory"]["options"]
    ]


async def test_a_topic_that_is_settled_leaves_the_board_and_who_waits_hears(
    office: Office,
) -> None:
    """Nobody is left waiting for an answer that is not to come."""
    async with office.bot():
        await passed_on(office)
        home = await board(office, "alice")
        shown = menus(home)
        settle = next(value for value in shown if value.startswith("settle_topic|"))
        since = len(office.simulator.record.changes)
        await office.simulator.press_in_view(
            "alice", home.id, "board", selected_option=settle
        )
        _, told = await office.wait_for_posts(office.simulator.dm("bruno"), 2)
        redrawn = await view_after(office, since, ChangeKind.HOME)

    assert [value.partition("|")[0] for value in shown] == ["reply", "settle_topic"]
    assert told.text == (
        "The curators have looked into your question “When do the divers resume their "
        "work?” and leave it open: the briefing has no answer to it for now."
    )
    assert menus(redrawn) == []
