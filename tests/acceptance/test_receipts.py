"""Receipts: what stood behind a message, for those in its conversation alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.messages import Message
from tests.acceptance.office import BRIEFING, CORRECTED, DESK, Office, open_office

NOT_FOUND = "I find no message of mine there, in a conversation that you are in."


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    async with open_office(tmp_path, sqlite_url) as office:
        yield office


def link_to(message: Message) -> str:
    number = message.ts.replace(".", "")
    return f"<https://meridian.slack.com/archives/{message.channel}/p{number}?cid=C1>"


async def shown_to(office: Office, since: int) -> str:
    """Return the next text that one person alone is shown."""

    def is_for_one(change: Change) -> bool:
        return change.kind is ChangeKind.EPHEMERAL

    found = await office.simulator.wait_for(is_for_one, since=since)
    assert found.message is not None
    return found.message.text


async def answer_about_boats(office: Office, where: str = "") -> Message:
    """Return an answer that is stored: the next one in a place waits for that."""
    name = "@brief " if where else ""
    answer = await office.ask("alice", f"{name}boats", where=where)
    await office.ask("alice", f"{name}hello", where=where)
    return answer


async def receipt(office: Office, who: str, words: str, *, where: str = DESK) -> str:
    since = len(office.simulator.record.changes)
    outcome = await office.simulator.type(who, where, f"/brief receipt {words}")
    assert outcome.ok, outcome.error
    return await shown_to(office, since)


async def test_a_message_answers_why_it_said_so_and_what_has_changed(
    office: Office,
) -> None:
    """The menu and the link say the same: words, sources and date as of then."""
    async with office.bot():
        answer = await answer_about_boats(office, DESK)
        fresh = await receipt(office, "bruno", link_to(answer))
    office.write(CORRECTED)

    async with office.bot():
        await office.ask("bruno", "hello")
        since = len(office.simulator.record.changes)
        await office.simulator.press(
            "bruno",
            answer.channel,
            answer.ts,
            "menu",
            selected_option="receipt|claim|harbour|boats",
        )
        pressed = await shown_to(office, since)
        linked = await receipt(office, "bruno", link_to(answer))

    first, claim, mark, source, foot = fresh.splitlines()
    assert first.startswith("What this message said · ")
    assert claim == "• About 40 boats were lost in the storm."
    assert mark == "Estimate, Port authority."
    assert source == "Source: Port authority. As of November 2026."
    assert foot == "As the briefing had it then · nothing of it has changed since"
    assert pressed == linked
    assert linked.splitlines()[1:4] == [claim, mark, source]
    assert linked.splitlines()[4:] == [
        "Since then: ✏️ Corrected: About 47 boats were lost in the storm, not about "
        "40 — The port counted again.",
        "As the briefing had it then · 1 has changed since",
    ]


async def test_a_direct_message_has_a_receipt_for_its_person_alone(
    office: Office,
) -> None:
    """Others learn no more than of a message that does not exist."""
    async with office.bot():
        answer = await answer_about_boats(office)
        own = await receipt(office, "alice", link_to(answer))
        others = await receipt(office, "bruno", link_to(answer))
        nowhere = await receipt(office, "bruno", link_to(answer).replace("p1", "p2"))

    assert "About 40 boats" in own
    assert (others, nowhere) == (NOT_FOUND, NOT_FOUND)


async def test_who_is_not_in_the_channel_gets_no_receipt(office: Office) -> None:
    """A link that was passed on is no way in; membership is asked anew."""
    async with office.bot():
        answer = await answer_about_boats(office, "korea-curators")
        bruno = await receipt(office, "bruno", link_to(answer))
        fault = FaultRule(kind=FaultKind.STATUS_BEFORE, method="conversations.members")
        office.simulator.faults.add(fault)
        unchecked = await receipt(office, "alice", link_to(answer))

    assert bruno == NOT_FOUND
    assert unchecked == (
        "I couldn't check just now who is in that conversation. Please ask again in a "
        "moment."
    )


async def test_a_claim_made_stricter_is_in_no_receipt_any_more(office: Office) -> None:
    """What may not be seen now is not shown as of then: gita is a guest."""
    async with office.bot():
        answer = await answer_about_boats(office, "visitors")
        before = await receipt(office, "gita", link_to(answer), where="visitors")
    stricter = "kind: estimate\n        handling: TLP:AMBER"
    office.write(BRIEFING.replace("kind: estimate", stricter))

    async with office.bot():
        await office.ask("bruno", "hello")
        guest = await receipt(office, "gita", link_to(answer), where="visitors")
        member = await receipt(office, "alice", link_to(answer), where="visitors")

    assert "About 40 boats" in before
    assert guest == "No claim that I can show you stands behind that."
    assert "About 40 boats" in member


async def test_a_receipt_without_a_link_says_how_to_ask(office: Office) -> None:
    """The word alone is the verb; before other words it begins a question."""
    async with office.bot():
        how = await receipt(office, "alice", "")
        question = await office.command("alice", "receipt of boats")

    assert how == (
        "Which message? Choose “Copy link” in its menu, then type /brief receipt and "
        "paste the link."
    )
    assert "Which message?" not in question
