"""Rooms that more people read than before: what was not for these is withdrawn."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.changes import ChangeKind
from bot.simulator.messages import Message
from bot.simulator.workspace_file import ChannelEntry
from tests.acceptance.office import BRIEFING, CURATORS, Office, open_office

GREEN = BRIEFING.replace(
    "      - id: crew\n", "      - id: crew\n        handling: TLP:GREEN\n"
)
CLOSED = ChannelEntry(
    id="C0CLOSED", name="closed", members=("alice", "bruno", "brief"), is_private=True
)


@pytest.fixture(params=["sqlite_url", "postgres_url"])
async def office(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Office]:
    async with open_office(tmp_path, request.getfixturevalue(request.param)) as office:
        office.simulator.create_channel(CLOSED)
        office.write(GREEN)
        yield office


async def answers(office: Office) -> tuple[Message, Message, Message]:
    """Have a claim of each label stand in the closed room, all of them stored."""
    strict = await office.ask("alice", "@brief was the pier mined?", where="closed")
    green = await office.ask("alice", "@brief crew", where="closed")
    clear = await office.ask("alice", "@brief boats", where="closed")
    await office.ask("alice", "@brief hello", where="closed")
    return strict, green, clear


async def edited(office: Office, message: Message, since: int) -> Message:
    found = await office.simulator.wait_for(
        lambda change: (
            change.kind is ChangeKind.MESSAGE_CHANGED
            and bool(change.message and change.message.ts == message.ts)
        ),
        since=since,
    )
    assert found.message is not None
    return found.message


async def test_a_first_guest_finds_the_strict_claim_withdrawn_and_no_other(
    office: Office,
) -> None:
    """Green and clear claims are a guest's to see; curators hear what was done."""
    async with office.bot():
        strict, green, clear = await answers(office)
        since = len(office.simulator.record.changes)
        office.simulator.join("gita", "closed")
        gone = await edited(office, strict, since)
        (notice,) = await office.wait_for_posts(CURATORS, 1)
        await office.ask("alice", "@brief hello", where="closed")
        shown = {m.ts: m.text for m in office.posts("closed")}
        changed = [
            change.message.ts
            for change in office.simulator.record.changes[since:]
            if change.kind is ChangeKind.MESSAGE_CHANGED and change.message
        ]

    assert "mined" in strict.text
    assert gone.text.startswith("Withdrawn on ")
    assert gone.text.endswith(
        "what stood here is for fewer people than read this channel now."
    )
    assert "mined" not in str(gone.blocks)
    assert changed == [strict.ts]
    assert "Twelve sailors" in shown[green.ts]
    assert "About 40 boats" in shown[clear.ts]
    assert (
        "more people read <#C0CLOSED> than before, and 1 message there" in notice.text
    )


async def test_of_a_green_claim_in_a_shared_room_the_curators_are_told(
    office: Office,
) -> None:
    """Whether a community's claim stays is for people to decide; amber goes."""
    async with office.bot():
        strict, green, clear = await answers(office)
        since = len(office.simulator.record.changes)
        office.simulator.share("closed")
        await edited(office, strict, since)
        notices = await office.wait_for_posts(CURATORS, 2)
        changed = {
            change.message.ts
            for change in office.simulator.record.changes[since:]
            if change.kind is ChangeKind.MESSAGE_CHANGED and change.message
        }

    said = " ".join(notice.text for notice in notices)
    assert changed == {strict.ts}
    assert "Withdrawn: more people read" in said
    assert "not all of them may see 1 message there" in said
    assert green.ts not in changed
    assert clear.ts not in changed


async def test_what_changed_while_no_process_ran_is_made_up_for(office: Office) -> None:
    """An event that nobody heard is no reason to leave a claim in sight."""
    async with office.bot():
        strict, _, _ = await answers(office)
    office.simulator.join("gita", "closed")

    async with office.bot() as app:
        since = len(office.simulator.record.changes)
        await app.capabilities.rooms.look_at_all()
        gone = await edited(office, strict, since)

    assert gone.text.startswith("Withdrawn on ")


async def test_who_leaves_a_room_changes_nothing_there(office: Office) -> None:
    """Fewer people read along: all that stood there is for them still."""
    async with office.bot():
        await answers(office)
        since = len(office.simulator.record.changes)
        office.simulator.leave("bruno", "closed")
        await office.simulator.delivery.idle()
        await office.ask("alice", "@brief hello", where="closed")
        changed = [
            change
            for change in office.simulator.record.changes[since:]
            if change.kind is ChangeKind.MESSAGE_CHANGED
        ]

    assert changed == []
